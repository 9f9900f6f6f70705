"""A regression forest that reads any table, withstands wrong numbers, and predicts rows out of bag while it grows.

It predicts in steps, each of what the steps before left over: a ridge regression, then trees, then trees again, which
add what a mean over leaves has flattened. In each step the weights of rows with large residuals fall, and the residual
of a row always comes from models that had not seen its number.
"""

from numbers import Integral
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import check_consistent_length, check_random_state
from sklearn.utils.validation import check_is_fitted, column_or_1d

from skclean._kernels import ByteTable, TreeGrowth, vote_unit
from skclean.evidence.default_model._bin_points import BinPoints
from skclean.evidence.numbers._leaf_sums import LeafSums
from skclean.evidence.numbers._robust import clip_tails, right_weight, robust_spread
from skclean.evidence.numbers._robust_line import RidgeLine
from skclean.preprocessing._bins import BinEncoder
from skclean.targets import read_numbers
from skclean.utils._checks import accept_any_table, check_weights
from skclean.utils._compat import Interval, fit_context
from skclean.utils._tasks import run_in_order
from skclean.utils._typing import Floats

__all__ = ["OutOfBagNumbers", "TableForestRegressor", "fit_numbers_out_of_bag"]

# Above so many rows a tree draws fewer than there are: of n rows the root of n times this, and never more than that.
ALL_ROWS_UP_TO, MAX_DRAWS = 10_000, 100_000
# Scales of columns are learned from so many rows.
LEARNED_FROM = 20_000
# Of more coordinates the ridge regression is left out.
MAX_WIDTH = 300
# Columns that a node tries: all of few, a third of many.
ALL_COLUMNS_UP_TO = 30
# How often trees are grown on what is left over, and how often the weights of rows are found anew each time.
N_STEPS, N_ROUNDS = 2, 3
# What is left over is clipped at so many spreads before trees are grown on it.
CLIP = 4.0
# Of the squared scale of a row, half is the spread of residuals around it, half the spread of what the trees were grown
# on; a share of the squared spread of all residuals is added. examples/benchmarks/targets_numbers.py ranks by it.
HALF, FLOOR = 0.5, 0.1
# The ridge regression predicts at most this share of the range of y beyond it.
BEYOND_RANGE = 0.25


class OutOfBagNumbers(NamedTuple):
    """Predictions of rows by models that had not seen their numbers.

    Attributes
    ----------
    predicted : ndarray of shape (n_samples,), float64
    scale : ndarray of shape (n_samples,), float64
        Expected size of a residual, as a standard deviation; above 0.
    right : ndarray of shape (n_samples,), float64
        Weight that the number has in predictions of others, from 0 for suspicious ones to 1.
    """

    predicted: Floats
    scale: Floats
    right: Floats


class TableForestRegressor(RegressorMixin, BaseEstimator):
    """A ridge regression, and extremely randomised trees on what it leaves over; any table, and y that may be wrong.

    Columns are read as :class:`BinEncoder` reads them. A suspicious number loses its weight by the residual that rows
    which had not seen it leave, so that few wrong numbers, of any size, hardly move the predictions.

    Parameters
    ----------
    n_estimators : int, default=100
        Number of trees of each of two steps.
    min_samples_leaf : int, default=3
        Rows that a leaf has at least.
    n_jobs : int or None, default=None
        Threads that grow trees. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws rows and cuts.

    Attributes
    ----------
    encoder_ : BinEncoder
        How columns are read.
    n_features_in_ : int
        Number of columns seen in `fit`.

    Notes
    -----
    Trees as in Geurts, Ernst, Wehenkel, "Extremely randomized trees", Machine Learning 2006; the second step as in
    Ghosal, Hooker, "Boosting random forests to reduce bias; one-step boosted forest and its variance estimate", Journal
    of Computational and Graphical Statistics 2021. Otherwise: it starts from a ridge regression, and rows are weighted.
    It assumes that wrong numbers are a minority around each row.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skclean.evidence import TableForestRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> y[:20] *= 10
    >>> TableForestRegressor(50, random_state=0).fit(X, y).score(X[20:], y[20:]) > 0.4
    True
    """

    _parameter_constraints: dict = {
        "n_estimators": [Interval(Integral, 1, 2**16, closed="both")],
        "min_samples_leaf": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(self, n_estimators=100, *, min_samples_leaf=3, n_jobs=None, random_state=None):
        self.n_estimators = n_estimators
        self.min_samples_leaf = min_samples_leaf
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y, sample_weight=None):
        """Fit the ridge regression and grow the trees.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Numbers, NaN, text, dates or categories.
        y : array-like of shape (n_samples,)
            Numbers; rows without one (None, NaN) are not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            What each row counts for.

        Returns
        -------
        self : TableForestRegressor
        """
        cells = _encode(self, X)
        target = read_numbers(column_or_1d(y, warn=True) if len(getattr(y, "shape", ())) == 2 else y)
        check_consistent_length(cells, target.values)
        _Chain(self, cells, target, check_weights(sample_weight, cells), keep=True)
        return self

    def predict(self, X):
        """Predict: ndarray of shape (n_samples,)."""
        check_is_fitted(self)
        cells = self.encoder_.transform(X)
        table = ByteTable(cells, self.encoder_.heights_)
        predicted = _line_of(self.line_, self.points_, cells)
        for trees, means in self.steps_:
            sums, total = np.zeros(len(cells)), np.zeros(len(cells))
            for tree, (values, masses) in zip(trees, means, strict=True):
                leaves = tree.leaves(table)
                sums += values[leaves]
                total += masses[leaves]
            predicted += np.divide(sums, total, out=np.zeros(len(cells)), where=total > 0)
        return predicted

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        accept_any_table(tags)
        tags.input_tags.sparse = False
        return tags


def fit_numbers_out_of_bag(forest, X, target, *, weight=None):
    """Predict every row by trees that did not draw it, and a ridge regression without it; no tree is kept.

    The number of a row has a small part in what others leave over, and so in its own prediction, of the sign that makes
    its own residual larger.

    Parameters
    ----------
    forest : TableForestRegressor
        Its `encoder_` is fitted.
    X : array-like of shape (n_samples, n_features)
        Any table.
    target : NumericTarget
        Rows without a number are not drawn, and every tree predicts them.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; rows of weight 0 are not drawn.

    Returns
    -------
    found : OutOfBagNumbers
    """
    chain = _Chain(forest, _encode(forest, X), target, weight, keep=False)
    return OutOfBagNumbers(chain.predicted, chain.scale(), chain.right)


def _encode(forest, X):
    forest.encoder_ = BinEncoder()
    cells = forest.encoder_.fit_transform(X)
    forest.n_features_in_ = forest.encoder_.n_features_in_
    forest.__dict__.pop("feature_names_in_", None)
    if hasattr(forest.encoder_, "feature_names_in_"):
        forest.feature_names_in_ = forest.encoder_.feature_names_in_
    return cells


def _line_of(line, points, cells):
    """Predictions of the ridge regression, within the range that y has: ndarray of shape (n_samples,)."""
    if line is None:
        return np.zeros(len(cells))
    slopes, offset, low, high = line
    predicted = np.empty(len(cells))
    for start in range(0, len(cells), LEARNED_FROM):
        block = slice(start, start + LEARNED_FROM)
        predicted[block] = points.wide(cells[block]) @ slopes + offset
    return np.clip(predicted, low, high)


class _Chain:
    """The steps of a fit. Each knows the out-of-sample residual that the steps before left of every row."""

    def __init__(self, forest, cells, target, weight, keep):
        self.forest, self.cells, self.keep = forest, cells, keep
        self.trained = target.known if weight is None else target.known & (weight > 0)
        if not self.trained.any():
            raise ValueError("y and sample_weight leave no row to train on; at least one is needed.")
        self.y = np.where(target.known, target.values, 0.0)
        self.weight = None
        if weight is not None or not self.trained.all():
            self.weight = np.where(self.trained, 1.0 if weight is None else weight, 0.0)
        self.clipped = np.zeros(len(self.y))
        self.clipped[self.trained] = clip_tails(self.y[self.trained])
        self.table = ByteTable(cells, forest.encoder_.heights_)
        self.rng = check_random_state(forest.random_state)
        self.right = self.trained.astype(np.float64)
        self.predicted = self._draw_line()
        self._weigh()
        steps = [self._grow() for _ in range(N_STEPS)]
        if keep:
            forest.steps_ = [trees for trees, *_ in steps]
        self.leaves = [(sums, grown_on) for _, sums, grown_on in steps]

    def _draw_line(self):
        """Fit the ridge regression, and return its predictions of rows that were left out."""
        forest, some = self.forest, np.linspace(0, len(self.cells) - 1, min(len(self.cells), LEARNED_FROM))
        points = BinPoints(forest.encoder_.bins_, self.cells[some.astype(np.intp)])
        forest.points_, forest.line_ = points, None
        middle = float(np.median(self.clipped[self.trained]))
        rows = np.flatnonzero(self.trained)
        if points.width > MAX_WIDTH or len(rows) < 3:
            forest.line_ = np.zeros(points.width), middle, middle, middle
            return np.full(len(self.y), middle)
        rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), LEARNED_FROM)).astype(np.intp)]
        y = self.clipped[rows]
        line = RidgeLine(
            points.wide(self.cells[rows]), y, np.ones(len(rows)) if self.weight is None else self.weight[rows]
        )
        beyond = BEYOND_RANGE * (y.max() - y.min())
        low, high = y.min() - beyond, y.max() + beyond
        forest.line_ = line.slopes, line.offset, low, high
        predicted = _line_of(forest.line_, points, self.cells)
        predicted[rows] = np.clip(line.left_out, low, high)
        return predicted

    def _weigh(self):
        """Let the weights of rows with large residuals fall; return the spread of residuals."""
        residual = self.y - self.predicted
        spread = robust_spread(residual[self.trained])
        self.right = np.where(self.trained, right_weight(residual, spread), 0.0)
        return spread

    def _grow(self):
        """Grow trees on what is left over, and add what they predict."""
        before, spread = self.predicted, robust_spread((self.y - self.predicted)[self.trained])
        left = np.where(self.trained, np.clip(self.clipped - before, -CLIP * spread, CLIP * spread), 0.0)
        growth = self._growth(left)
        seeds = self.rng.randint(2**31 - 1, size=(self.forest.n_estimators, 2), dtype=np.int64).tolist()
        sums, trees = LeafSums(self.weight), []
        grown = run_in_order(_grown, ((growth, *pair) for pair in seeds), n_jobs=self.forest.n_jobs, prefer="threads")
        for tree, leaves, times in grown:
            sums.add(leaves, times)
            if self.keep:
                trees.append(tree)
        sums.close()
        for _ in range(N_ROUNDS):
            self.predicted = before + sums.means(left, mass=self.right)[0]
            self._weigh()
        self.predicted = before + sums.means(left, mass=self.right)[0]
        kept = (trees, sums.leaf_values(left, self.right)) if self.keep else None
        return kept, sums, left

    def _growth(self, left):
        n_known, n_columns = int(np.count_nonzero(self.trained)), self.cells.shape[1]
        low, high = left[self.trained].min(), left[self.trained].max()
        unit = np.clip((left - low) / (high - low if high > low else 1.0), 0, 1).astype(np.float32)
        return TreeGrowth(
            self.table,
            np.where(self.trained, np.int32(0), np.int32(-1)),
            2,
            weight=self.weight,
            n_draws=max(1, min(n_known, int((ALL_ROWS_UP_TO * n_known) ** 0.5), MAX_DRAWS)),
            n_tried=min(n_columns, max(ALL_COLUMNS_UP_TO, n_columns // 3)),
            min_leaf=self.forest.min_samples_leaf,
            unit=vote_unit(self.forest.n_estimators),
            target=unit,
        )

    def scale(self):
        """Return how large the residual of a right number is around each row: ndarray of shape (n_samples,)."""
        residual = self.y - self.predicted
        spread = robust_spread(residual[self.trained])
        squares = np.clip(residual, -3 * spread, 3 * spread) ** 2
        around = np.zeros(len(self.y))
        for number, (sums, grown_on) in enumerate(self.leaves):
            columns = [squares] if number else [squares, grown_on, grown_on**2]
            found = sums.means(*columns, mass=self.right)
            around += (1 - HALF) / len(self.leaves) * found[0]
            if not number:
                around += HALF * np.maximum(found[2] - found[1] ** 2, 0.0)
        return np.sqrt(around + FLOOR * spread**2)


def _grown(growth, row_seed, tree_seed):
    """Grow a tree; return it, the leaf of each row, and how often each row was drawn."""
    times = growth.draw(row_seed)
    tree = growth.grow(tree_seed, times)
    return tree, tree.leaves(growth.table), times
