import numpy as np
from numpy.typing import NDArray

def add_dense_sums(
    X: NDArray[np.float64],
    weight: NDArray[np.float64],
    group: NDArray[np.int32],
    sums: NDArray[np.float64],
    squares: NDArray[np.float64],
) -> None: ...
def add_sparse_sums(
    starts: NDArray[np.int32],
    columns: NDArray[np.int32],
    values: NDArray[np.float64],
    weight: NDArray[np.float64],
    group: NDArray[np.int32],
    sums: NDArray[np.float64],
    squares: NDArray[np.float64],
) -> None: ...
def add_sparse_grams(
    starts: NDArray[np.int32],
    columns: NDArray[np.int32],
    values: NDArray[np.float64],
    weight: NDArray[np.float64],
    order: NDArray[np.int32],
    group: NDArray[np.int32],
    grams: NDArray[np.float64],
) -> None: ...
def fill_dense_products(
    X: NDArray[np.float64],
    group: NDArray[np.int32],
    coef: NDArray[np.float64],
    products: NDArray[np.float64],
) -> None: ...
def fill_sparse_products(
    starts: NDArray[np.int32],
    columns: NDArray[np.int32],
    values: NDArray[np.float64],
    group: NDArray[np.int32],
    coef: NDArray[np.float64],
    products: NDArray[np.float64],
) -> None: ...
def fill_distances(
    X: NDArray[np.float64],
    group: NDArray[np.int32],
    centers: NDArray[np.float64],
    variances: NDArray[np.float64],
    distances: NDArray[np.float64],
) -> None: ...
