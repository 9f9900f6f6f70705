"""A ridge regression that errors hardly move, and its closed-form predictions of rows that were left out."""

import numpy as np

from skclean.evidence.numbers._robust import right_weight, robust_spread

__all__ = ["RidgeLine"]

# Shrinkage to choose from, relative to the mean square of a coordinate times the number of rows.
SHRINKAGE = np.logspace(-5, 2, 8)
N_ROUNDS = 3


class RidgeLine:
    """Slopes by iterated reweighting, with the shrinkage that predicts left-out rows best.

    Parameters
    ----------
    points : ndarray of shape (n_samples, width)
    y : ndarray of shape (n_samples,), float64
        Numbers, finite.
    weight : ndarray of shape (n_samples,), float64
        Sample weights; 0 where a row is not trained on.

    Attributes
    ----------
    left_out : ndarray of shape (n_samples,), float64
        Prediction of each row by the same regression without it, in closed form.
    slopes : ndarray of shape (width,), float64
    offset : float
    """

    def __init__(self, points, y, weight):
        points = points.astype(np.float64)
        mass = weight.copy()
        for _ in range(N_ROUNDS):
            self._fit(points, y, mass)
            residual = y - self.left_out
            mass = weight * right_weight(residual, robust_spread(residual[weight > 0]))

    def _fit(self, points, y, mass):
        """Fit with the best shrinkage by the median size of residuals of left-out rows."""
        total = mass.sum()
        middle, level = mass @ points / total, mass @ y / total
        centred, target = points - middle, y - level
        scale, axes = np.linalg.eigh(centred.T @ (centred * mass[:, None]))
        scale = np.maximum(scale, 0.0)
        turned = centred @ axes
        pull = turned.T @ (mass * target)
        squares = turned**2
        unit = max(scale.mean(), 1e-300)
        best = np.inf
        for shrinkage in SHRINKAGE * unit:
            inverse = 1 / (scale + shrinkage)
            fitted = turned @ (inverse * pull)
            leverage = np.minimum(mass * (squares @ inverse + 1 / total), 0.999)
            left_out = level + target - (target - fitted) / (1 - leverage)
            loss = np.sort(np.abs(y - left_out)[mass > 0])
            loss = loss[: max(1, int(0.9 * len(loss)))]  # the largest tenth may be errors
            loss = float(loss @ loss)
            if loss < best:
                best, self.left_out = loss, left_out
                self.slopes = axes @ (inverse * pull)
        self.offset = float(level - middle @ self.slopes)
