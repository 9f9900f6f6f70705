from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ProbaT = TypeVar("ProbaT", np.float32, np.float64)

def offer_rivals(
    codes: NDArray[np.int32],
    given: NDArray[ProbaT],
    rival: NDArray[ProbaT],
    rival_code: NDArray[np.int32],
    pair_of: NDArray[np.int32],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    margins: NDArray[np.float64],
    rows: NDArray[np.int64],
    first_class: int,
    last_class: int,
) -> None: ...
def raise_floors(
    class_starts: NDArray[np.int64],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    margins: NDArray[np.float64],
    entries: NDArray[np.float64],
    floors: NDArray[np.float64],
    least_margin: float,
) -> None: ...
def list_others(
    codes: NDArray[np.int32],
    given: NDArray[ProbaT],
    rival: NDArray[ProbaT],
    rival_code: NDArray[np.int32],
    padded_floors: NDArray[np.float64],
    highest_sum: float,
    first_row: int,
    listed: NDArray[np.int64],
) -> int: ...
def offer_others(
    listed: NDArray[np.int64],
    proba: NDArray[ProbaT],
    codes: NDArray[np.int32],
    given: NDArray[ProbaT],
    rival: NDArray[ProbaT],
    rival_code: NDArray[np.int32],
    pair_of: NDArray[np.int32],
    class_starts: NDArray[np.int64],
    pair_class: NDArray[np.int32],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    margins: NDArray[np.float64],
    rows: NDArray[np.int64],
    entries: NDArray[np.float64],
    floors: NDArray[np.float64],
    highest_sum: float,
    least_margin: float,
    below_margin: float,
    first_class: int,
    last_class: int,
) -> None: ...
