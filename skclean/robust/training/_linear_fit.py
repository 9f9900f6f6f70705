"""Fit a linear model under any loss of logits: the penalty of logistic regression, and L-BFGS."""

import warnings

import numpy as np
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning

__all__ = ["LinearPoint", "fit_linear"]

# Rows of coefficients that L-BFGS remembers.
MEMORY = 20
# A step that lowers the loss by less than this share of it is the last.
LEAST_GAIN = 64 * np.finfo(np.float64).eps
MAX_LINE_SEARCH = 50
OUT_OF_STEPS = 1  # the status of SciPy


class LinearPoint:
    """Coefficients and intercepts; two classes have one row of them, more have one each.

    Parameters
    ----------
    coef : ndarray of shape (n_outputs, n_features)
    intercept : ndarray of shape (n_outputs,)
    """

    def __init__(self, coef, intercept):
        self.coef = coef
        self.intercept = intercept

    @classmethod
    def zero(cls, n_classes, n_features):
        """All zeros."""
        n_outputs = 1 if n_classes == 2 else n_classes
        return cls(np.zeros((n_outputs, n_features)), np.zeros(n_outputs))

    def raw(self, X):
        """Products of rows and coefficients: ndarray of shape (n_rows, n_outputs)."""
        return np.asarray(X @ self.coef.T) + self.intercept

    def logits(self, X):
        """One number a class, (0, f) where there are two: ndarray of shape (n_rows, n_classes)."""
        raw = self.raw(X)
        return np.column_stack([np.zeros(len(raw)), raw[:, 0]]) if raw.shape[1] == 1 else raw

    def flat(self):
        """One vector, for the optimiser."""
        return np.append(self.coef.ravel(), self.intercept)

    def like(self, flat):
        """Return the point that a vector describes."""
        size = self.coef.size
        return LinearPoint(flat[:size].reshape(self.coef.shape), flat[size:])


def fit_linear(loss, X, start, *, C, fit_intercept, total_weight, tol, max_iter):
    """Minimise C times the sum of losses plus half the squared coefficients, as scikit-learn scales them.

    Parameters
    ----------
    loss : callable
        ``loss(logits)`` of shape (n_rows, n_classes) gives the sum and its gradient by the logits.
    X : ndarray or CSR matrix of shape (n_rows, n_features)
    start : LinearPoint
    C : float
    fit_intercept : bool
        Intercepts are not penalised.
    total_weight : float
        What the sum of losses and the tolerance are divided by.
    tol : float
        Largest slope at the end.
    max_iter : int
        Steps.

    Returns
    -------
    point : LinearPoint
    n_iter : int

    Warns
    -----
    ConvergenceWarning
        If `max_iter` steps were not enough.
    """
    penalty = 1 / (C * total_weight)

    def objective(flat):
        point = start.like(flat)
        value, slope = loss(point.logits(X))
        slope = (slope[:, 1:] if len(point.coef) == 1 else slope) / total_weight
        coef_slope = np.asarray(slope.T @ X) + penalty * point.coef
        intercept_slope = slope.sum(axis=0) * fit_intercept
        value = value / total_weight + 0.5 * penalty * (point.coef**2).sum()
        return value, np.append(coef_slope.ravel(), intercept_slope)

    options = {"maxiter": max_iter, "maxcor": MEMORY, "gtol": tol, "ftol": LEAST_GAIN, "maxls": MAX_LINE_SEARCH}
    found = minimize(objective, start.flat(), method="L-BFGS-B", jac=True, options=options)
    if found.status == OUT_OF_STEPS:
        warnings.warn(
            f"L-BFGS has not converged within max_iter={max_iter} steps; scale the features, for example with "
            "StandardScaler, or raise max_iter.",
            ConvergenceWarning,
            stacklevel=4,
        )
    return start.like(found.x), int(found.nit)
