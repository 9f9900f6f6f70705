import numpy as np
from numpy.typing import NDArray

def add_shapley(
    lists: NDArray[np.int32],
    codes: NDArray[np.int32],
    given: NDArray[np.int32],
    weights: NDArray[np.float64],
    k: float,
    n_all: int,
    values: NDArray[np.float64],
) -> None: ...
