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
from sklearn.utils import check_random_state

from skclean.evidence.cross_fitting._cross_fit import split_rows
from skclean.targets import UNLABELLED
from skclean.utils._compat import num_samples, safe_split
from skclean.utils._params import seeded_clone, subset_params
from skclean.utils._proba import ProbaSum, class_columns
from skclean.utils._tasks import Progress, run_in_order

__all__ = ["ClassRows", "Draw", "SubsetSums", "sum_over_draws", "sum_over_partitions", "sum_over_subsets"]


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
    arguments = _tasks(estimator, X, labels.for_fit(), draws, ask, fit_params or {}, waiting)
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


class ClassRows:
    """The rows of each class, to draw from. Every draw has rows of every class, as many as is its share.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int32
        Classes; -1 where a row is unlabelled: never drawn.
    """

    def __init__(self, codes):
        labelled = np.flatnonzero(codes != UNLABELLED)
        self.rows = labelled[np.argsort(codes[labelled], kind="stable")]
        codes = codes[self.rows]
        sizes = np.bincount(codes)
        self.size = sizes[codes]
        self.start = (np.cumsum(sizes) - sizes)[codes]

    def bootstrap(self, rng):
        """As many rows as there are, with replacement: sorted ndarray of int."""
        return np.sort(self.rows[self.start + (rng.random_sample(len(self.rows)) * self.size).astype(np.intp)])

    def subsample(self, share, rng):
        """A share of the rows, without replacement; of a class of several at least one and never all."""
        n_drawn = np.clip(np.rint(share * self.size), 1, np.maximum(self.size - 1, 1))
        shuffled = np.lexsort((rng.random_sample(len(self.rows)), self.start))  # classes stay where they are
        return np.sort(self.rows[shuffled[np.arange(len(self.rows)) - self.start < n_drawn]])


def sum_over_draws(
    estimator,
    X,
    labels,
    ask,
    *,
    n_draws,
    share=None,
    inside=False,
    random_state=None,
    fit_params=None,
    n_jobs=None,
    progress=None,
):
    """Fit clones on random draws of the labelled rows, and add up what they say.

    Parameters
    ----------
    estimator : classifier
        Cloned for every draw.
    X : array-like of shape (n_samples, ...)
        Passed to the clones as given, in rows.
    labels : ClassTarget
        Unlabelled rows are never drawn; every model predicts them.
    ask : callable
        As in :func:`skclean.evidence.sum_over_subsets`.
    n_draws : int
        Number of fits.
    share : float or None, default=None
        Share of each class that is drawn without replacement, in (0, 1). None draws bootstrap samples.
    inside : bool, default=False
        Whether rows that were drawn are judged too.
    random_state : int, RandomState instance or None, default=None
        Draws the rows, and seeds the clones where they have no seed of their own.
    fit_params, n_jobs, progress
        As in :func:`skclean.evidence.sum_over_subsets`.

    Returns
    -------
    sums : SubsetSums
        A row that every draw held is judged by one more fit without such rows and, with `inside`, a row that no draw
        held by one more fit on all rows. What is left without a count outside is a row whose class has no other member.
    """
    rng = check_random_state(random_state)
    seeds = rng.randint(np.iinfo(np.int32).max, size=n_draws)
    drawn = _draws(labels.codes, seeds, share, inside)
    options = {"fit_params": fit_params, "n_jobs": n_jobs}
    sums = sum_over_subsets(estimator, X, labels, drawn, ask, n_draws=n_draws, progress=progress, **options)
    missed = list(_draws_missed(sums, labels.codes, int(seeds[0]), inside))
    silent = Progress.silent()  # how many are missed is not known before
    return sum_over_subsets(
        estimator, X, labels, missed, ask, n_draws=len(missed), sums=sums, progress=silent, **options
    )


def _draws(codes, seeds, share, inside):
    rows = ClassRows(codes)
    everything = np.arange(len(codes))
    for seed in seeds:
        rng = np.random.RandomState(seed)
        train = rows.bootstrap(rng) if share is None else rows.subsample(share, rng)
        yield Draw(train, everything if inside else np.delete(everything, train), int(seed))


def _draws_missed(sums, codes, seed, inside):
    """Draws for the rows that were never out, and for those that were never in."""
    labelled = np.flatnonzero(codes != UNLABELLED)
    never_out = sums.outside.count[labelled] == 0
    if never_out.any() and not never_out.all():
        yield Draw(labelled[~never_out], labelled[never_out], seed)
    never_in = labelled[sums.inside.count[labelled] == 0]
    if inside and never_in.size:
        yield Draw(labelled, never_in, seed)


def sum_over_partitions(
    estimator,
    X,
    labels,
    ask,
    *,
    n_partitions,
    n_repeats,
    split_params=None,
    random_state=None,
    fit_params=None,
    n_jobs=None,
    progress=None,
):
    """Fit clones on each part of random partitions, and add up what they say of all other rows.

    Parameters
    ----------
    estimator, X, labels, ask
        As in :func:`sum_over_draws`.
    n_partitions : int
        Parts of a partition, stratified by class; fewer where a class has fewer members, with a warning.
    n_repeats : int
        Random partitions.
    split_params : dict or None, default=None
        ``{"groups": groups}`` keeps rows of one group in one part.
    random_state : int, RandomState instance or None, default=None
        Shuffles the rows, and seeds the clones where they have no seed of their own.
    fit_params, n_jobs, progress
        As in :func:`skclean.evidence.sum_over_subsets`.

    Returns
    -------
    sums : SubsetSums
        With nothing inside.
    """
    rng = check_random_state(random_state)
    parts = []
    for _ in range(n_repeats):
        folds = split_rows(X, labels, cv=n_partitions, split_params=split_params, random_state=rng)
        n_partitions = len(folds)  # where it was reduced, the reason is given once
        parts += [part for _, part in folds]
    seeds = rng.randint(np.iinfo(np.int32).max, size=len(parts))
    everything = np.arange(len(labels.codes))
    draws = (
        Draw(part, np.delete(everything, part), int(seed)) for part, seed in zip(parts, seeds, strict=True) if len(part)
    )
    n_draws = sum(len(part) > 0 for part in parts)  # fewer groups than parts leave some of them empty
    options = {"fit_params": fit_params, "n_jobs": n_jobs, "progress": progress}
    return sum_over_subsets(estimator, X, labels, draws, ask, n_draws=n_draws, **options)
