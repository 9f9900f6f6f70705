"""A regression forest that reads any table, withstands wrong numbers, and predicts rows out of bag while it grows.

It predicts in steps, each of what the steps before left over: a ridge regression, then trees, then trees again, which
add what a mean over leaves has flattened. In each step the weights of rows with large residuals fall, and the residual
of a row always comes from models that had not seen its number.
"""

from numbers import Integral
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_is_fitted, column_or_1d

from skclean._kernels import ByteTable
from skclean.evidence.numbers._step_chain import StepChain, predict_line
from skclean.preprocessing._bins import BinEncoder
from skclean.targets import read_numbers
from skclean.utils._checks import accept_any_table, check_weights
from skclean.utils._compat import Interval, fit_context
from skclean.utils._typing import Floats

__all__ = ["OutOfBagNumbers", "TableForestRegressor", "fit_numbers_out_of_bag"]


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
        StepChain(self, cells, target, check_weights(sample_weight, cells), keep=True)
        return self

    def predict(self, X):
        """Predict: ndarray of shape (n_samples,)."""
        check_is_fitted(self)
        cells = self.encoder_.transform(X)
        table = ByteTable(cells, self.encoder_.heights_)
        predicted = predict_line(self.line_, self.points_, cells)
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
    chain = StepChain(forest, _encode(forest, X), target, weight, keep=False)
    return OutOfBagNumbers(chain.predicted, chain.scale(), chain.right)


def _encode(forest, X):
    forest.encoder_ = BinEncoder()
    cells = forest.encoder_.fit_transform(X)
    forest.n_features_in_ = forest.encoder_.n_features_in_
    forest.__dict__.pop("feature_names_in_", None)
    if hasattr(forest.encoder_, "feature_names_in_"):
        forest.feature_names_in_ = forest.encoder_.feature_names_in_
    return cells
