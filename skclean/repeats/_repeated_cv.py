"""Repeated cross-validation: choose the engine that computes the scores of the folds, and run it."""

from typing import Any, Literal

import numpy as np
from sklearn.base import is_classifier
from sklearn.metrics import check_scoring, get_scorer
from sklearn.utils import check_array, column_or_1d

from skclean.repeats.engines._closed_form import Problem, closed_form, has_closed_form
from skclean.repeats.engines._refitting import Plain, single_threaded_blas
from skclean.repeats.engines._scoring import fold_scorer
from skclean.targets import Target
from skclean.utils._params import weight_parameter
from skclean.utils._tasks import run_in_order
from skclean.utils._typing import Estimator, Params, Scoring, Table

__all__ = ["ENGINES", "ClosedFormBlocks", "repeated_cv"]

ENGINES = ("auto", "plain", "one_step")
# A block of repeats is drawn, scored and counted at once: about this many bytes of folds.
BLOCK_BYTES = 1 << 22
MAX_REPEATS_A_BLOCK = 16


def repeated_cv(
    estimator: Estimator,
    X: Table,
    target: Target,
    folds: Any,
    scoring: Scoring = None,
    *,
    engine: Literal["auto", "plain", "one_step"] = "auto",
    fit_params: Params | None = None,
    score_params: Params | None = None,
    seed: int | None = None,
    n_jobs: int | None = None,
) -> Any:
    """Prepare the scores of every fold of many repeats of cross-validation.

    Parameters
    ----------
    estimator : estimator
        Cloned; the caller's object is not touched.
    X : array-like of n_samples rows
        As the caller gave it.
    target : Target
        What was given for each row.
    folds : DrawnFolds, SplitterFolds or TemperedFolds
    scoring : str, callable or None, default=None
        None means the estimator's own ``score``.
    engine : {"auto", "plain", "one_step"}, default="auto"
        "auto" takes a closed form where there is one, with the scores of "plain", which clones, fits and scores.
        "one_step" is "auto", except that engines which iterate stop after their first step.
    fit_params : dict or None, default=None
        Passed to ``fit``; what has one value per row is subset with the rows.
    score_params : dict or None, default=None
        Passed to the scorer, likewise.
    seed : int or None, default=None
        Seeds clones where they have no seed of their own.
    n_jobs : int or None, default=None
        Repeats, or blocks of them, side by side. The result does not depend on it.

    Returns
    -------
    engine : object with ``blocks(first, stop)``
        Yields (number of the first repeat, folds, scores) block by block, in order. Its `name` says which engine it is.
    """
    fit_params, score_params = fit_params or {}, score_params or {}
    scorer = get_scorer(scoring) if isinstance(scoring, str) else check_scoring(estimator, scoring)
    if engine != "plain":
        found = _find_closed_form(estimator, X, target, scoring, engine, (fit_params, score_params), n_jobs)
        if found is not None:
            return ClosedFormBlocks(found, folds, n_jobs)
    own = None if scoring is None else scorer
    return Plain(estimator, X, target.for_fit(), folds, own, (fit_params, score_params), seed, n_jobs)


class ClosedFormBlocks:
    """Runs a closed form over blocks of repeats, in threads.

    Parameters
    ----------
    engine : ClosedForm
    folds : folds
    n_jobs : int or None
    """

    def __init__(self, engine, folds, n_jobs):
        self.engine = engine
        self.folds = folds
        self.name = type(engine).__name__
        self.n_jobs = n_jobs

    @property
    def reason(self):
        """Return what a scorer last said of a fold that it could not score, or None."""
        return self.engine.problem.scorer.reason

    def count_blocks(self, first, stop):
        """Return the number of blocks."""
        return -(-(stop - first) // self._block_size())

    def blocks(self, first, stop):
        """Yield (first repeat, folds, scores) of blocks of repeats, in order."""
        present = getattr(self.folds, "active", None)  # only some folds drop rows on the way
        if present is not None and not np.array_equal(present, self.engine.problem.active):
            self.engine = self.engine.of_rows(present)
        self.engine.prepare(self.folds.n_splits)
        size = self._block_size()
        tasks = ((self.engine, self.folds, start, min(start + size, stop)) for start in range(first, stop, size))
        with single_threaded_blas():  # of linear algebra; blocks run side by side
            yield from run_in_order(_score_block, tasks, n_jobs=self.n_jobs, prefer="threads")

    def _block_size(self):
        return self.engine.repeats_a_block or max(1, min(MAX_REPEATS_A_BLOCK, BLOCK_BYTES // self.folds.n_samples))


def _score_block(engine, folds, first, stop):
    block = folds.draw(first, stop)
    return first, block, engine.fold_scores(block, folds.n_splits)


def _find_closed_form(estimator, X, target, scoring, engine, params, n_jobs):
    """The closed form that gives what the plain loop would, or None."""
    if not has_closed_form(estimator):
        return None
    fit_params, score_params = params
    weight_name = weight_parameter(estimator)
    if any(name != weight_name and value is not None for name, value in fit_params.items()):
        return None
    try:
        X = check_array(X, accept_sparse="csr", dtype=np.float64)
        y, classes = _as_numbers(estimator, target)
    except (TypeError, ValueError):  # let the estimator itself say what is wrong
        return None
    scorer = fold_scorer(estimator, scoring, y if classes is None else classes[y], score_params)
    if scorer is None:
        return None
    if classes is not None:
        scorer = scorer.for_classes(classes, y)
    problem = Problem(
        X=X,
        y=y,
        classes=classes,
        scorer=scorer,
        sample_weight=fit_params.get(weight_name),
        active=target.known,
        n_jobs=n_jobs,
        one_step=engine == "one_step",
    )
    return closed_form.dispatch(type(estimator))(estimator, problem)


def _as_numbers(estimator, target):
    """Return codes and classes for a classifier, or numbers and None for a regressor."""
    if is_classifier(estimator):
        return target.codes, target.classes
    y = np.where(target.known, column_or_1d(target.as_y()), 0)  # rows without a value are in no fold
    return check_array(y, ensure_2d=False, dtype=np.float64), None
