import numpy as np
from numpy.typing import NDArray

def tally_shares(
    fold: NDArray[np.uint8],
    rows: NDArray[np.int32],
    lists: NDArray[np.int32],
    weights: NDArray[np.float64],
    codes: NDArray[np.int32],
    taken: NDArray[np.int32],
    shares: NDArray[np.float64],
    short: NDArray[np.int32],
) -> int: ...
def tally_winners(
    fold: NDArray[np.uint8],
    rows: NDArray[np.int32],
    lists: NDArray[np.int32],
    weights: NDArray[np.float64],
    codes: NDArray[np.int32],
    taken: NDArray[np.int32],
    votes: NDArray[np.float64],
    winners: NDArray[np.int32],
    short: NDArray[np.int32],
) -> int: ...
def tally_means(
    fold: NDArray[np.uint8],
    rows: NDArray[np.int32],
    lists: NDArray[np.int32],
    weights: NDArray[np.float64],
    target: NDArray[np.float64],
    taken: NDArray[np.int32],
    means: NDArray[np.float64],
    short: NDArray[np.int32],
) -> int: ...
