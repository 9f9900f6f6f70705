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
        added = 0.0
        while True:
            # The transpose is how LAPACK reads the same symmetric matrix without a copy in its order.
            self._lower, failed = lapack.dpotrf((hessian + np.diag(added * np.diag(hessian))).T, lower=1, overwrite_a=1)
            if not failed:
                break
            added = max(1e-14, 10 * added)

    def solve(self, vector):
        """The product of the inverse and a vector."""
        return lapack.dpotrs(self._lower, vector, lower=1)[0]
