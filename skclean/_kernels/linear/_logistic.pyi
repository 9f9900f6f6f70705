import numpy as np
from numpy.typing import NDArray

WIDTH_STEP: int

def margins_of_rows(
    starts: NDArray[np.int64],
    columns: NDArray[np.int32],
    values: NDArray[np.float64],
    coef: NDArray[np.float64],
    first: int,
    margins: NDArray[np.float64],
) -> None: ...
def add_gradients(
    starts: NDArray[np.int64],
    rows: NDArray[np.int32],
    values: NDArray[np.float64],
    first: int,
    residuals: NDArray[np.float64],
    gradient: NDArray[np.float64],
) -> None: ...
def fill_gram(
    starts: NDArray[np.int64],
    columns: NDArray[np.int32],
    values: NDArray[np.float64],
    rows: NDArray[np.int64],
    weights: NDArray[np.float64],
    gram: NDArray[np.float64],
) -> None: ...
def binary_residuals(
    margins: NDArray[np.float64],
    first: int,
    codes: NDArray[np.int32],
    weights: NDArray[np.float64],
    factors: NDArray[np.float64],
    left_out_of: NDArray[np.uint8],
    own: NDArray[np.float64],
) -> None: ...
def softmax_residuals(
    margins: NDArray[np.float64],
    first: int,
    codes: NDArray[np.int32],
    weights: NDArray[np.float64],
    factors: NDArray[np.float64],
    left_out_of: NDArray[np.uint8],
    own: NDArray[np.float64],
) -> None: ...
