"""The metric in which logistic regressions descend: a factorised Hessian."""

import numpy as np
from scipy.linalg import lapack

__all__ = ["SETTLED", "Factor"]

# Settled is a point where the gradient is no longer than this in the metric: Newton's step from there moves no margin
# of a training row by more than this over the root of the row's curvature.
SETTLED = 1e-9


class Factor:
    """Cholesky factor of a Hessian, with as much added to its diagonal as rounding makes necessary.

    Parameters
    ----------
    hessian : ndarray of shape (size, size)
    """

    def __init__(self, hessian):
        diagonal = np.diag(hessian)
        for added in (0.0, *np.logspace(-14, 0, 8)):
            matrix = hessian.copy()
            np.fill_diagonal(matrix, diagonal + added * (diagonal + diagonal.max()))
            # The transpose is how LAPACK reads the same symmetric matrix without a copy in its order.
            self._lower, failed = lapack.dpotrf(matrix.T, lower=1, overwrite_a=1)
            if not failed:
                return
        raise np.linalg.LinAlgError("the second derivatives of the loss are not finite; scale the features")

    @property
    def size(self):
        """Number of rows and of columns."""
        return len(self._lower)

    def solve(self, vector):
        """The product of the inverse and a vector, or a matrix."""
        return lapack.dpotrs(self._lower, vector, lower=1)[0]
