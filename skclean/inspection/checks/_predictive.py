"""How well columns predict the labels: of one column by its own values, of several by a small forest."""

from itertools import pairwise
from typing import Any

import numpy as np
from scipy.stats import rankdata

from skclean.evidence import TableForest, fit_out_of_bag
from skclean.inspection.checks._inputs import TableView
from skclean.targets import ClassTarget
from skclean.utils._typing import Bools, Codes, Floats, Positions

__all__ = ["binned", "forest_proba", "held_out_proba", "separation", "separation_error", "single_proba"]

N_BINS = 24
N_TREES = 60
N_FOLDS = 5


def separation(proba: Floats, codes: Codes) -> float:
    """Return how well probabilities separate the classes: float in [-1, 1], 0 for a guess and 1 where perfect.

    It is ``2 * AUC - 1`` of each class against all others, weighted by the members of the class.
    """
    scores, members = [], []
    for code in range(proba.shape[1]):
        own = codes == code
        if 0 < np.count_nonzero(own) < len(own):
            scores.append(separation_of(proba[:, code], own))
            members.append(np.count_nonzero(own))
    return float(np.average(scores, weights=members)) if scores else 0.0


def separation_of(scores: Floats, own: Bools) -> float:
    """Return ``2 * AUC - 1`` of scores, higher where `own` is True."""
    n_own, n_other = np.count_nonzero(own), np.count_nonzero(~own)
    area = (rankdata(scores)[own].sum() - n_own * (n_own + 1) / 2) / (n_own * n_other)
    return float(2 * area - 1)


def separation_error(proba: Floats, codes: Codes) -> float:
    """Return about the standard error of :func:`separation` over rows: float.

    References
    ----------
    Hanley, McNeil, "The meaning and use of the area under a receiver operating characteristic (ROC) curve", Radiology
    1982.
    """
    variances, members = [], []
    for code in range(proba.shape[1]):
        own = codes == code
        n_own, n_other = int(own.sum()), int((~own).sum())
        if n_own and n_other:
            area = float(np.clip((separation_of(proba[:, code], own) + 1) / 2, 0, 1))
            first, second = area / (2 - area), 2 * area**2 / (1 + area)
            spread = area * (1 - area) + (n_own - 1) * (first - area**2) + (n_other - 1) * (second - area**2)
            variances.append(4 * max(spread, 0.0) / (n_own * n_other))
            members.append(n_own)
    if not members:
        return 0.0
    shares = np.array(members) / sum(members)
    return float(np.sqrt((shares**2 * np.array(variances)).sum()))


def binned(
    view: TableView, j: int, rows: Positions, n_bins: int = N_BINS, n_values: int | None = None
) -> tuple[Codes, list[Any]]:
    """Return column j of some rows as up to `n_values` values (None: `n_bins`), or as ranges of numbers.

    Numbers of more values become `n_bins` ranges of about as many rows each; of more categories the rarest are one.

    Returns
    -------
    codes : ndarray of shape (n_rows,), int32
        -1 where a cell is missing.
    bins : list
        Of each code the value, or a pair (low, high) of numbers: from the first up to and with the second. What stands
        for all rarer categories is None.
    """
    if view.kind(j) in ("number", "date", "duration"):
        return _ranges(view.numbers(j)[rows], n_bins, n_bins if n_values is None else n_values)
    n_bins = n_bins if n_values is None else n_values
    codes, values = view.values(j)
    codes = codes[rows]
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    order = np.argsort(-counts, kind="stable")
    kept = [int(code) for code in order[: n_bins - (len(values) > n_bins)] if counts[code]]
    place = np.full(len(values) + 1, len(kept), dtype=np.int32)
    place[kept] = np.arange(len(kept))
    place[-1] = -1
    named = [values[code] for code in kept]
    return place[codes], named + [None] * (len(values) > len(kept))


def _ranges(numbers, n_bins, n_values):
    known = ~np.isnan(numbers)
    present = np.unique(numbers[known])
    codes = np.full(len(numbers), -1, dtype=np.int32)
    if len(present) <= n_values:
        codes[known] = np.searchsorted(present, numbers[known])
        return codes, [float(value) for value in present]
    ends = np.unique(np.quantile(numbers[known], np.linspace(0, 1, n_bins + 1)[1:-1], method="lower"))
    ends = ends[ends < present[-1]]
    codes[known] = np.searchsorted(ends, numbers[known], side="left")
    edges = [float(present[0]), *ends.tolist(), float(present[-1])]
    return codes, list(pairwise(edges))


def single_proba(values: Codes, codes: Codes, n_classes: int, folds: Codes) -> Floats:
    """Return class shares among the rows of other folds that have the same value: (n_rows, n_classes), float64.

    A row with a value that no other fold has gets the shares of all rows.
    """
    values = values + 1  # missing cells are a value of their own
    n_values, n_folds = int(values.max()) + 1, int(folds.max()) + 1
    place = (folds * n_values + values) * n_classes + codes
    counts = np.bincount(place, minlength=n_folds * n_values * n_classes).reshape(n_folds, n_values, n_classes)
    others = counts.sum(axis=0) - counts
    prior = np.bincount(codes, minlength=n_classes) / len(codes)
    shares = (others + prior) / (others.sum(axis=2, keepdims=True) + 1)
    result: Floats = shares[folds, values]
    return result


def forest_proba(table: Any, target: ClassTarget, seed: int) -> Floats:
    """Return out-of-bag probabilities of a small forest: ndarray of shape (n_rows, n_classes)."""
    proba: Floats = fit_out_of_bag(TableForest(N_TREES, random_state=seed), table, target)[1]
    return proba


def held_out_proba(table: Any, target: ClassTarget, folds: Codes, take: Any, seed: int) -> tuple[Floats, Positions]:
    """Return probabilities of the rows of each fold by a small forest of all other rows, and those rows.

    Parameters
    ----------
    table : array-like
    target : ClassTarget
        Without unlabelled rows.
    folds : ndarray of int
        -1 for rows that are only trained on.
    take : callable
        ``take(table, rows)`` returns rows.
    seed : int
    """
    proba = np.zeros((len(folds), len(target.classes)))
    for fold in np.unique(folds[folds >= 0]):
        train, test = np.flatnonzero(folds != fold), np.flatnonzero(folds == fold)
        if len(np.unique(target.codes[train])) < 2:
            continue
        forest = TableForest(N_TREES, random_state=seed).fit(take(table, train), target.codes[train])
        proba[np.ix_(test, forest.classes_)] = forest.predict_proba(take(table, test))
    rows = np.flatnonzero(folds >= 0)
    return proba[rows], rows
