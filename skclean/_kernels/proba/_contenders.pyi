from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ProbaT = TypeVar("ProbaT", np.float32, np.float64)

def list_contenders(
    codes: NDArray[np.int32],
    given: NDArray[ProbaT],
    rival: NDArray[ProbaT],
    reach: float,
    first_row: int,
    listed: NDArray[np.int64],
) -> int: ...
def take_contenders(
    listed: NDArray[np.int64],
    codes: NDArray[np.int32],
    given: NDArray[ProbaT],
    rival: NDArray[ProbaT],
    rival_code: NDArray[np.int32],
    n_classes: int,
    cells: NDArray[np.int32],
    taken_given: NDArray[np.float64],
    taken_rival: NDArray[np.float64],
) -> None: ...
def fill_ratios(
    cells: NDArray[np.int32],
    given: NDArray[np.float64],
    rival: NDArray[np.float64],
    scale: NDArray[np.float64],
    ratios: NDArray[np.float64],
) -> None: ...
def count_cells(
    places: NDArray[np.int64],
    cells: NDArray[np.int32],
    weight: NDArray[np.float64],
    counts: NDArray[np.float64],
) -> None: ...
def fill_histogram(ratios: NDArray[np.float64], weight: NDArray[np.float64], histogram: NDArray[np.float64]) -> int: ...
def list_below(
    ratios: NDArray[np.float64],
    cut: float,
    cells: NDArray[np.int32],
    given: NDArray[np.float64],
    rival: NDArray[np.float64],
    lead: NDArray[np.float64],
    below: NDArray[np.int64],
) -> int: ...
