"""Out-of-sample scores of single rows, repeat by repeat of cross-validation."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring, get_scorer

from skclean._kernels import NO_FOLD
from skclean.repeats.engines._refitting import fit_part, score_part, single_threaded_blas
from skclean.repeats.engines._scoring import own_scorer
from skclean.targets import Target
from skclean.utils._compat import has_method
from skclean.utils._params import seeded_clone
from skclean.utils._proba import check_proba, class_columns
from skclean.utils._tasks import run_in_order
from skclean.utils._typing import Bytes, Estimator, Floats, Params, Scoring, Table

__all__ = ["RowScores", "row_concordance"]

# The score of a survival record that no other record can be compared with, as in the scripts of fastReCoV's authors.
NOT_COMPARABLE = 0.8
BLOCK_CELLS = 4_000_000


class RowScores:
    """Fits a clone for every fold of every repeat, and scores each row by the model that was trained without it.

    The score of a row is, for classes, the probability of its given label; for numbers, minus its absolute error in
    robust standard deviations of the errors of the repeat; for records of survival analysis (a structured y with an
    event and a time), the share of comparable records that the predicted risks put in the right order.

    Parameters
    ----------
    estimator : estimator
        Cloned. It needs ``predict_proba`` for classes, ``predict`` for others.
    X : array-like of n_samples rows
        As the caller gave it.
    target : Target
        What was given for each row.
    folds : TemperedFolds
    scoring : str, callable or None, default=None
        What gives each fold its score; None means the estimator's own ``score``.
    fit_params : dict or None, default=None
        Passed to ``fit``; what has one value per row is subset with the rows.
    score_params : dict or None, default=None
        Passed to the scorer, likewise.
    seed : int or None, default=None
        Seeds clones where they have no seed of their own.
    n_jobs : int or None, default=None
        Folds side by side. The result does not depend on it.

    Attributes
    ----------
    row_scores : ndarray of shape (n_samples,), float64
        Scores of the repeat that ``blocks`` handed over last; NaN for rows that took no part.
    found : ndarray of int
        Rows of which every training set leaves out the share `drop` at random, but for classes that would vanish.
    drop : float
        Share of `found`, in [0, 1].
    rates_errors : bool
        Whether a score is minus an error, at most 0; otherwise it lies in [0, 1].
    reason : str or None
        What the scorer last said of a fold that it could not score.

    Raises
    ------
    ValueError
        If the estimator cannot predict what the score needs, or `y` is of no known kind.
    """

    name = "plain"

    def __init__(
        self,
        estimator: Estimator,
        X: Table,
        target: Target,
        folds: Any,
        scoring: Scoring = None,
        *,
        fit_params: Params | None = None,
        score_params: Params | None = None,
        seed: int | None = None,
        n_jobs: int | None = None,
    ) -> None:
        self.estimator = estimator
        self.X, self.y = X, target.for_fit()
        self.folds, self.strata = folds, target.strata()
        scorer = get_scorer(scoring) if isinstance(scoring, str) else check_scoring(estimator, scoring)
        self.scorer = own_scorer if scoring is None else scorer
        self.labels = target if target.kind == "class" else None
        self.method, self._rate = _way_to_score(estimator, self.y, self.labels)
        self.rates_errors = isinstance(self._rate, _OfNumbers)
        self.fit_params, self.score_params = fit_params or {}, score_params or {}
        self.seed = seed
        self.n_jobs = n_jobs
        self.found, self.drop = np.empty(0, dtype=np.intp), 0.0
        self.row_scores = np.full(folds.n_samples, np.nan)
        self.reason = None

    def count_blocks(self, first: int, stop: int) -> int:
        """Return the number of blocks."""
        return stop - first

    def blocks(self, first: int, stop: int) -> Iterator[tuple[int, Bytes, Floats]]:
        """Yield (first repeat, folds, fold scores) of single repeats, in order, and keep the scores of their rows."""
        drawn = self.folds.draw(first, stop)
        n_splits = self.folds.n_splits
        tasks = ((self, first + row, drawn[row], f) for row in range(len(drawn)) for f in range(n_splits))
        results = run_in_order(_fit_and_score, tasks, n_jobs=self.n_jobs)
        for row, fold in enumerate(drawn):
            answers, scores = self._empty(), np.empty(n_splits)
            for f in range(n_splits):
                predicted, classes, scores[f], reason = next(results)
                self.reason = reason or self.reason
                self._fill(answers, np.flatnonzero(fold == f), predicted, classes)
            part = np.flatnonzero(fold != NO_FOLD)
            self.row_scores = np.full(len(fold), np.nan)
            self.row_scores[part] = self._rate(answers[part], part)
            yield first + row, drawn[row : row + 1], scores[None]

    def _empty(self):
        n_samples = self.folds.n_samples
        return np.zeros(n_samples if self.labels is None else (n_samples, len(self.labels.classes)))

    def _fill(self, answers, rows, predicted, classes):
        if self.labels is None:
            answers[rows] = np.ravel(predicted)
        else:
            answers[np.ix_(rows, class_columns(classes, self.labels.classes))] = predicted


def _fit_and_score(engine, repeat, fold, f):
    """Return what the model of one fold says of its rows, and its score: one task of the pool."""
    rng = np.random.default_rng([engine.folds.seed, repeat, f])
    left_out = rng.permutation(engine.found)[: int(engine.drop * len(engine.found))]
    train = _without(np.flatnonzero((fold != f) & (fold != NO_FOLD)), left_out, engine.strata)
    test = np.flatnonzero(fold == f)
    if engine.labels is not None and len(train) and (engine.y[train] == engine.y[train[0]]).all():
        return np.ones((len(test), 1)), engine.y[train[:1]], np.nan, "one class only to train on"
    seed = None if engine.seed is None else int(np.random.default_rng([engine.seed, repeat]).integers(2**31))
    with single_threaded_blas():
        fitted, X_test, y_test = fit_part(engine, seeded_clone(engine.estimator, seed), train, test)
        answers = getattr(fitted, engine.method)(X_test)
        score, reason = score_part(engine, fitted, X_test, y_test, test)
    return answers, getattr(fitted, "classes_", None), score, reason


def _without(train, left_out, strata):
    """The rows of a training set that are not left out; all rows of a class of which none would be left."""
    if not left_out.size:
        return train
    kept = train[~np.isin(train, left_out)]
    emptied = np.setdiff1d(strata[train], strata[kept])
    return np.union1d(kept, train[np.isin(strata[train], emptied)]) if emptied.size else kept


def _way_to_score(estimator, y, labels):
    """The method that is asked, and a function of what was predicted for some rows, and these rows."""
    if labels is not None:
        return _needs(estimator, "predict_proba"), _OfClasses(labels, type(estimator).__name__)
    if y.dtype.names:
        return _needs(estimator, "predict"), _OfRecords(*_event_and_time(y))
    if y.dtype.kind in "biuf":
        return _needs(estimator, "predict"), _OfNumbers(y)
    raise ValueError(
        f"rows with y of type {y.dtype} have no score of their own; pass classes, numbers, or a structured array with "
        "an event and a time, or use metric='fold', which reads the scores of folds alone."
    )


def _needs(estimator, method):
    if not has_method(estimator, method):
        raise ValueError(
            f"{type(estimator).__name__} has no {method}, which the score of a single row needs; use another "
            "estimator, or metric='fold', which reads the scores of folds alone."
        )
    return method


def _event_and_time(y):
    """The field of truth values, and the first field of numbers, of a structured array."""
    kinds = {name: y.dtype[name].kind for name in y.dtype.names}
    events = [name for name, kind in kinds.items() if kind == "b"]
    times = [name for name, kind in kinds.items() if kind in "iuf"]
    if len(events) != 1 or len(times) != 1:
        raise ValueError(
            f"y has the fields {list(kinds)}; records of survival analysis have one field of truth values, the event, "
            "and one of numbers, the time. Use metric='fold' for others."
        )
    return y[events[0]], y[times[0]].astype(np.float64)


class _OfClasses:
    """Probability of the given label."""

    def __init__(self, labels, name):
        self.labels = labels
        self.name = name

    def __call__(self, answers, rows):
        codes = self.labels.codes[rows]
        proba = check_proba(answers, codes, name=f"predict_proba of {self.name}")[0]
        return proba[np.arange(len(rows)), codes]


class _OfNumbers:
    """Minus the absolute error, in robust standard deviations."""

    def __init__(self, y):
        self.y = y

    def __call__(self, answers, rows):
        error = np.abs(self.y[rows] - answers)
        spread = 1.4826 * np.median(error)
        spread = spread if spread > 0 else error.mean()
        return -error / spread if spread > 0 else -error


class _OfRecords:
    """Concordance of a record with all others."""

    def __init__(self, event, time):
        self.event, self.time = event, time

    def __call__(self, answers, rows):
        return row_concordance(self.event[rows], self.time[rows], answers)


def row_concordance(event, time, risk):
    """Share of the comparable other records that the risks put in the right order, for every record.

    Two records of different times are comparable where the earlier one is an event; they are in the right order where
    its risk is at least as high.

    Parameters
    ----------
    event : ndarray of shape (n_rows,), bool
    time, risk : ndarray of shape (n_rows,), float64
        A high risk means an early event.

    Returns
    -------
    concordance : ndarray of shape (n_rows,), float64
        In [0, 1]; 0.8 where no other record is comparable.
    """
    right, comparable = np.zeros(len(time)), np.zeros(len(time))
    size = max(1, BLOCK_CELLS // max(len(time), 1))
    for start in range(0, len(time), size):
        part = slice(start, start + size)
        pairs = event[part, None] & (time[part, None] < time)  # the row is an event, the column came later
        good = pairs & (risk[part, None] >= risk)
        right[part] += good.sum(axis=1)
        comparable[part] += pairs.sum(axis=1)
        right += good.sum(axis=0)
        comparable += pairs.sum(axis=0)
    return np.divide(right, comparable, out=np.full(len(time), NOT_COMPARABLE), where=comparable > 0)
