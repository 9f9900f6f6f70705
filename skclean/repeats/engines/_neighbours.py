"""Nearest neighbours: one search for all repeats, after which a repeat only counts votes."""

from numbers import Integral

import numpy as np
from scipy import sparse
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor, NearestNeighbors

from skclean._kernels import (
    LANES,
    MAX_LANE_VOTES,
    fold_sizes,
    neighbour_means,
    neighbour_shares,
    neighbour_winners,
    pack_lanes,
    vote_misses,
)
from skclean.repeats.engines._closed_form import ClosedForm, closed_form
from skclean.repeats.engines._neighbour_lists import NeighbourLists

__all__ = ["NeighbourMeans", "NeighbourVotes"]

# Where a kernel counts votes and misses of many repeats at once: bytes of folds, and repeats a block.
BLOCK_BYTES = 1 << 22
MAX_REPEATS = 512


@closed_form.register(KNeighborsClassifier)
@closed_form.register(KNeighborsRegressor)
def _neighbours(estimator, problem):
    k = estimator.n_neighbors
    known = isinstance(k, Integral) and k >= 1 and estimator.weights in (None, "uniform", "distance")
    graph = estimator.metric == "precomputed" and sparse.issparse(problem.X)  # holds some of the distances only
    oblong = estimator.metric == "precomputed" and problem.X.shape[0] != problem.X.shape[1]
    if not known or graph or oblong or len(problem.y) != problem.X.shape[0]:
        return None
    return (NeighbourMeans if problem.classes is None else NeighbourVotes)(estimator, problem)


class Neighbours(ClosedForm):
    """Base of the engines for nearest neighbours: the lists, and how they grow.

    Where no two neighbours of a row are equally distant, fold scores are those of scikit-learn. Where some are, as
    in one-hot encoded tables, its choice among them depends on its heap and its threads; here the first in row order
    are taken.

    Subclasses say what an empty prediction is, fill it for some rows, and tell which classes a model has seen.

    Parameters
    ----------
    estimator : KNeighborsClassifier or KNeighborsRegressor
    problem : Problem
    """

    def __init__(self, estimator, problem):
        super().__init__(problem)
        self.estimator = estimator
        self.k = int(estimator.n_neighbors)
        self._rows = np.flatnonzero(problem.active).astype(np.int32)
        X = problem.X
        if len(self._rows) < X.shape[0]:
            X = X[self._rows]
            if estimator.metric == "precomputed":
                X = X[:, self._rows]
        search = NearestNeighbors(
            n_neighbors=self.k,
            algorithm=estimator.algorithm,
            leaf_size=estimator.leaf_size,
            metric=estimator.metric,
            p=estimator.p,
            metric_params=estimator.metric_params,
            n_jobs=problem.n_jobs if estimator.n_jobs is None else estimator.n_jobs,
        )
        weighted = estimator.weights == "distance"
        self._lists = NeighbourLists(search, X, self._rows, len(problem.y), weighted)

    def of_rows(self, active):
        """See :meth:`ClosedForm.of_rows`: rows that take no part must not be in the lists."""
        return type(self)(self.estimator, self.problem.of_rows(active))

    def prepare(self, n_splits):
        """Search for the neighbours of all rows, unless that was done."""
        n_rows = len(self._rows)
        self._check_training(n_rows - -(-n_rows // n_splits))
        return self._lists.first(self.k, n_splits)

    def predict(self, fold, n_splits):
        """See :meth:`ClosedForm.predict`."""
        voters = self.prepare(n_splits)
        self._check_training(len(self._rows) - fold_sizes(fold[None], n_splits).max())
        predicted = self._empty()
        self._growing(voters, lambda some: self._tell(fold, some, predicted))
        return predicted, self._present(fold, n_splits)

    def _growing(self, voters, count):
        """Call ``count(voters)``, then again with longer lists of those rows whose list was too short."""
        short = count(voters)
        while len(short):
            voters = self._lists.longer(voters, short)
            short = count(voters)

    def _check_training(self, n_training):
        if self.k > n_training:
            raise ValueError(
                f"n_neighbors={self.k} is more than the {n_training} training rows of a fold. Lower n_neighbors, "
                "or use more folds or rows."
            )


class NeighbourMeans(Neighbours):
    """Fold scores of KNeighborsRegressor; see :class:`Neighbours`."""

    def _empty(self):
        return np.zeros(len(self.problem.y))

    def _tell(self, fold, voters, predicted):
        return neighbour_means(fold, voters, self.problem.y, self.k, predicted)

    def _present(self, fold, n_splits):
        return None


class NeighbourVotes(Neighbours):
    """Fold scores of KNeighborsClassifier; see :class:`Neighbours`."""

    def __init__(self, estimator, problem):
        super().__init__(estimator, problem)
        self._counts_misses = (
            problem.scorer.counts_hits and estimator.weights != "distance" and self.k <= MAX_LANE_VOTES
        )
        if self._counts_misses:
            repeats = min(MAX_REPEATS, BLOCK_BYTES // len(problem.y))
            self.repeats_a_block = max(LANES, repeats - repeats % LANES)

    def fold_scores(self, folds, n_splits):
        """See :meth:`ClosedForm.fold_scores`."""
        if not self._counts_misses:
            return super().fold_scores(folds, n_splits)
        voters = self.prepare(n_splits)
        sizes = fold_sizes(folds, n_splits)
        self._check_training(len(self._rows) - sizes.max())
        misses = np.zeros((len(folds) + LANES, 256), dtype=np.int64)  # the last lanes may stay unused
        for start in range(0, len(folds), LANES):
            self._count_misses(folds[start : start + LANES], voters, misses[start : start + LANES])
        hits = sizes - misses[: len(folds), :n_splits]
        return np.divide(hits, sizes, out=np.full(sizes.shape, np.nan), where=sizes > 0)

    def _count_misses(self, folds, voters, misses):
        lanes, codes, n_classes = pack_lanes(folds), self.problem.y, len(self.problem.classes)
        self._growing(voters, lambda some: vote_misses(lanes, some, codes, n_classes, self.k, misses))

    def _empty(self):
        if self.problem.scorer.response == "predict":
            return np.zeros(len(self.problem.y), dtype=np.int32)
        return np.zeros((len(self.problem.y), len(self.problem.classes)))

    def _tell(self, fold, voters, predicted):
        if predicted.ndim == 1:
            return neighbour_winners(fold, voters, self.problem.y, len(self.problem.classes), self.k, predicted)
        return neighbour_shares(fold, voters, self.problem.y, self.k, predicted)

    def _present(self, fold, n_splits):
        """Classes with members outside each fold, for scorers that ask for the classes that a model knows."""
        if self.problem.scorer.formula is not None:
            return None
        rows, n_classes = self._rows, len(self.problem.classes)
        cells = fold[rows].astype(np.int64) * n_classes + self.problem.y[rows]
        inside = np.bincount(cells, minlength=n_splits * n_classes).reshape(n_splits, n_classes)
        return inside.sum(axis=0) > inside
