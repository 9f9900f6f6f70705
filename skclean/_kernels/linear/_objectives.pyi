import numpy as np
from numpy.typing import NDArray

def fill_forward(
    scores: NDArray[np.float64],
    codes: NDArray[np.int32],
    log_transition: NDArray[np.float64],
    buffer: NDArray[np.float64],
    value: NDArray[np.float64],
    gradient: NDArray[np.float64],
    second: NDArray[np.float64],
    proba: NDArray[np.float64],
    scale: NDArray[np.float64],
) -> None: ...
def fill_power(
    scores: NDArray[np.float64],
    codes: NDArray[np.int32],
    power: float,
    factor: float,
    log_share: float,
    value: NDArray[np.float64],
    gradient: NDArray[np.float64],
    second: NDArray[np.float64],
    proba: NDArray[np.float64],
    scale: NDArray[np.float64],
) -> None: ...
def fill_bootstrap(
    scores: NDArray[np.float64],
    codes: NDArray[np.int32],
    share: float,
    value: NDArray[np.float64],
    gradient: NDArray[np.float64],
    second: NDArray[np.float64],
    proba: NDArray[np.float64],
    scale: NDArray[np.float64],
) -> None: ...
