"""Rates at which labels of one class are flagged in favour of another, for the pairs of classes that occur."""

import numpy as np

from skclean.targets import UNLABELLED, class_totals, mean_weight

__all__ = ["confusion_factors"]


def confusion_factors(near, flagged, audit):
    """Return the square root of the rate of each pair of classes over the typical rate.

    The rate is that at which rows of the rival (taken for the truth) are recorded as the given class, shrunk to the
    mean rate by one pseudo-row a pair, of the mean weight.

    Parameters
    ----------
    near : Contenders
        Gathered rows, and the cells of their pairs.
    flagged : ndarray of int
        Places of those of them that are flagged; at least one.
    audit : Audit

    Returns
    -------
    factors : ndarray of shape (n_cells,), float64
    of_others : ndarray of shape (n_classes,), float64
        By rival, the factor of pairs that have no cell.
    """
    weight, n_classes = audit.sample_weight, audit.n_classes
    rows = near.listed[flagged]
    counts = near.count(flagged, None if weight is None else weight[rows])
    totals = class_totals(audit.codes, n_classes, weight, summary=audit.summary)
    if weight is None:
        one_row = 1.0
        kept = totals - np.bincount(near.pair_codes, counts, n_classes)  # the same as below, in whole numbers
    else:
        one_row = mean_weight(weight, audit.codes)
        kept_codes = audit.codes.copy()
        kept_codes[rows] = UNLABELLED
        kept = class_totals(kept_codes, n_classes, weight)
    mean_rate = counts.sum() / totals.sum() / (n_classes - 1)
    n_true = _sums_by_rival(near, counts) + kept + one_row / mean_rate
    rates = (counts + one_row) / n_true[near.pair_rivals]
    typical = (counts * rates).sum() / counts.sum()
    return np.sqrt(rates / typical), np.sqrt(one_row / n_true / typical)


def _sums_by_rival(near, counts):
    if len(counts) == near.n_classes**2:
        return counts.reshape(near.n_classes, near.n_classes).sum(axis=1)
    return np.bincount(near.pair_rivals, counts, near.n_classes)
