"""Losses of boosting under wrong labels: gradients and second derivatives, row by row."""

from typing import NamedTuple

import numpy as np

from skclean._kernels._validate import check_codes, check_floats
from skclean._kernels.linear._objectives import fill_bootstrap, fill_forward, fill_power

__all__ = ["Derivatives", "bootstrap_derivatives", "forward_derivatives", "power_derivatives"]


class Derivatives(NamedTuple):
    """Losses of rows, and their derivatives by the raw score of each class.

    Attributes
    ----------
    value : ndarray of shape (n_rows,)
    gradient, second : ndarrays of shape (n_rows, n_classes)
        First derivatives, and the diagonal of the second ones, which may be negative.
    proba : ndarray of shape (n_rows, n_classes)
        Softmax of the raw scores.
    scale : ndarray of shape (n_rows,)
        At least 0: scale * proba * (1 - proba) is the diagonal of positive second derivatives.
    """

    value: np.ndarray
    gradient: np.ndarray
    second: np.ndarray
    proba: np.ndarray
    scale: np.ndarray


def forward_derivatives(scores, codes, transition_matrix):
    """Log loss of the observed label behind a transition matrix, P(observed j | true i) in [i, j]: Derivatives.

    Parameters
    ----------
    scores : float array of shape (n_rows, n_classes)
    codes : int array of shape (n_rows,)
        The class of each row, in 0..n_classes-1.
    transition_matrix : float array of shape (n_classes, n_classes)
    """
    scores, codes, out = _checked(scores, codes)
    n_classes = scores.shape[1]
    matrix = check_floats("transition_matrix", transition_matrix, (n_classes, n_classes))
    if matrix.min() < 0 or not (matrix.sum(axis=0) > 0).all():
        raise ValueError("transition_matrix must be at least 0, and every column must have a number above 0")
    with np.errstate(divide="ignore"):
        logs = np.log(matrix)
    fill_forward(scores, codes, logs, np.empty(2 * n_classes), *out)
    return out


def power_derivatives(scores, codes, power, *, factor=1.0, log_share=0.0):
    """factor * (1 - p ** power) / power - log_share * log(p) of the label's probability p: Derivatives.

    `power` is in (0, 1], `factor` and `log_share` are at least 0; scores and codes as in `forward_derivatives`.
    """
    scores, codes, out = _checked(scores, codes)
    if not 0 < power <= 1 or not factor >= 0 or not log_share >= 0:
        raise ValueError(
            "power must be in (0, 1], factor and log_share at least 0, "
            f"got power={power}, factor={factor}, log_share={log_share}"
        )
    fill_power(scores, codes, float(power), float(factor), float(log_share), *out)
    return out


def bootstrap_derivatives(scores, codes, share):
    """`share` in [0, 1] of the log loss, the rest of the model's entropy: Derivatives."""
    scores, codes, out = _checked(scores, codes)
    if not 0 <= share <= 1:
        raise ValueError(f"share must be in [0, 1], got {share}")
    fill_bootstrap(scores, codes, float(share), *out)
    return out


def _checked(scores, codes):
    """Arrays as the kernels read them, and empty ones for the results."""
    shape = np.shape(scores)
    if len(shape) != 2 or 0 in shape:
        raise ValueError(f"scores must have shape (n_rows, n_classes) with rows and classes, got {shape}")
    scores, codes = check_floats("scores", scores, shape), check_codes(codes, *shape)
    if codes.min() < 0:
        raise ValueError(f"codes must lie in 0..{shape[1] - 1}, got {codes.min()}")
    return scores, codes, Derivatives(*(np.empty(s) for s in (shape[:1], shape, shape, shape, shape[:1])))
