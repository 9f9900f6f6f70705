from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ProbaT = TypeVar("ProbaT", np.float32, np.float64)

def summarise_narrow(
    block: NDArray[ProbaT],
    codes: NDArray[np.int32],
    least_sum: float,
    most_sum: float,
    given: NDArray[ProbaT],
    rival: NDArray[ProbaT],
    near_rival: NDArray[np.int32],
    predicted: NDArray[np.int32],
) -> bool: ...
