"""Newton's method for one logistic regression: for the first solution, and where descent in a fixed metric is slow."""

import numpy as np
from scipy.linalg import lapack

__all__ = ["SETTLED", "Factor", "minimise"]

# Settled is a point from which Newton's step would move no training margin by more than about this much.
SETTLED = 1e-9
MOST_STEPS = 100
MOST_HALVINGS = 50


class Factor:
    """Cholesky factor of a Hessian, with as much added to its diagonal as rounding makes necessary.

    Parameters
    ----------
    hessian : ndarray of shape (size, size)
    """

    def __init__(self, hessian):
        diagonal = np.diag(hessian)
        added = 0.0
        while True:
            # The transpose is how LAPACK reads the same symmetric matrix without a copy in its order.
            self._lower, failed = lapack.dpotrf((hessian + np.diag(added * diagonal)).T, lower=1, overwrite_a=1)
            if not failed:
                break
            added = max(1e-14, 10 * added)

    def solve(self, vector):
        """The product of the inverse and a vector."""
        return lapack.dpotrs(self._lower, vector, lower=1)[0]


def minimise(loss, training, start):
    """The minimum of the penalised loss for one model, by Newton's method with halved steps.

    Parameters
    ----------
    loss : LogisticLoss
    training : Training
        Of one model.
    start : ndarray of shape (size,)

    Returns
    -------
    point : ndarray of shape (size,)
    """
    seen = training.left_out_of != 0
    weights = loss.weights * training.factors[loss.codes, 0] * seen
    rows = np.flatnonzero(weights)
    point, margins = start, loss.margins(start)
    nowhere = np.empty_like(margins)
    for _ in range(MOST_STEPS):
        gradient = loss.sweep(point[None], training, nowhere)[0]
        step = -Factor(loss.hessian(loss.curvature(margins[rows], rows, weights[rows]))).solve(gradient)
        slope = gradient @ step
        if slope > -(SETTLED**2):
            return point + step
        point, margins = _search(loss, point, margins, weights, step, slope)
    return point


def _search(loss, point, margins, weights, step, slope):
    """The longest step among 1, 1/2, 1/4, … that lowers the loss as far as rounding lets one see."""
    value = loss.value(point, margins, weights)
    rounding = 1e-14 * (abs(value) + weights.sum())
    moved = loss.margins(step)
    length = 1.0
    for _ in range(MOST_HALVINGS):
        trial = point + length * step
        if loss.value(trial, margins + length * moved, weights) <= value + 1e-4 * length * slope + rounding:
            break
        length /= 2
    return trial, loss.margins(trial)
