"""What may be left undecided: of each group and predicted class, the least certain rows, more or fewer of them."""

import numpy as np

from skclean.robust.decisions._fair_program import Kinds

__all__ = ["group_options"]

# Shares of the rows of a (group, prediction) that may be left undecided, besides none and all.
N_OPTIONS = 40


def group_options(group, codes, predicted, scores, *, positive, rate):
    """Count, for each option of each group and predicted class, what the integer program needs.

    Parameters
    ----------
    group, codes, predicted : ndarrays of shape (n_rows,), int
        Group, label and prediction of each row.
    scores : ndarray of shape (n_rows,)
        Large is uncertain.
    positive : int
        Code of the positive class.
    rate : {"tpr", "fpr", "selection"}
        Which rate is to be alike.

    Returns
    -------
    kinds : Kinds
        The first option of each group and predicted class keeps all rows.
    thresholds : list of (int, float)
        Of each option, the predicted class and the largest score that is kept.
    """
    among = {"tpr": codes == positive, "fpr": codes != positive}.get(rate, np.ones(len(codes), dtype=bool))
    chosen = among & (predicted == positive)
    columns, thresholds = [], []
    pairs = np.unique(np.column_stack([group, predicted]), axis=0)
    for cell, (g, k) in enumerate(pairs):
        rows = np.flatnonzero((group == g) & (predicted == k))
        rows = rows[np.argsort(scores[rows], kind="stable")]
        for n_kept in _options(scores[rows]):
            kept = rows[:n_kept]
            columns.append((cell, g, n_kept, (codes[kept] == k).sum(), chosen[kept].sum(), among[kept].sum()))
            thresholds.append((k, _largest_kept(scores[rows], n_kept)))
    values = np.array(columns, dtype=np.float64).T
    return Kinds(values[0].astype(int), values[1].astype(int), *values[2:]), thresholds


def _options(ordered):
    """How many of some rows may be kept, all first; rows of equal score are kept or left together."""
    n = len(ordered)
    counts = np.unique(np.round(np.linspace(0, n, min(n, N_OPTIONS) + 1)).astype(int))
    together = np.searchsorted(ordered, ordered[np.minimum(counts, n - 1)], side="left")
    return np.unique(np.append(np.where(counts == n, n, together), n))[::-1]


def _largest_kept(ordered, n_kept):
    if n_kept == len(ordered):
        return np.inf
    return ordered[n_kept - 1] if n_kept else -np.inf
