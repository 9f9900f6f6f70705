"""A forest that reads any table, and predicts rows out of bag while it grows."""

from numbers import Integral

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import assert_all_finite, check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, column_or_1d

from skclean._kernels import ByteTable, TreeGrowth, vote_unit
from skclean.evidence.geometry._votes import voting_rows
from skclean.preprocessing._bins import BinEncoder
from skclean.targets import UNLABELLED
from skclean.utils._checks import accept_any_table, check_weights
from skclean.utils._compat import Interval, fit_context
from skclean.utils._tasks import run_in_order

__all__ = ["TableForest", "fit_out_of_bag"]

# Above so many rows a tree draws fewer than there are, so that it takes less time and leaves more rows to predict: of n
# rows it draws the root of n times this. On tables of 20,000 to 40,000 rows ranking was as good as with n draws.
ALL_ROWS_UP_TO = 10_000
MAX_DRAWS = 100_000
# Probabilities of more cells are float32.
MAX_DOUBLES = 5_000_000
# A class of more members is drawn by every tree.
FEW_MEMBERS = 60


class TableForest(ClassifierMixin, BaseEstimator):
    """Extremely randomised trees on bootstrap samples of any table.

    Columns are read as :class:`BinEncoder` reads them. A node tries one cut of each of sqrt(n_columns) columns. Trees
    are grown on bytes, several times faster than on numbers, and :func:`fit_out_of_bag` keeps only one at a time.

    Parameters
    ----------
    n_estimators : int, default=400
        Number of trees.
    min_samples_leaf : int, default=3
        Rows that a leaf has at least, so that a wrong label never has a leaf of its own.
    n_jobs : int or None, default=None
        Threads that grow trees. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws rows, columns and cuts.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The sorted labels.
    encoder_ : BinEncoder
        How columns are read.
    trees_ : list of PackedTree
        The trees.
    n_features_in_ : int
        Number of columns seen in `fit`.

    Notes
    -----
    Trees as in Geurts, Ernst, Wehenkel, "Extremely randomized trees", Machine Learning 2006, on bootstrap samples.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.evidence import TableForest
    >>> X, y = load_iris(return_X_y=True)
    >>> TableForest(50, random_state=0).fit(X, y).score(X, y) > 0.9
    True
    """

    _parameter_constraints: dict = {
        "n_estimators": [Interval(Integral, 1, 2**16, closed="both")],
        "min_samples_leaf": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(self, n_estimators=400, *, min_samples_leaf=3, n_jobs=None, random_state=None):
        self.n_estimators = n_estimators
        self.min_samples_leaf = min_samples_leaf
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Grow the trees.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, NaN, text, dates or categories.
        y : array-like of shape (n_samples,)
            Labels.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            What each row counts for.

        Returns
        -------
        self : TableForest
        """
        self.encoder_ = BinEncoder()
        cells = self.encoder_.fit_transform(X)
        self.n_features_in_ = self.encoder_.n_features_in_
        if hasattr(self.encoder_, "feature_names_in_"):
            self.feature_names_in_ = self.encoder_.feature_names_in_
        y = column_or_1d(y, warn=True)
        assert_all_finite(y, input_name="y")
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        weight = check_weights(sample_weight, cells)
        growth = self._growth(cells, codes.astype(np.int32), len(self.classes_), weight)
        seeds = self._seeds()
        arguments = ((growth, *pair) for pair in seeds)
        self.trees_ = list(run_in_order(_grown, arguments, n_jobs=self.n_jobs, prefer="threads"))
        return self

    def predict_proba(self, X):
        """Predict the mean share of every class in the leaves of a row: ndarray of shape (n_samples, n_classes)."""
        check_is_fitted(self)
        cells = self.encoder_.transform(X)
        table, rows = ByteTable(cells, self.encoder_.heights_), np.arange(len(cells), dtype=np.int32)
        votes = np.zeros((len(cells), len(self.classes_)), dtype=np.uint32)
        for tree in self.trees_:
            tree.vote(table, rows, votes)
        return _shares(votes)

    def predict(self, X):
        """Predict the most probable class: ndarray of shape (n_samples,)."""
        proba = self.predict_proba(X)
        return self.classes_[proba.argmax(axis=1)]

    def _seeds(self):
        """Two seeds for every tree, of its rows and of its cuts: list of (int, int)."""
        rng = check_random_state(self.random_state)
        return rng.randint(2**31 - 1, size=(self.n_estimators, 2), dtype=np.int64).tolist()

    def _growth(self, cells, codes, n_classes, weight):
        n_known = len(voting_rows(codes, weight))
        return TreeGrowth(
            ByteTable(cells, self.encoder_.heights_),
            codes,
            n_classes,
            weight=weight,
            n_draws=max(1, min(n_known, int((ALL_ROWS_UP_TO * n_known) ** 0.5), MAX_DRAWS)),
            n_tried=max(1, int(cells.shape[1] ** 0.5)),
            min_leaf=self.min_samples_leaf,
            unit=vote_unit(self.n_estimators),
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        accept_any_table(tags)
        tags.input_tags.sparse = False
        return tags


def fit_out_of_bag(forest, X, labels, *, weight=None, seen=None):
    """Predict every row by the trees that did not draw it; each tree is dropped once it has predicted.

    Parameters
    ----------
    forest : TableForest
        Its `encoder_` is fitted.
    X : array-like of shape (n_samples, n_features)
        Any table.
    labels : ClassTarget
        Codes and classes; unlabelled rows are not drawn, and every tree predicts them.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; rows of weight 0 are not drawn.
    seen : SeenClasses or None, default=None
        Where it is recorded which rows were predicted by trees that had drawn their class.

    Returns
    -------
    cells : ndarray of shape (n_samples, n_columns), uint8
        The encoded table.
    proba : ndarray of shape (n_samples, n_classes), float64, or float32 with more than 5,000,000 cells
        A row that every tree drew gets the mean of the others.
    """
    codes, classes = labels
    forest.encoder_ = BinEncoder()
    cells = forest.encoder_.fit_transform(X)
    growth = forest._growth(cells, codes, len(classes), weight)
    rare = _rare_rows(growth)
    seeds = forest._seeds()
    n_parts = min(effective_n_jobs(forest.n_jobs), len(seeds))
    votes = knew = None
    parts = ((growth, seeds[part::n_parts], rare) for part in range(n_parts))
    for some, some_knew in run_in_order(_votes_of_trees, parts, n_jobs=n_parts, prefer="threads"):
        if votes is None:
            votes, knew = some, some_knew
        else:
            votes += some
            knew += some_knew
    if seen is not None:
        counts = np.ones(len(codes), dtype=np.int64)
        counts[np.bincount(growth.codes[growth.rows], minlength=len(classes))[codes] == 0] = 0
        counts[rare] = knew
        seen.add_counts(counts)
    return cells, _shares(votes)


def _grown(growth, row_seed, tree_seed):
    return growth.grow(tree_seed, growth.draw(row_seed))


def _rare_rows(growth):
    """Labelled rows of classes that a tree may not have drawn: ndarray of int."""
    members = np.bincount(growth.codes[growth.rows], minlength=growth.n_classes)
    share = min(1.0, growth.n_draws / len(growth.rows))
    few = (members > 0) & (members * share < FEW_MEMBERS)
    return np.flatnonzero((growth.codes != UNLABELLED) & few[growth.codes])


def _votes_of_trees(growth, seeds, rare):
    """Votes of some trees for all rows, and how many trees that predict each rare row had drawn its class."""
    votes = np.zeros((len(growth.codes), growth.n_classes), dtype=np.uint32)
    knew = np.zeros(len(rare), dtype=np.int64)
    of_rare = growth.codes[rare]
    for row_seed, tree_seed in seeds:
        times = growth.draw(row_seed)
        growth.grow(tree_seed, times).vote(growth.table, np.flatnonzero(times == 0).astype(np.int32), votes)
        drawn = times[rare] > 0
        known = np.zeros(growth.n_classes, dtype=bool)
        known[of_rare[drawn]] = True
        knew += ~drawn & known[of_rare]
    return votes, knew


def _shares(votes):
    """Votes as probabilities: rows that have none get the mean of the others."""
    proba = votes.astype(np.float64 if votes.size <= MAX_DOUBLES else np.float32)
    totals = proba.sum(axis=1, keepdims=True)
    np.divide(proba, totals, out=proba, where=totals > 0)
    silent = np.flatnonzero(totals[:, 0] == 0)
    if silent.size:
        proba[silent] = (
            proba.sum(axis=0) / (len(proba) - silent.size) if silent.size < len(proba) else 1 / votes.shape[1]
        )
    return proba
