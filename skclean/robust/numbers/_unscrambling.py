"""Learn from numbers that were given to the wrong rows, and put them back."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.stats import chi2
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, is_classifier
from sklearn.linear_model import LinearRegression
from sklearn.utils import check_consistent_length
from sklearn.utils.validation import check_array, check_is_fitted

from skclean.targets import check_table
from skclean.utils._checks import check_same_order, record_features
from skclean.utils._compat import HasMethods, Interval, fit_context, get_tags, safe_indexing
from skclean.utils._params import ClearParamsMixin, seeded_clone, weight_parameter
from skclean.utils._typing import Array, Estimator, Labels1d, Numbers, RandomState, Table

__all__ = ["UnscramblingRegressor"]

# Tukey's weights fall to 0 at so many spreads.
TUKEY = 4.685
N_ROBUST = 20
# Rows closer to their prediction than all but this share of right ones stay where they are; of others, so many move.
STAYS, MAX_MOVED = 0.5, 4000


class UnscramblingRegressor(RegressorMixin, MetaEstimatorMixin, ClearParamsMixin, BaseEstimator):
    """Fit a regressor where some rows have the numbers of other rows, and find which.

    A robust fit predicts the numbers of every row. Within each block, numbers are assigned to the rows that predict
    them best all together; a row keeps its own unless another one fits much better. Then the model is fitted again.

    Parameters
    ----------
    estimator : regressor or None, default=None
        Takes several numbers a row where y has several columns, and sample weights. None means LinearRegression.
    max_rounds : int, default=20
        Rounds of assigning and fitting, at most; it stops when no row moves.
    random_state : int, RandomState instance or None, default=None
        Seeds the model where it has no seed of its own.

    Attributes
    ----------
    estimator_ : regressor
        Fitted to the numbers where they were put.
    permutation_ : ndarray of shape (n_samples,), int
        Row that has the numbers which belong to each row; its own where nothing moves.
    noise_mask_ : ndarray of shape (n_samples,), bool
        Rows that get the numbers of another row.
    restored_ : ndarray of shape (n_samples,) or (n_samples, n_targets)
        The numbers where they were put.
    n_rounds_ : int
        Rounds until no row moved.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: a robust fit first, since a sparse permutation is a set of outliers, then an assignment.

    Otherwise: residuals of several numbers are taken together, by their robust covariance; rows near their prediction
    stay, so that the assignment is small; normal residuals only. It assumes that fewer than half of the rows moved, and
    several numbers a row or small blocks: from one number a row that moved may be seen, but hardly put back.

    References
    ----------
    Slawski, Ben-David, "Linear regression with sparsely permuted data", Electronic Journal of Statistics 2019.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.robust import UnscramblingRegressor
    >>> rng = np.random.RandomState(0)
    >>> X = rng.normal(size=(200, 5))
    >>> Y = X @ rng.normal(size=(5, 8)) + 0.3 * rng.normal(size=(200, 8))
    >>> given = Y.copy()
    >>> given[:30] = Y[np.roll(np.arange(30), 1)]
    >>> model = UnscramblingRegressor().fit(X, given)
    >>> bool((model.restored_[:30] == Y[:30]).all(axis=1).mean() > 0.9)
    True
    """

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "max_rounds": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self, estimator: Estimator | None = None, *, max_rounds: int = 20, random_state: RandomState = None
    ) -> None:
        self.estimator = estimator
        self.max_rounds = max_rounds
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Table, y: Numbers, *, blocks: Labels1d | None = None) -> Self:
        """Find the numbers that belong to each row, and fit the estimator to them.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,) or (n_samples, n_targets)
            Numbers, none of them missing.
        blocks : array-like of shape (n_samples,) or None, default=None
            Numbers only move between rows of one block, such as a day or a file; None means one block.

        Returns
        -------
        self : UnscramblingRegressor
        """
        check_same_order(X=X, y=y, blocks=blocks)
        rows = check_table(X)
        estimator = LinearRegression() if self.estimator is None else self.estimator
        if is_classifier(estimator):
            raise ValueError(f"the estimator, {type(estimator).__name__}, is a classifier; pass a regressor.")
        if y is None:
            raise ValueError("UnscramblingRegressor requires y to be passed, but the target y is None.")
        given = check_array(y, dtype=np.float64, ensure_2d=False, input_name="y")
        check_consistent_length(rows, given)
        if given.ndim == 2 and given.shape[1] == 1:
            given = given.ravel()
        block_of = np.zeros(len(given), dtype=np.intp)
        if blocks is not None:
            check_consistent_length(rows, blocks)
            block_of = np.unique(np.asarray(blocks).astype(str), return_inverse=True)[1]
        place, weight = np.arange(len(given)), np.ones(len(given))
        for _ in range(N_ROBUST):
            before, weight = weight, _tukey(given - self._fitted(estimator, rows, given, weight), weight)
            if np.abs(weight - before).max() < 1e-3:
                break
        self.n_rounds_ = 0
        while self.n_rounds_ < self.max_rounds:
            self.n_rounds_ += 1
            predicted = self._fitted(estimator, rows, given[place], weight)
            moved = _assign(predicted, given, place, weight, block_of)
            weight = (
                np.clip(1 - _distances(given[moved] - predicted, weight) / (TUKEY**2 * given[0].size), 0, None) ** 2
            )
            stays = np.array_equal(moved, place)
            place = moved
            if stays:
                break
        self.permutation_, self.restored_ = place, given[place]
        self.noise_mask_ = place != np.arange(len(given))
        self._fitted(estimator, rows, self.restored_, weight)
        record_features(self, X)
        return self

    def _fitted(self, estimator: Estimator, X: Any, y: Array, weight: Array) -> Array:
        """Fit to weighted rows, and predict all of them."""
        self.estimator_ = seeded_clone(estimator, self.random_state)
        name = weight_parameter(estimator)
        if not weight.any():
            weight = np.ones(len(weight))
        if name is None:
            kept = np.flatnonzero(weight > np.median(weight) / 2)
            self.estimator_.fit(safe_indexing(X, kept), y[kept])
        else:
            self.estimator_.fit(X, y, **{name: weight})
        return np.asarray(self.estimator_.predict(X)).reshape(y.shape)

    def predict(self, X: Table) -> Array:
        """Predict: ndarray of shape (n_samples,) or (n_samples, n_targets)."""
        check_is_fitted(self, "estimator_")
        return self.estimator_.predict(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        inner = get_tags(LinearRegression() if self.estimator is None else self.estimator)
        tags.input_tags, tags.target_tags.multi_output = inner.input_tags, inner.target_tags.multi_output
        return tags


def _whitening(residual, weight):
    """Return the matrix that makes residuals of right rows independent with variance 1, from weighted rows."""
    residual = residual.reshape(len(residual), -1)
    total = max(weight.sum(), 1e-9)
    covariance = (residual * weight[:, None]).T @ residual / total
    scale, axes = np.linalg.eigh(np.atleast_2d(covariance))
    return axes / np.sqrt(np.maximum(scale, 1e-9 * max(scale.max(), 1e-300)))


def _distances(residual, weight):
    """Squared distance of each row from its prediction, about the number of targets in the median: ndarray of (n,)."""
    white = residual.reshape(len(residual), -1) @ _whitening(residual, weight)
    squares = (white**2).sum(axis=1)
    middle = np.median(squares)
    return squares * (chi2.ppf(0.5, white.shape[1]) / middle) if middle > 0 else squares


def _tukey(residual, weight):
    """Return the weight of each row, 1 at its prediction and 0 far from it: ndarray of shape (n,)."""
    distance = _distances(residual, weight)
    return np.clip(1 - distance / (TUKEY**2 * residual[0].size), 0, None) ** 2


def _assign(predicted, given, place, weight, block_of):
    """Return the row whose numbers fit each row best, all together; rows that fit keep what they have."""
    residual = given[place] - predicted
    distance = _distances(residual, weight)
    white = _whitening(residual, weight)
    raw = ((residual.reshape(len(given), -1) @ white) ** 2).sum(axis=1)
    factor = np.median(distance) / max(np.median(raw), 1e-300)
    flat, aim = given.reshape(len(given), -1) @ white, predicted.reshape(len(given), -1) @ white
    doubted = np.flatnonzero(distance > chi2.ppf(1 - STAYS, white.shape[1]))
    doubted = doubted[np.argsort(-distance[doubted], kind="stable")[:MAX_MOVED]]
    moved = place.copy()
    for block in np.unique(block_of[doubted]):
        rows = np.sort(doubted[block_of[doubted] == block])
        numbers = place[rows]
        squares = (
            (aim[rows] ** 2).sum(axis=1)[:, None] + (flat[numbers] ** 2).sum(axis=1) - 2 * aim[rows] @ flat[numbers].T
        )
        cost = factor * squares / 2
        cost[rows[:, None] == numbers] -= np.log(max(len(given), 2))
        moved[rows] = numbers[linear_sum_assignment(cost)[1]]
    return moved
