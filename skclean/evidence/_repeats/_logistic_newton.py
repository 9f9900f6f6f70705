"""Newton's method for one logistic regression: for the first solution, and where a descent does not settle."""

import numpy as np

from skclean.evidence._repeats._logistic_metric import SETTLED

__all__ = ["minimise"]

MOST_STEPS = 100
MOST_HALVINGS = 50


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
    weights = loss.weights_in(training)
    point, margins = start, loss.margins(start)
    nowhere = np.empty_like(margins)
    for _ in range(MOST_STEPS):
        gradient = loss.sweep(point[None], training, nowhere)[0]
        step = -loss.factor(margins, weights).solve(gradient)
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
