import numpy as np
from numpy.typing import NDArray

STEP: int
NODE_BYTES: int

def draw_rows(seed: int, n_draws: int, rows: NDArray[np.int32], times: NDArray[np.uint16]) -> None: ...
def grow_tree(
    seed: int,
    columns: NDArray[np.uint8],
    heights: NDArray[np.float32],
    n_classes: int,
    n_tried: int,
    min_leaf: int,
    unit: float,
    order: NDArray[np.int32],
    weight: NDArray[np.float32],
    ones: NDArray[np.float32],
    codes: NDArray[np.int32],
    spare: NDArray[np.uint32],
    cells: NDArray[np.uint8],
    counts: NDArray[np.float64],
    present: NDArray[np.int32],
    tried: NDArray[np.int32],
    stack: NDArray[np.int32],
    node_bytes: NDArray[np.uint8],
    leaf_of: NDArray[np.int32],
    leaf_starts: NDArray[np.int32],
    leaf_classes: NDArray[np.int32],
    leaf_shares: NDArray[np.uint32],
) -> tuple[int, int, int]: ...
def add_votes(
    table: NDArray[np.uint8],
    rows: NDArray[np.int32],
    node_bytes: NDArray[np.uint8],
    leaf_of: NDArray[np.int32],
    leaf_starts: NDArray[np.int32],
    leaf_classes: NDArray[np.int32],
    leaf_shares: NDArray[np.uint32],
    votes: NDArray[np.uint32],
) -> None: ...
