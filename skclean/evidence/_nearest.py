"""The nearest other rows of every row."""

import numpy as np
from sklearn.neighbors import NearestNeighbors

__all__ = ["nearest"]


def nearest(points, k, n_jobs=None):
    """Positions of the `k` nearest other rows, nearest first.

    Parameters
    ----------
    points : ndarray or sparse matrix of shape (n_samples, n_columns)
        At least two rows.
    k : int
        No more than there are other rows.
    n_jobs : int or None, default=None
        Searches side by side.

    Returns
    -------
    indices : ndarray of shape (n_samples, min(k, n_samples - 1)), int32
        A row is never its own neighbour; an equal row may be.
    """
    k = min(k, points.shape[0] - 1)
    search = NearestNeighbors(n_neighbors=k, n_jobs=n_jobs).fit(points)
    return search.kneighbors(return_distance=False).astype(np.int32)
