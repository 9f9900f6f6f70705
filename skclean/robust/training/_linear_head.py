"""A logistic regression on soft targets, its second derivatives, and what more weight on a row does to other rows."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax

from skclean.linear._minimise import Factor

__all__ = ["LinearHead", "fit_linear_head"]


class LinearHead(NamedTuple):
    """A fitted head.

    Attributes
    ----------
    coef : ndarray of shape (n_columns, n_classes)
    targets : ndarray of shape (n_samples, n_classes)
        What it was fitted on; each row sums to its weight.
    penalty : float
        Half of it times the squared coefficients was added to the loss.
    """

    coef: np.ndarray
    targets: np.ndarray
    penalty: float

    def proba(self, points):
        """Class probabilities: ndarray of shape (n_samples, n_classes)."""
        return softmax(points @ self.coef, axis=1)

    def losses(self, points, codes):
        """Log loss of each row: ndarray of shape (n_samples,)."""
        return -log_softmax(points @ self.coef, axis=1)[np.arange(len(codes)), codes]

    def pull(self, points, gradient):
        """Return the margins' part in a gradient after the inverse Hessian: ndarray of shape (n_samples, n_classes).

        For a row with the derivative r of its loss in its margins, the sum of r times its line is
        ``gradient' H⁻¹ g``, and more weight on the row lowers the other loss by as much to first order.

        Parameters
        ----------
        points : ndarray of shape (n_samples, n_columns)
            The rows that the head was fitted on.
        gradient : ndarray of shape (n_columns, n_classes)
            Of the other loss in the coefficients.
        """
        solved = Factor(self._hessian(points)).solve(np.ascontiguousarray(gradient.T.ravel()))
        return points @ solved.reshape(gradient.shape[1], -1).T

    def _hessian(self, points):
        proba, weight = self.proba(points), self.targets.sum(axis=1)
        n_columns, n_classes = self.coef.shape
        hessian = np.empty((n_classes, n_columns, n_classes, n_columns))
        for k in range(n_classes):
            for other in range(k + 1):
                curvature = weight * proba[:, k] * ((k == other) - proba[:, other])
                block = points.T @ (curvature[:, None] * points)
                hessian[k, :, other, :], hessian[other, :, k, :] = block, block.T
        hessian = hessian.reshape(n_classes * n_columns, -1)
        hessian[np.diag_indices_from(hessian)] += self.penalty
        return hessian


def fit_linear_head(points, targets, penalty=1.0, start=None):
    """Fit coefficients to soft targets by L-BFGS.

    Parameters
    ----------
    points : ndarray of shape (n_samples, n_columns)
        A column of ones is the intercept, and is penalised as the others.
    targets : ndarray of shape (n_samples, n_classes)
        Each row sums to its weight.
    penalty : float, default=1.0
    start : ndarray of shape (n_columns, n_classes) or None, default=None

    Returns
    -------
    head : LinearHead
    """
    shape, weight = (points.shape[1], targets.shape[1]), targets.sum(axis=1, keepdims=True)

    def loss(coef):
        coef = coef.reshape(shape)
        logs = log_softmax(points @ coef, axis=1)
        value = penalty / 2 * (coef**2).sum() - (targets * logs).sum()
        gradient = points.T @ (weight * np.exp(logs) - targets) + penalty * coef
        return value, gradient.ravel()

    start = np.zeros(shape) if start is None else start
    options = {"maxiter": 500, "gtol": 1e-8, "ftol": 1e-13}
    found = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options=options)
    return LinearHead(found.x.reshape(shape), targets, penalty)
