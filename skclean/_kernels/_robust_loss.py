"""Losses of logits that wrong labels harm less, with their gradients, over soft targets."""

import numpy as np

from skclean._kernels._validate import check_floats
from skclean._kernels.linear._robust_loss import add_forward_loss, add_log_loss, add_power_loss, add_robust_loss

__all__ = ["forward_loss", "log_loss", "power_loss", "robust_loss"]


def log_loss(logits, targets, weights, *, spread=0.0):
    """Cross-entropy, optionally with a penalty on how far the largest logit is from their mean.

    Parameters
    ----------
    logits, targets : float arrays of shape (n_rows, n_classes)
    weights : float array of shape (n_rows,)
    spread : float
        Factor of the penalty.

    Returns
    -------
    total : float
        Weighted sum over rows.
    gradient : ndarray of shape (n_rows, n_classes)
        By the logits.
    """
    logits, targets, weights, gradient = _checked(logits, targets, weights)
    buffer = np.empty(logits.shape[1])
    return add_log_loss(logits, targets, weights, float(spread), buffer, gradient), gradient


def forward_loss(logits, targets, weights, transition_matrix):
    """Cross-entropy of the observed label; parameters and results as of `log_loss`.

    `transition_matrix` of shape (n_classes, n_classes) has P(observed j | true i) in [i, j], at least 0.
    """
    logits, targets, weights, gradient = _checked(logits, targets, weights)
    n_classes = logits.shape[1]
    matrix = check_floats("transition_matrix", transition_matrix, (n_classes, n_classes))
    if matrix.min() < 0 or not (matrix.sum(axis=0) > 0).all():
        raise ValueError("transition_matrix must be at least 0, and every column must have a number above 0")
    with np.errstate(divide="ignore"):
        logs = np.log(matrix)
    buffer, joint = np.empty(n_classes), np.empty(2 * n_classes)
    return add_forward_loss(logits, targets, weights, logs, buffer, joint, gradient), gradient


def power_loss(logits, targets, weights, power):
    """Generalised cross-entropy with a power in (0, 1]; parameters and results as of `log_loss`."""
    logits, targets, weights, gradient = _checked(logits, targets, weights)
    if not 0 < power <= 1:
        raise ValueError(f"power must be in (0, 1], got {power}")
    return add_power_loss(logits, targets, weights, float(power), np.empty(logits.shape[1]), gradient), gradient


def robust_loss(logits, targets, weights, scales, margin):
    """Label-distributionally robust loss; parameters and results as of `log_loss`.

    `scales` of shape (n_rows,) are above 0; `margin` is what the other classes are ahead.
    """
    logits, targets, weights, gradient = _checked(logits, targets, weights)
    scales = check_floats("scales", scales, (len(logits),))
    if scales.min() <= 0:
        raise ValueError(f"scales must be above 0, got {scales.min()}")
    buffer = np.empty(2 * logits.shape[1])
    return add_robust_loss(logits, targets, weights, scales, float(margin), buffer, gradient), gradient


def _checked(logits, targets, weights):
    """The arrays as the kernels read them, and zeros for the gradient."""
    shape = np.shape(logits)
    if len(shape) != 2 or 0 in shape:
        raise ValueError(f"logits must have shape (n_rows, n_classes) with rows and classes, got {shape}")
    logits, targets = check_floats("logits", logits, shape), check_floats("targets", targets, shape)
    return logits, targets, check_floats("weights", weights, shape[:1]), np.zeros(shape)
