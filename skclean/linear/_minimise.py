"""Minimise the loss of logistic regressions: a factorised Hessian, Newton's method, and a descent by few gradients."""

from collections import deque

import numpy as np
from scipy.linalg import lapack

__all__ = ["SETTLED", "Descent", "Factor", "minimise"]

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


MAX_STEPS = 100
MAX_HALVINGS = 50


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
    for _ in range(MAX_STEPS):
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
    for _ in range(MAX_HALVINGS):
        trial = point + length * step
        if loss.value(trial, margins + length * moved, weights) <= value + 1e-4 * length * slope + rounding:
            break
        length /= 2
    return trial, loss.margins(trial)


# Steps that the curvature is learned from.
REMEMBERED = 12
# A step is shortened if behind it the way up is steeper than this share of what the way down was.
STEEPEST_ASCENT = 0.5


class Descent:
    """L-BFGS that starts from a factorised matrix in place of the identity, and asks for gradients only.

    Ask for `trial`, compute the gradient there, `receive` it; until `settled`. The first trial behind the start is
    Newton's step if the matrix is the Hessian at the start.

    Parameters
    ----------
    start : ndarray of shape (size,)
    gradient : ndarray of shape (size,)
        At the start.
    factor : Factor
    """

    def __init__(self, start, gradient, factor):
        self.factor = factor
        self.settled = False
        self._pairs = deque(maxlen=REMEMBERED)
        self._move(start, gradient, factor.solve(gradient))

    def receive(self, gradient):
        """Learn the gradient at the trial, and choose the next trial unless the point has settled."""
        before, behind = self._gradient @ self._step, gradient @ self._step
        if not behind <= -STEEPEST_ASCENT * before:
            shorter = before / (before - behind)
            self._step = self._step * (np.clip(shorter, 0.1, 0.5) if np.isfinite(shorter) else 0.1)
            self.trial = self.point + self._step
            return
        natural = self.factor.solve(gradient)
        if behind > before:  # as it must in exact arithmetic, where the function is convex
            self._pairs.append((self._step, gradient - self._gradient, natural - self._natural, behind - before))
        self._move(self.trial, gradient, natural)

    def with_factor(self, factor):
        """A descent that starts from where this one has come to, in another metric."""
        return Descent(self.point, self._gradient, factor)

    def _move(self, point, gradient, natural):
        self.point, self._gradient, self._natural = point, gradient, natural
        self.settled = gradient @ natural <= SETTLED**2
        self._step = -self._direction()
        self.trial = point if self.settled else point + self._step

    def _direction(self):
        """The two loops of L-BFGS; the matrix is applied to changes of gradients only once, when they are new."""
        rest, direction, shares = self._gradient, self._natural, []
        for step, change, natural_change, curvature in reversed(self._pairs):
            share = (step @ rest) / curvature
            rest, direction = rest - share * change, direction - share * natural_change
            shares.append(share)
        for (step, change, _, curvature), share in zip(self._pairs, reversed(shares), strict=True):
            direction = direction + (share - (change @ direction) / curvature) * step
        return direction
