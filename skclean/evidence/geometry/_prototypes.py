"""One typical point a class, and how much closer each row lies to it than to those of other classes."""

import numpy as np
from scipy.special import softmax

__all__ = ["prototype_shares"]


def prototype_shares(points, codes, n_classes, member_weight):
    """Share of each class at each row, by distance to the weighted means of the classes.

    Every class has the same spherical spread. What a row adds to its own mean is taken away before it is compared.

    Parameters
    ----------
    points : ndarray of shape (n_samples, n_columns), float64
    codes : ndarray of shape (n_samples,), int
        Class of each row; each class has a member of positive weight.
    n_classes : int
        Number of classes.
    member_weight : ndarray of shape (n_samples,), float64
        How much each row counts in the prototype of its class.

    Returns
    -------
    shares : ndarray of shape (n_samples, n_classes), float64
        Rows sum to 1.
    """
    n_samples, n_columns = points.shape
    member = np.zeros((n_samples, n_classes))
    member[np.arange(n_samples), codes] = member_weight
    totals = member.sum(axis=0)
    prototypes = (member.T @ points) / totals[:, None]
    squares = np.column_stack([((points - prototype) ** 2).sum(axis=1) for prototype in prototypes])
    own = np.arange(n_samples), codes
    # without the row its class's mean lies farther away, along the same line
    rest = np.maximum(totals[codes] - member_weight, 0.01 * totals[codes])
    squares[own] *= (totals[codes] / rest) ** 2
    spread = np.average(squares[own], weights=member_weight) / n_columns
    # columns are not independent, so that a sum over them says too much
    return softmax(-squares / (2 * np.sqrt(n_columns) * max(spread, 1e-12)), axis=1)
