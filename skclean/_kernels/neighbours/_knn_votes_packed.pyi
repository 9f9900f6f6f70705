import numpy as np
from numpy.typing import NDArray

LANES: int

def interleave(folds: NDArray[np.uint8], lanes: NDArray[np.uint8]) -> None: ...
def count_sizes(folds: NDArray[np.uint8], sizes: NDArray[np.int64]) -> None: ...
def count_misses(
    lanes: NDArray[np.uint8],
    rows: NDArray[np.int32],
    lists: NDArray[np.int32],
    codes: NDArray[np.int32],
    k: int,
    votes: NDArray[np.uint8],
    misses: NDArray[np.int64],
    short: NDArray[np.int32],
) -> int: ...
