import numpy as np
from numpy.typing import NDArray

def deal_folds(
    grouped: NDArray[np.int32],
    starts: NDArray[np.int64],
    n_splits: int,
    seed: int,
    first_repeat: int,
    scratch: NDArray[np.int32],
    folds: NDArray[np.uint8],
) -> None: ...
def deal_evenly(
    order: NDArray[np.int32],
    starts: NDArray[np.int64],
    n_splits: int,
    low: NDArray[np.uint8],
    high: NDArray[np.uint8],
    seed: int,
    first_repeat: int,
    folds: NDArray[np.uint8],
) -> None: ...
def count_extremes(
    folds: NDArray[np.uint8],
    scores: NDArray[np.float64],
    seed: int,
    first_repeat: int,
    worst: NDArray[np.int64],
    best: NDArray[np.int64],
) -> int: ...
def add_fold_values(folds: NDArray[np.uint8], values: NDArray[np.float64], totals: NDArray[np.float64]) -> None: ...
