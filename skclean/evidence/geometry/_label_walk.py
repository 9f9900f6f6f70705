"""Random walks over the graph of neighbours that prefer neighbours of equal labels."""

import numpy as np
from scipy import sparse

__all__ = ["walk_shares"]

# What an edge between rows of other labels weighs beside one between equal labels, and the chance that a walk ends at
# each step, as in personalised PageRank.
OTHER_LABEL = 0.1
STOP = 0.15
N_STEPS = 40  # after which 0.85^40 = 0.2 % of the walks are left


def walk_shares(lists, weights, codes, n_classes):
    """Share of each class among the labels at which a walk from each row ends.

    The first step goes to a neighbour by distance alone, so that the row's own label does not choose it. From there on
    edges between rows of equal labels weigh 1 and others 0.1, and the walk ends with a chance of 0.15 at each row.

    Parameters
    ----------
    lists : ndarray of shape (n_samples, k), int32
        Neighbours of each row, all of them labelled.
    weights : ndarray of shape (n_samples, k), float64
        What each neighbour weighs, above 0.
    codes : ndarray of shape (n_samples,), int32
        Given classes; -1 for rows that are in no list.
    n_classes : int

    Returns
    -------
    shares : ndarray of shape (n_samples, n_classes), float64
        Rows sum to 1.
    """
    labels = np.zeros((len(codes), n_classes))
    labelled = np.flatnonzero(codes >= 0)
    labels[labelled, codes[labelled]] = 1
    edges = _steps(lists, weights * np.where(codes[lists] == codes[:, None], 1.0, OTHER_LABEL))
    ends = STOP * labels
    for _ in range(N_STEPS):
        ends = STOP * labels + (1 - STOP) * (edges @ ends)
    shares = _steps(lists, weights) @ ends
    return shares / shares.sum(axis=1, keepdims=True)


def _steps(lists, weights):
    """Chances of the next row: CSR matrix of shape (n_samples, n_samples), rows sum to 1."""
    n_samples, k = lists.shape
    chances = weights / weights.sum(axis=1, keepdims=True)
    starts = np.arange(0, n_samples * k + 1, k)
    return sparse.csr_matrix((chances.ravel(), lists.ravel(), starts), shape=(n_samples, n_samples))
