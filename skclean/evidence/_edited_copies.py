"""Copies of the label in which some cells were changed, and how they differ from good features.

A column that agrees with the given label in nine rows of ten may be a copy of it that was edited or exported at another
time, or a measurement of the true class. A copy agrees with the wrong labels as with the right ones: in which rows it
differs has nothing to do with the other columns. A measurement differs where the label is wrong, and where the row is
hard: there the other columns speak against the label. So a small forest of the other columns is asked, out of bag, and
its odds of the given label are compared between rows where the column differs and rows where it agrees.

Where labels are right and the errors of a measurement are independent of all other columns, nothing tells it from a
copy; it counts as one.
"""

import numpy as np
from scipy.stats import rankdata

from skclean.evidence.default_model._table_forest import TableForest, fit_out_of_bag
from skclean.targets import UNLABELLED, ClassTarget
from skclean.utils._compat import num_features, safe_indexing

__all__ = ["agreement_with_label", "edited_copies"]

# A column is looked at if it agrees in so many of all rows, and of those of each class.
AGREES, AGREES_IN_CLASS = 0.9, 0.75
FEW_MEMBERS = 10  # of smaller classes, most of the members must agree
MIN_DIFFERENT = 3  # rows in which it differs; fewer tell nothing
MAX_ROWS, N_TREES = 4_000, 100
# Standard errors by which the odds must be lower where a column differs, for a column that is a feature. A copy passes
# for a feature in 1 % of the cases.
CLEARLY = 2.33


def agreement_with_label(codes, n_values, labels):
    """Return where a column with one value for each class says the same as the label.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int
        The values of the column; -1 where a cell is missing.
    n_values : int
        How many there are.
    labels : ClassTarget

    Returns
    -------
    agrees : ndarray of shape (n_samples,), bool, or None
        False where either is missing. None where the column is far from a copy: its values are not one to one with the
        classes, or it agrees in less than 90 % of the rows or 75 % of those of a class.
    """
    n_classes = len(labels.classes)
    if n_values != n_classes or n_classes < 2:
        return None
    known = (codes >= 0) & (labels.codes != UNLABELLED)
    table = np.zeros((n_classes, n_values), dtype=np.int64)
    np.add.at(table, (labels.codes[known], codes[known]), 1)
    members, same = table.sum(axis=1), table.max(axis=1)
    means = table.argmax(axis=1)
    enough = np.where(members < FEW_MEMBERS, 0.5, AGREES_IN_CLASS)
    if len(np.unique(means)) < n_classes or 2 * members.sum() < len(codes) or not (same > enough * members).all():
        return None
    if same.sum() < AGREES * members.sum():
        return None
    return known & (means[labels.codes] == codes)


def edited_copies(X, labels, agreeing, without):
    """Tell edited copies of the label from features that agree with it nearly as often.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    labels : ClassTarget
    agreeing : dict of int to ndarray of shape (n_samples,), bool
        Columns that may be copies, and where they agree with the label.
    without : set of int
        Columns that the forest must not see beside these.

    Returns
    -------
    copies : list of int
        Columns that are copies.
    """
    columns = np.setdiff1d(np.arange(num_features(X)), [*agreeing, *without])
    known = np.flatnonzero(labels.codes != UNLABELLED)
    rows = known[np.linspace(0, len(known) - 1, min(len(known), MAX_ROWS)).astype(np.intp)]
    if not columns.size:
        return []
    some = ClassTarget(labels.codes[rows], labels.classes)
    table = safe_indexing(safe_indexing(X, columns, axis=1), rows)
    _, proba = fit_out_of_bag(TableForest(N_TREES, random_state=0), table, some)
    own = proba[np.arange(len(rows)), some.codes].astype(np.float64)
    return [j for j, agrees in agreeing.items() if _is_copy(agrees[rows], some.codes, own)]


def _is_copy(agrees, codes, own):
    """Return whether P(given label) is as high where a column differs as where it agrees, class by class."""
    if np.count_nonzero(~agrees) < MIN_DIFFERENT:
        return False
    difference, variance = 0.0, 0.0
    for code in np.unique(codes):
        members = codes == code
        differs = ~agrees[members]
        n, n_different = len(differs), np.count_nonzero(differs)
        if 0 < n_different < n:
            ranks = rankdata(own[members])
            difference += ranks[differs].sum() - n_different * (n + 1) / 2
            variance += n_different * (n - n_different) / (n - 1) * ranks.var()
    return variance == 0 or difference > -CLEARLY * np.sqrt(variance)
