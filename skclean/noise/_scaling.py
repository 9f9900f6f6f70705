"""Weights scaled to probabilities of a wanted mean."""

import numpy as np

__all__ = ["scaled_to_mean"]


def scaled_to_mean(weights, mean, shares=None):
    """Multiply positive weights by the factor that gives ``min(1, factor * weights)`` the wanted (weighted) mean.

    Parameters
    ----------
    weights : ndarray of shape (n,)
        Positive.
    mean : float
        In [0, 1).
    shares : ndarray of shape (n,) or None, default=None
        What each entry counts for in the mean; None means the same.

    Returns
    -------
    probabilities : ndarray of shape (n,), in [0, 1]
    """
    low, high = 0.0, 1.0 / weights.min()
    for _ in range(100):
        middle = (low + high) / 2
        below = np.average(np.minimum(1, middle * weights), weights=shares) < mean
        low, high = (middle, high) if below else (low, middle)
    return np.minimum(1, high * weights)
