"""Transition matrices read at anchor points: rows that are almost certainly of one class.

At a row whose true class is surely i, P(observed | x) is row i of the matrix. Nobody knows such rows; the row whose
probability of class i is the highest, but for a few that may be off, takes their place.
"""

import numpy as np

__all__ = ["anchor_rows", "by_anchors", "by_dual_t"]

# The highest 3 % of a column are passed over, as Patrini et al. do.
_QUANTILE = 0.97


def anchor_rows(problem):
    """For each class the row that stands at the 97 % quantile of its probability: ndarray of shape (n_classes,)."""
    rows, weight = problem.counted()
    proba = problem.proba
    anchors = np.empty(problem.n_classes, dtype=np.intp)
    for k in range(problem.n_classes):
        order = rows[np.argsort(proba[rows, k], kind="stable")]
        weights = weight if problem.weight is None else problem.weight[order]
        cumulated = np.cumsum(weights)
        anchors[k] = order[np.searchsorted(cumulated, _QUANTILE * cumulated[-1])]
    return anchors


def by_anchors(problem):
    """P(observed | x) at the anchor of each class."""
    matrix = problem.proba[anchor_rows(problem)].astype(np.float64)
    return matrix / matrix.sum(axis=1, keepdims=True)


def by_dual_t(problem):
    """From the true class to the predicted one at the anchors, and from there to the observed one by counting."""
    rows, weight = problem.counted()
    predicted = problem.proba.argmax(axis=1)[rows]
    counts = np.zeros((problem.n_classes, problem.n_classes))
    np.add.at(counts, (predicted, problem.codes[rows]), weight)
    never = counts.sum(axis=1) == 0
    counts[never, never] = 1  # a class that is never predicted is taken to be recorded as it is
    return by_anchors(problem) @ (counts / counts.sum(axis=1, keepdims=True))
