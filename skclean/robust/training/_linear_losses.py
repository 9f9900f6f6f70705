"""The losses of RobustLogisticRegression, their smoothing, and the descent to the minimum."""

import numpy as np
from scipy.special import softmax

from skclean._kernels import forward_loss, log_loss, power_loss, robust_loss
from skclean.robust.training._linear_fit import LinearPoint, fit_linear

__all__ = [
    "LOSSES",
    "adaptive_smoothing",
    "checked_smoothing",
    "minimise_loss",
    "renewed_scales",
    "scaled_loss",
    "simple_loss",
    "smoothed",
    "with_verified",
]

LOSSES = ("log", "forward", "gce", "ldr", "aldr", "maxsup")
# Groups of rows by confidence, each with a smoothing of its own, and the largest smoothing.
N_GROUPS, MAX_SMOOTHING = 10, 0.49
# Strength of "maxsup" where no smoothing is given.
DEFAULT_SPREAD = 0.02
# Losses with more than one minimum: their descent starts at the minimum of the log loss.
NOT_CONVEX = ("forward", "gce", "aldr")
# How often the scales of "aldr" are renewed at most, and the mean change below which they are settled.
MAX_RENEWALS, SETTLED = 10, 1e-3
# By how much a sure row lowers its scale in "aldr": to half of it.
FLATNESS = 2.0


def minimise_loss(model, X, targets, weights, verified, *, matrix=None, spread=0.0):
    """Find the coefficients of the least loss, by one or more runs of L-BFGS.

    Parameters
    ----------
    model : RobustLogisticRegression
        For its parameters.
    X : ndarray or CSR matrix of shape (n_rows, n_features)
    targets : ndarray of shape (n_rows, n_classes)
        What each row counts for in each class.
    weights : ndarray of shape (n_rows,)
    verified : ndarray of shape (n_rows,), bool, or None
        Rows that have the log loss, whatever the loss is.
    matrix : ndarray of shape (n_classes, n_classes) or None
        Transition matrix, for "forward".
    spread : float
        Strength of "maxsup".

    Returns
    -------
    point : LinearPoint
    n_iter : int
        Steps of all runs.
    """
    options = {"C": model.C, "fit_intercept": model.fit_intercept, "tol": model.tol, "max_iter": model.max_iter}
    point, n_iter = LinearPoint.zero(targets.shape[1], X.shape[1]), 0

    def descend(loss):
        nonlocal point, n_iter
        own = with_verified(loss, targets, weights, verified)
        point, n_steps = fit_linear(own, X, point, total_weight=float(weights.sum()), **options)
        n_iter += n_steps

    if model.loss in (*NOT_CONVEX, "log"):
        descend(simple_loss("log", transition_matrix=None, power=None, spread=0.0))
    if model.loss in ("forward", "gce", "maxsup"):
        descend(simple_loss(model.loss, transition_matrix=matrix, power=model.power, spread=spread))
    if model.loss in ("ldr", "aldr"):
        scales = np.full(X.shape[0], float(model.scale))
        descend(scaled_loss(scales, model.margin))
        for _ in range(MAX_RENEWALS if model.loss == "aldr" else 0):
            before, scales = scales, renewed_scales(point.logits(X), scales, model.scale, FLATNESS)
            if np.abs(scales - before).mean() < SETTLED * model.scale:
                break
            descend(scaled_loss(scales, model.margin))
    return point, n_iter


def checked_smoothing(loss, smoothing):
    """Smoothing with its default: float or "adaptive".

    Raises
    ------
    ValueError
        If the loss has no such smoothing.
    """
    if smoothing is None:
        return DEFAULT_SPREAD if loss == "maxsup" else 0.0
    takes = {"log": True, "maxsup": smoothing != "adaptive" and smoothing >= 0}.get(loss, False)
    if not takes and smoothing != 0:
        raise ValueError(
            f"smoothing={smoothing!r} does not go with loss={loss!r}: loss='log' takes a number in (-0.5, 0.5) or "
            "'adaptive', loss='maxsup' a number in [0, 0.5); leave it out for the others."
        )
    return smoothing


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
