"""The engine for every estimator: clone, fit, score; one task a repeat."""

from functools import lru_cache

import numpy as np
from threadpoolctl import ThreadpoolController

from skclean._kernels import NO_FOLD
from skclean.repeats.engines._scoring import own_scorer
from skclean.utils._compat import num_samples, safe_split
from skclean.utils._fitting import fit_model
from skclean.utils._params import seeded_clone, subset_params
from skclean.utils._tasks import run_in_order

__all__ = ["Plain", "fit_part", "score_part", "single_threaded_blas"]

# Where the backend hands results over only at the end of a call, a call is no longer than this.
REPEATS_A_CALL = 256
BYTES_A_CALL = 1 << 26


class Plain:
    """Fold scores by fitting a clone for every fold of every repeat.

    Parameters
    ----------
    estimator : estimator
    X, y : array-likes of n_samples rows
        As the caller gave them.
    folds : folds
    scorer : callable ``(estimator, X, y) -> float``, or None
        None means the estimator's own ``score``.
    params : tuple of two dicts
        For ``fit`` and for the scorer; what has one value per row is subset with the rows.
    seed : int or None
        Seeds clones where they have no seed of their own; each repeat gets its own.
    n_jobs : int or None
        Repeats side by side.
    """

    name = "plain"
    reason = None  # what a scorer last said of a fold that it could not score

    def __init__(self, estimator, X, y, folds, scorer, params, seed, n_jobs):
        self.estimator = estimator
        self.X, self.y = X, y
        self.folds = folds
        self.scorer = own_scorer if scorer is None else scorer
        self.fit_params, self.score_params = params
        self.seed = seed
        self.n_jobs = n_jobs

    def count_blocks(self, first, stop):
        """Return the number of blocks."""
        return stop - first

    def blocks(self, first, stop):
        """Yield (first repeat, folds, scores) of blocks of repeats, in order."""
        size = max(1, min(REPEATS_A_CALL, BYTES_A_CALL // self.folds.n_samples))
        for start in range(first, stop, size):
            drawn = self.folds.draw(start, min(start + size, stop))
            # Not the fold itself: a cluster would keep an array in one worker, and lose it with the worker.
            tasks = ((self, start + row) for row in range(len(drawn)))
            for row, (scores, reason) in enumerate(run_in_order(_score_repeat, tasks, n_jobs=self.n_jobs)):
                self.reason = reason or self.reason
                yield start + row, drawn[row : row + 1], scores[None]


def _score_repeat(engine, repeat):
    """Scores of the folds of one repeat, and what a scorer said where there is none: one task of the pool."""
    seed = None if engine.seed is None else int(np.random.default_rng([engine.seed, repeat]).integers(2**31))
    model = seeded_clone(engine.estimator, seed)
    fold = engine.folds.draw(repeat, repeat + 1)[0]
    with single_threaded_blas():
        scores, reasons = zip(*(_score_fold(engine, model, fold, f) for f in range(engine.folds.n_splits)), strict=True)
    return np.array(scores), next(filter(None, reasons), None)


def _score_fold(engine, model, fold, f):
    train, test = np.flatnonzero((fold != f) & (fold != NO_FOLD)), np.flatnonzero(fold == f)
    return score_part(engine, *fit_part(engine, model, train, test), test)


def fit_part(engine, model, train, test):
    """Fit a clone on some rows: the fitted model, and the X and y of the rows that it is to be scored on."""
    fitted = seeded_clone(model, None)
    X_train, y_train = safe_split(fitted, engine.X, engine.y, train)
    X_test, y_test = safe_split(fitted, engine.X, engine.y, test, train)
    params = subset_params(engine.fit_params, train, num_samples(engine.X))
    return fit_model(fitted, X_train, y_train, params), X_test, y_test


def score_part(engine, fitted, X_test, y_test, test):
    """The score of a fitted model on the rows `test`, or NaN and what the scorer said."""
    try:
        asked = subset_params(engine.score_params, test, num_samples(engine.X))
        return float(engine.scorer(fitted, X_test, y_test, **asked)), None
    except ValueError as error:
        if hasattr(fitted, "predict"):
            fitted.predict(X_test)  # raises what is wrong with the model
        return np.nan, str(error)  # it is the score that is not defined for these rows: one class only, no events


def single_threaded_blas():
    """Context in which libraries of linear algebra use one thread: on small problems more only fight."""
    return _thread_pools().limit(limits=1)


@lru_cache(maxsize=1)
def _thread_pools():
    return ThreadpoolController()
