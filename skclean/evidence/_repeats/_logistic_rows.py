"""The rows of a logistic regression with a column of ones for the intercept, sparse where that is faster."""

import numpy as np
from scipy import sparse

from skclean.kernels import SparseRows

__all__ = ["DenseRows", "make_rows"]

# Below this share of nonzeros the loops over nonzeros overtake BLAS.
SPARSE_BELOW = 0.25
# Rows that are copied, scaled or multiplied at once: they should stay in a cache.
BLOCK_ROWS = 1024


def make_rows(X, fit_intercept):
    """Rows that know their products with coefficients, residuals and themselves.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features), float64
    fit_intercept : bool
        Appends a column of ones.

    Returns
    -------
    rows : SparseRows or DenseRows
    """
    nonzeros = X.nnz if sparse.issparse(X) else np.count_nonzero(X)
    mostly_zero = nonzeros < SPARSE_BELOW * X.shape[0] * X.shape[1]
    ones = np.ones((X.shape[0], int(fit_intercept)))
    if mostly_zero:
        return SparseRows.of(sparse.hstack([sparse.csr_matrix(X), sparse.csr_matrix(ones)], format="csr"))
    return DenseRows(np.hstack([X.toarray() if sparse.issparse(X) else X, ones]))


class DenseRows:
    """What `SparseRows` does, by BLAS.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_columns), float64
    """

    block_rows = BLOCK_ROWS

    def __init__(self, matrix):
        self.matrix = np.ascontiguousarray(matrix)
        self.shape = matrix.shape

    def margins(self, start, stop, coef):
        """Products of the rows start … stop - 1 and `coef`."""
        return self.matrix[start:stop] @ coef

    def add_gradient(self, start, stop, residuals, gradient):
        """Add to `gradient` the transposed rows start … stop - 1 times `residuals`."""
        gradient += self.matrix[start:stop].T @ residuals

    def gram(self, rows, weights):
        """Sum of weight times outer product over some rows; no weight may be negative."""
        gram = np.zeros((self.shape[1], self.shape[1]))
        roots = np.sqrt(weights)
        for start in range(0, len(rows), BLOCK_ROWS):
            block = self.matrix[rows[start : start + BLOCK_ROWS]]
            block *= roots[start : start + BLOCK_ROWS, None]
            gram += block.T @ block
        return gram

    def crossed_gram(self, rows, shares):
        """Sum of the outer products of what some rows are when they stand once for each share, multiplied by it."""
        size = shares.shape[1] * self.shape[1]
        gram = np.zeros((size, size))
        for start in range(0, len(rows), BLOCK_ROWS):
            block = self.matrix[rows[start : start + BLOCK_ROWS]]
            block = (shares[start : start + BLOCK_ROWS, :, None] * block[:, None, :]).reshape(-1, size)
            gram += block.T @ block
        return gram
