import numpy as np
from numpy.typing import NDArray

LANES: int
QUERIES: int

def search_leaf(
    points: NDArray[np.float32],
    members: NDArray[np.int32],
    queries: NDArray[np.int32],
    columns: NDArray[np.float32],
    reached: NDArray[np.float32],
    keys: NDArray[np.uint64],
    seen: NDArray[np.int32],
    classes: NDArray[np.int32],
    member_classes: NDArray[np.int32],
    found: NDArray[np.int32],
    distances: NDArray[np.float32],
) -> None: ...
def search_neighbours(
    points: NDArray[np.float32],
    near: NDArray[np.int32],
    known: NDArray[np.int32],
    first: int,
    stop: int,
    seen: NDArray[np.int32],
    met: NDArray[np.int32],
    keys: NDArray[np.uint64],
    found: NDArray[np.int32],
    distances: NDArray[np.float32],
) -> int: ...
def project_rows(
    points: NDArray[np.float32],
    rows: NDArray[np.int32],
    line: NDArray[np.float32],
    along: NDArray[np.float32],
) -> None: ...
def sort_measured(
    points: NDArray[np.float64],
    rows: NDArray[np.int64],
    queries: NDArray[np.int64],
    found: NDArray[np.int32],
    distances: NDArray[np.float64],
) -> None: ...
