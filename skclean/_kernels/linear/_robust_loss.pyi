import numpy as np
from numpy.typing import NDArray

def add_log_loss(
    logits: NDArray[np.float64],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    spread: float,
    buffer: NDArray[np.float64],
    gradient: NDArray[np.float64],
) -> float: ...
def add_forward_loss(
    logits: NDArray[np.float64],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    log_transition: NDArray[np.float64],
    buffer: NDArray[np.float64],
    joint: NDArray[np.float64],
    gradient: NDArray[np.float64],
) -> float: ...
def add_power_loss(
    logits: NDArray[np.float64],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    power: float,
    buffer: NDArray[np.float64],
    gradient: NDArray[np.float64],
) -> float: ...
def add_robust_loss(
    logits: NDArray[np.float64],
    targets: NDArray[np.float64],
    weights: NDArray[np.float64],
    scales: NDArray[np.float64],
    margin: float,
    buffer: NDArray[np.float64],
    gradient: NDArray[np.float64],
) -> float: ...
