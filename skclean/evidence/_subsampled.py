"""Many fits on chosen rows, of which only sums are kept: what models say of rows they saw, and of rows they did not.

Bagging, partitions and repeated subsamples differ in which rows are drawn, and detectors that use them in what they
ask of each fitted model. The rest is here: clones are seeded and fitted side by side, each answer is added up in the
order of the draws and forgotten, so that the result does not depend on `n_jobs` and no model outlives its answer.

A model that has not seen a class cannot speak for it: its answer on rows that were given this class is not counted.
"""

from collections import deque
from typing import NamedTuple

import numpy as np
from sklearn.dummy import DummyClassifier

from skclean.targets import UNLABELLED
from skclean.utils._compat import num_samples, safe_split
from skclean.utils._params import seeded_clone, subset_params
from skclean.utils._proba import ProbaSum, class_columns
from skclean.utils._tasks import Progress, run_in_order

__all__ = ["Draw", "SubsetSums", "sum_over_subsets"]


class Draw(NamedTuple):
    """Rows for one fit.

    Attributes
    ----------
    train : ndarray of int
        Rows to fit, repeats allowed; all of them labelled.
    judged : ndarray of int
        Distinct rows to ask the fitted model about.
    seed : int or None
        Seeds the clone where it has no seed of its own.
    """

    train: np.ndarray
    judged: np.ndarray
    seed: int | None


class SubsetSums(NamedTuple):
    """Answers added up.

    Attributes
    ----------
    inside : ProbaSum
        Of models on rows that they were fitted on.
    outside : ProbaSum
        Of models on rows that they were not fitted on.
    """

    inside: ProbaSum
    outside: ProbaSum

    @classmethod
    def of_nothing(cls, n_samples, n_classes):
        """Sums before the first answer."""
        return cls(ProbaSum(n_samples, n_classes), ProbaSum(n_samples, n_classes))


def sum_over_subsets(
    estimator, X, labels, draws, ask, *, n_draws, sums=None, fit_params=None, n_jobs=None, progress=None
):
    """Fit a clone for every draw, and add up what the clones say.

    Parameters
    ----------
    estimator : classifier
        Cloned for every draw.
    X : array-like of shape (n_samples, ...)
        Passed to the clones as given, in rows.
    labels : ClassTarget
        Codes and classes.
    draws : iterable of Draw
        Read one by one, so it may make them as it goes.
    ask : callable
        ``ask(model, X_train, y_train, X_judged, fit_params, judged)`` fits the model and returns an array of shape
        (n_judged, n_known) and the classes of its columns, as :func:`skclean.evidence.fit_predict_votes` does. The
        result is 0 for a class that is not among them. `judged` holds the positions of the rows, for messages.
    n_draws : int
        Number of draws.
    sums : SubsetSums or None, default=None
        Sums to go on with.
    fit_params : dict or None, default=None
        Passed to ``fit``; what has one value per row is subset with the rows.
    n_jobs : int or None, default=None
        Clones fitted side by side. The result does not depend on it.
    progress : Progress or None, default=None
        Where each fit is reported.

    Returns
    -------
    sums : SubsetSums
        Columns in the order of ``labels.classes``.
    """
    sums = sums or SubsetSums.of_nothing(num_samples(X), len(labels.classes))
    waiting = deque()  # draws that were handed out and whose answers have not come back yet
    arguments = _tasks(estimator, X, labels.classes[labels.codes], draws, ask, fit_params or {}, waiting)
    answers = run_in_order(_fit_and_ask, arguments, n_jobs=n_jobs)
    with (progress or Progress.silent()).task("fit-subsets", n_draws) as steps:
        for _ in range(n_draws):
            with steps.task("fit"):
                values, classes = next(answers)
                _add(sums, waiting.popleft(), values, class_columns(classes, labels.classes), labels.codes)
    return sums


def _tasks(estimator, X, y, draws, ask, fit_params, waiting):
    for draw in draws:
        waiting.append(draw)
        yield estimator, X, y, draw, ask, fit_params


def _fit_and_ask(estimator, X, y, draw, ask, fit_params):
    """One task of the pool."""
    train, judged, seed = draw
    model, params = seeded_clone(estimator, seed), subset_params(fit_params, train, num_samples(X))
    X_train, y_train = safe_split(model, X, y, train)
    X_judged, _ = safe_split(model, X, y, judged, train)
    if (y_train == y_train[0]).all():  # many models refuse to learn one class; what they would say is known
        model, params = DummyClassifier(), {}
    return ask(model, X_train, y_train, X_judged, params, judged)


def _add(sums, draw, values, columns, codes):
    """Count the answers on rows whose class the model knows, apart for rows in and out of its training set."""
    knows = np.zeros(sums.outside.total.shape[1] + 1, dtype=bool)
    knows[columns] = knows[UNLABELLED] = True
    counts = knows[codes[draw.judged]]
    seen = np.zeros(len(codes), dtype=bool)
    seen[draw.train] = True
    for part, here in ((sums.inside, seen[draw.judged]), (sums.outside, ~seen[draw.judged])):
        chosen = np.flatnonzero(here & counts)
        if chosen.size:
            part.add(draw.judged[chosen], values[chosen], columns)
