"""Descent to the minimum of a smooth convex function by few gradients, in a metric close to its Hessian."""

from collections import deque

import numpy as np

from skclean.evidence._repeats._logistic_metric import SETTLED

__all__ = ["Descent"]

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
