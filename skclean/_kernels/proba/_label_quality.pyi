from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ProbaT = TypeVar("ProbaT", np.float32, np.float64)

def weighted_entropy_block(block: NDArray[ProbaT], codes: NDArray[np.int32], quality: NDArray[np.float64]) -> None: ...
