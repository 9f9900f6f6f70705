"""The losses of RobustLogisticRegression, each as the steps that lead to its minimum."""

import numpy as np
from scipy.special import softmax

from skclean._kernels import forward_loss, log_loss, power_loss, robust_loss

__all__ = [
    "LOSSES",
    "adaptive_smoothing",
    "renewed_scales",
    "scaled_loss",
    "simple_loss",
    "smoothed",
    "with_verified",
]

LOSSES = ("log", "forward", "gce", "ldr", "aldr", "maxsup")
# Groups of rows by confidence, each with a smoothing of its own, and the largest smoothing.
N_GROUPS, MAX_SMOOTHING = 10, 0.49


def smoothed(targets, smoothing):
    """Targets of which a share goes to all classes alike; negative shares sharpen: ndarray like `targets`."""
    share = np.reshape(smoothing, (-1, 1))
    return (1 - share) * targets + share * targets.sum(axis=1, keepdims=True) / targets.shape[1]


def adaptive_smoothing(proba, codes, weights):
    """Smoothing of each row that moves the mean confidence of rows as sure as it to their accuracy.

    A target smoothed by s moves a confidence c to (1 - s) c + s / K; set equal to the accuracy, that gives s.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
        Out of sample.
    codes : ndarray of shape (n_rows,), int
    weights : ndarray of shape (n_rows,)

    Returns
    -------
    smoothing : ndarray of shape (n_rows,), in [0, 0.49]
    """
    confidence, right = proba.max(axis=1), proba.argmax(axis=1) == codes
    edges = np.quantile(confidence, np.linspace(0, 1, N_GROUPS + 1)[1:-1])
    group = np.searchsorted(edges, confidence, side="right")
    total = np.bincount(group, weights, minlength=N_GROUPS)
    mean = np.bincount(group, weights * confidence, minlength=N_GROUPS)
    hits = np.bincount(group, weights * right, minlength=N_GROUPS)
    above_chance = np.maximum(mean - total / proba.shape[1], 1e-3 * np.maximum(total, 1e-300))
    return np.clip((mean - hits) / above_chance, 0, MAX_SMOOTHING)[group]


def with_verified(loss, targets, weights, verified):
    """Return the loss of logits in which rows that are known to be right have the log loss.

    Parameters
    ----------
    loss : callable
        ``loss(logits, targets, weights)`` gives the sum and the gradient.
    targets : ndarray of shape (n_rows, n_classes)
    weights : ndarray of shape (n_rows,)
    verified : ndarray of shape (n_rows,), bool, or None
    """
    if verified is None or not verified.any():
        return lambda logits: loss(logits, targets, weights)
    doubtful, sure = np.where(verified, 0.0, weights), np.where(verified, weights, 0.0)

    def both(logits):
        value, gradient = loss(logits, targets, doubtful)
        sure_value, sure_gradient = log_loss(logits, targets, sure)
        return value + sure_value, gradient + sure_gradient

    return both


def simple_loss(name, *, transition_matrix, power, spread):
    """Return ``loss(logits, targets, weights)`` of a loss that needs one descent."""
    if name == "forward":
        return lambda logits, targets, weights: forward_loss(logits, targets, weights, transition_matrix)
    if name == "gce":
        return lambda logits, targets, weights: power_loss(logits, targets, weights, power)
    return lambda logits, targets, weights: log_loss(logits, targets, weights, spread=spread)


def scaled_loss(scales, margin):
    """Return ``loss(logits, targets, weights)`` of the label-distributionally robust loss."""
    return lambda logits, targets, weights: robust_loss(logits, targets, weights, scales, margin)


def renewed_scales(logits, scales, scale, flatness):
    """Scale of each row by how far its probabilities are from uniform: ndarray of shape (n_rows,).

    A row that the model is sure of, often with a wrong label, gets a smaller scale, down to (1 - 1 / flatness) of it.
    """
    proba = softmax(logits / scales[:, None], axis=1)
    largest = np.log(logits.shape[1])
    entropy = -(proba * np.log(np.maximum(proba, 1e-300))).sum(axis=1)
    return scale * (1 - (largest - entropy) / (flatness * largest))
