"""Votes of neighbours on labels: the voters, the weight of each vote, and the other class with the most votes."""

import numpy as np

from skclean.preprocessing._nearest import find_neighbours
from skclean.preprocessing._points import as_points
from skclean.targets import UNLABELLED

__all__ = [
    "class_votes",
    "distance_weights",
    "shares_of_given",
    "strongest_other",
    "voting_neighbours",
    "voting_rows",
]

# Weight of a neighbour that is as far as the last ones in both lists, beside that of one at the same place: exp of it.
SHARPNESS = 2.0
# Weights stay positive, so that every list has votes.
MIN_WEIGHT = 1e-12


def voting_rows(codes, weight=None):
    """Rows that have a label and, where there are weights, a positive one: ndarray of int, ascending."""
    votes = codes != UNLABELLED
    return np.flatnonzero(votes if weight is None else votes & (weight > 0))


def voting_neighbours(X, codes, k, *, weight=None, n_jobs=None):
    """The k nearest voting rows of every row of any table: a Neighbourhood."""
    return find_neighbours(as_points(X), voting_rows(codes, weight), k, n_jobs=n_jobs)


def distance_weights(neighbourhood, weight=None):
    """Gaussian kernel of the distance between two rows, as wide as the lists of both are far.

    Parameters
    ----------
    neighbourhood : Neighbourhood
        Of all rows.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights, by which the votes are multiplied; their scale does not matter.

    Returns
    -------
    weights : ndarray of shape (n_samples, k), float64
        ``exp(-2 d_ij^2 / (d_i d_j))``, where d_i is the distance of row i's last neighbour: so no scale is to be chosen
        (Zelnik-Manor and Perona, "Self-Tuning Spectral Clustering", NeurIPS 2004).
    """
    indices, distances = neighbourhood
    farthest = distances[:, -1]
    widths = farthest[:, None] * farthest[indices]
    # a row in a heap of equal ones has no width: such a row votes for equal ones only
    exponent = np.divide(distances**2, widths, out=np.where(distances > 0, np.inf, 0.0), where=widths > 0)
    weights = np.maximum(np.exp(-SHARPNESS * exponent), MIN_WEIGHT)
    if weight is None:
        return weights
    votes = weight[indices]
    return weights * (votes / votes.mean())


def class_votes(lists, codes, n_classes):
    """Votes for each class in every list, the r-th nearest with 1/r: ndarray of shape (n_lists, n_classes)."""
    votes = np.zeros((len(lists), n_classes))
    for rank, column in enumerate(lists.T):
        votes[np.arange(len(lists)), codes[column]] += 1 / (rank + 1)
    return votes


def strongest_other(votes, codes):
    """The class of most votes but the row's own: ndarray of shape (n_rows,), int32."""
    labelled = codes != UNLABELLED
    others = votes.copy()
    others[labelled, codes[labelled]] = -1
    return others.argmax(axis=1).astype(np.int32)


def shares_of_given(shares, codes):
    """Each row's value for its own class: ndarray of shape (n_samples,), float64; of unlabelled rows any value.

    Parameters
    ----------
    shares : ndarray of shape (n_samples, n_classes)
    codes : ndarray of shape (n_samples,), int32
    """
    return np.clip(shares[np.arange(len(codes)), codes], 0.0, 1.0)  # sums of shares may pass 1 by a rounding
