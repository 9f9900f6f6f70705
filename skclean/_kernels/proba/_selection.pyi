import numpy as np
from numpy.typing import NDArray

def add_counts(codes: NDArray[np.int32], mask: NDArray[np.uint8], counts: NDArray[np.int64]) -> None: ...
def mark_kept(codes: NDArray[np.int32], mask: NDArray[np.uint8], kept: NDArray[np.uint8]) -> None: ...
def list_up_to(
    codes: NDArray[np.int32],
    quality: NDArray[np.float64],
    padded_bounds: NDArray[np.float64],
    first_row: int,
    listed: NDArray[np.int64],
) -> int: ...
def group_by_class(
    listed: NDArray[np.int64],
    codes: NDArray[np.int32],
    quality: NDArray[np.float64],
    ends: NDArray[np.int64],
    grouped: NDArray[np.float64],
) -> None: ...
def count_listed(listed: NDArray[np.int64], codes: NDArray[np.int32], counts: NDArray[np.int64]) -> None: ...
def select_ranks(
    grouped: NDArray[np.float64],
    starts: NDArray[np.int64],
    ranks: NDArray[np.int64],
    selected: NDArray[np.float64],
    n_lower: NDArray[np.int64],
) -> None: ...
def flag_up_to(
    listed: NDArray[np.int64],
    codes: NDArray[np.int32],
    quality: NDArray[np.float64],
    cutoff: NDArray[np.float64],
    room_at_cutoff: NDArray[np.int64],
    mask: NDArray[np.uint8],
) -> None: ...
