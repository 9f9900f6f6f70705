from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ProbaT = TypeVar("ProbaT", np.float32, np.float64)

def find_confident(
    matrix: NDArray[ProbaT],
    places: NDArray[np.int64],
    thresholds: NDArray[ProbaT],
) -> NDArray[np.int32]: ...
def settle(
    codes: NDArray[np.int32],
    given: NDArray[ProbaT],
    rival: NDArray[ProbaT],
    rival_code: NDArray[np.int32],
    padded: NDArray[ProbaT],
    lowest_threshold: float,
    highest_sum: float,
    confident: NDArray[np.int32],
) -> int: ...
def count_pairs(
    codes: NDArray[np.int32],
    confident: NDArray[np.int32],
    weight: NDArray[np.float64],
    n_classes: int,
    cells: NDArray[np.float64],
) -> None: ...
def sum_by_class(
    codes: NDArray[np.int32],
    values: NDArray[ProbaT],
    weight: NDArray[np.float64],
    sums: NDArray[np.float64],
    totals: NDArray[np.float64],
) -> None: ...
def gather_given(proba: NDArray[ProbaT], codes: NDArray[np.int32], given: NDArray[ProbaT]) -> None: ...
