import numpy as np
from numpy.typing import NDArray

def spread_votes(
    lists: NDArray[np.int32],
    weights: NDArray[np.float64],
    codes: NDArray[np.int32],
    propagation: float,
    first: int,
    shares: NDArray[np.float64],
) -> None: ...
def agree_with_propagated(
    lists: NDArray[np.int32],
    weights: NDArray[np.float64],
    codes: NDArray[np.int32],
    shares: NDArray[np.float64],
    first: int,
    agreements: NDArray[np.float64],
) -> None: ...
