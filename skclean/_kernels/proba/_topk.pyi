from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

ProbaT = TypeVar("ProbaT", np.float32, np.float64)

def list_beaten(
    codes: NDArray[np.int32],
    given: NDArray[ProbaT],
    rival: NDArray[ProbaT],
    first_row: int,
    listed: NDArray[np.int64],
) -> int: ...
def count_beaten(
    listed: NDArray[np.int64],
    codes: NDArray[np.int32],
    rival_code: NDArray[np.int32],
    pair_of: NDArray[np.int32],
    pairs: NDArray[np.int32],
    counts: NDArray[np.int64],
) -> None: ...
def gather_beaten(
    listed: NDArray[np.int64],
    pairs: NDArray[np.int32],
    given: NDArray[ProbaT],
    rival: NDArray[ProbaT],
    ends: NDArray[np.int64],
    margins: NDArray[np.float64],
    rows: NDArray[np.int64],
) -> None: ...
def keep_best(
    found_margins: NDArray[np.float64],
    found_rows: NDArray[np.int64],
    found_starts: NDArray[np.int64],
    starts: NDArray[np.int64],
    sizes: NDArray[np.int64],
    margins: NDArray[np.float64],
    rows: NDArray[np.int64],
    first_pair: int,
    last_pair: int,
) -> None: ...
