"""Cross-validated scores after more and more rows were cleaned; only training rows are."""

from numbers import Integral
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.metrics import check_scoring
from sklearn.model_selection import StratifiedKFold

from skclean.base import best_of_emptied
from skclean.detectors import DETECTORS, ConfidentLearning
from skclean.targets import UNLABELLED, check_class_rows
from skclean.utils._compat import safe_indexing, safe_split
from skclean.utils._params import resolve_alias, seeded_clone
from skclean.utils._tasks import run_in_order
from skclean.utils._typing import Array, Floats

__all__ = ["CleaningCurve", "cleaning_curve"]


class CleaningCurve(NamedTuple):
    """Scores of a model after cleaning.

    Attributes
    ----------
    scores : ndarray of shape (n_shares, n_folds), float64
        On held-out rows as they were given.
    test_share : float
        Mean ratio of held-out rows to training rows.
    """

    scores: Floats
    test_share: float


def cleaning_curve(
    estimator: Any,
    X: Any,
    y: Any,
    shares: Floats,
    *,
    detector: Any = None,
    treatment: str = "drop",
    cv: Any = 5,
    scoring: Any = None,
    groups: Any = None,
    n_jobs: int | None = None,
    random_state: Any = None,
) -> CleaningCurve:
    """Score a model after the share of training rows with the lowest label quality was removed or fixed.

    In each fold the detector sees the training rows alone. Rows without a label are neither trained on nor scored, and
    no class loses its last row.

    Parameters
    ----------
    estimator : classifier
        Cloned for each share and fold.
    X : array-like of shape (n_samples, ...)
    y : array-like of shape (n_samples,)
        Given labels; a missing one means unlabelled.
    shares : ndarray of shape (n_shares,), float64
        In [0, 1).
    detector : detector, str or None, default=None
    treatment : {"drop", "relabel"}, default="drop"
    cv : int or splitter, default=5
    scoring : str, callable or None, default=None
    groups : array-like of shape (n_samples,) or None, default=None
    n_jobs : int or None, default=None
    random_state : int, RandomState instance or None, default=None

    Returns
    -------
    curve : CleaningCurve
    """
    X, target = check_class_rows(X, y)
    found = ConfidentLearning() if detector is None else resolve_alias(detector, DETECTORS, name="detector")
    splitter = StratifiedKFold(cv, shuffle=True, random_state=random_state) if isinstance(cv, Integral) else cv
    labelled = np.flatnonzero(target.known)
    values = target.for_fit()
    kept_groups = None if groups is None else np.asarray(groups)[labelled]
    folds = list(splitter.split(np.zeros((len(labelled), 1)), target.strata()[labelled], kept_groups))
    scorer = check_scoring(estimator, scoring=scoring)
    tasks = (
        (
            estimator,
            seeded_clone(found, random_state),
            scorer,
            X,
            values,
            labelled[train],
            labelled[test],
            shares,
            treatment,
            None if kept_groups is None else kept_groups[train],
        )
        for train, test in folds
    )
    scores = np.array(list(run_in_order(_fold_scores, tasks, n_jobs=n_jobs))).T
    return CleaningCurve(scores, float(np.mean([len(test) / len(train) for train, test in folds])))


def _fold_scores(estimator, detector, scorer, X, values, train, test, shares, treatment, groups):
    """The score after each share: list of float."""
    X_train, y_train = safe_split(estimator, X, values, train)
    X_test, y_test = safe_split(estimator, X, values, test, train)
    more = {} if groups is None else {"groups": groups}
    detector.fit(safe_indexing(X, train), y_train, **more)
    scores, before = [], None
    for share in shares:
        rows, labels = _cleaned(detector, y_train, share, treatment)
        if before is not None and np.array_equal(rows, before[0]) and np.array_equal(labels, before[1]):
            scores.append(scores[-1])  # nothing more was cleaned
            continue
        model = clone(estimator).fit(safe_indexing(X_train, rows), labels)
        scores.append(float(scorer(model, X_test, y_test)))
        before = rows, labels
    return scores


def _cleaned(detector: Any, y: Array, share: float, treatment: str) -> tuple[Any, Array]:
    """The training rows that are left, and their labels."""
    audit = detector.audit_
    rated = np.flatnonzero(audit.open_codes != UNLABELLED)
    order = rated[np.argsort(audit.quality[rated], kind="stable")]
    mask = np.zeros(len(y), dtype=bool)
    mask[order[: round(share * len(rated))]] = True
    mask[best_of_emptied(mask, audit)] = False
    if treatment == "drop":
        rows = np.flatnonzero(~mask)
        return rows, y[rows]
    labels = y.copy()
    labels[mask] = detector.suggested_labels_[mask]
    return np.arange(len(y)), labels
