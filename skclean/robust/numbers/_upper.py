"""Learn numbers that may be too low, but are never too high."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from scipy.special import log_ndtr
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, is_classifier
from sklearn.utils.validation import check_is_fitted, column_or_1d

from skclean.evidence import default_regressor, out_of_sample_numbers, robust_spread
from skclean.targets import check_rows, check_table, read_numbers
from skclean.utils._checks import accept_any_table, check_same_order, check_trust, check_weights, record_features
from skclean.utils._compat import HasMethods, Interval, fit_context, get_tags, safe_indexing
from skclean.utils._params import ClearParamsMixin, seeded_clone, weight_parameter
from skclean.utils._typing import Array, CrossValidation, Estimator, Floats, Numbers, RandomState, Table

__all__ = ["UpperRegressor", "split_shortfalls"]

# In the first round, before any row weighs less, predictions are too low: right rows lie about this quantile.
FIRST_QUANTILE = 0.6
MAX_SHARE, LEAST_SHARE = 0.7, 1e-3
N_STEPS = 100
LEAST_WEIGHT = 1e-3


class UpperRegressor(RegressorMixin, MetaEstimatorMixin, ClearParamsMixin, BaseEstimator):
    """Fit a regressor to numbers, some of which are too low, as incomplete records are.

    A residual is normal, or, where the number is short, normal minus an exponential shortfall. Rows weigh as much as
    their numbers are probably complete, given residuals of models that had not seen them, and the model is fitted
    again.

    Parameters
    ----------
    estimator : regressor or None, default=None
        The model to train, which takes sample weights. None means the forest of
        :class:`skclean.detectors.RegressionResiduals`.
    cv : int, splitter, iterable of (train, test), or None, default=None
        How residuals are kept out of sample, as in :class:`skclean.detectors.RegressionResiduals`.
    n_rounds : int, default=6
        How often residuals and weights are found anew.
    n_jobs : int or None, default=None
        Trees or folds side by side.
    random_state : int, RandomState instance or None, default=None
        Shuffles folds, and seeds the model where it has no seed of its own.

    Attributes
    ----------
    estimator_ : regressor
        The fitted clone.
    complete_ : ndarray of shape (n_samples,), float64
        Chance that each number is complete; 0 where there is none, 1 where it is verified.
    short_share_ : float
        Estimated share of numbers that are too low.
    shortfall_ : float
        Their mean shortfall, in units of y.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: a number may be too low, and is never too high beyond noise.

    Otherwise: not the paper's risk, in which the share of complete rows above the prediction is a parameter that only
    rows known to be complete can tell, but expectation and maximisation over the two kinds of residuals. With nothing
    too low it predicts a little too high. It assumes that the shortfall does not depend on X given the prediction, and
    that noise is symmetric. It loses where all rows of a region are short, and where y is skewed to the right by
    nature: shortfalls then hide in the scatter.

    References
    ----------
    Katsuki, Osogami, "Regression with sensor data containing incomplete observations", ICML 2023.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.datasets import make_friedman1
    >>> from skclean.robust import UpperRegressor
    >>> X, y = make_friedman1(400, noise=0.5, random_state=0)
    >>> short = np.arange(400) % 3 == 0
    >>> given = np.where(short, y * np.random.RandomState(0).uniform(size=400), y)
    >>> model = UpperRegressor(random_state=0).fit(X, given)
    >>> bool(np.abs(model.predict(X) - y).mean() < 1.5), bool(0.2 < model.short_share_ < 0.5)
    (True, True)
    """

    __metadata_request__fit = {"verified": True}

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "cv": ["cv_object", Interval(Integral, 2, None, closed="left"), None],
        "n_rounds": [Interval(Integral, 1, None, closed="left")],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        cv: CrossValidation = None,
        n_rounds: int = 6,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.cv = cv
        self.n_rounds = n_rounds
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self, X: Table, y: Numbers, sample_weight: Numbers | None = None, *, verified: Numbers | None = None
    ) -> Self:
        """Find which numbers are complete, and fit the estimator to these.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Numbers; rows without one (None, NaN) are not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Multiplied with the chances of being complete.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a number is known to be complete. Numbers between 0 and 1 say how far each one is trusted.

        Returns
        -------
        self : UpperRegressor
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight, verified=verified)
        rows = check_table(X)
        target = read_numbers(column_or_1d(y, warn=True) if len(getattr(y, "shape", ())) == 2 else y)
        rows = check_rows(rows, target)
        estimator = self._estimator(rows)
        if is_classifier(estimator):
            raise ValueError(f"the estimator, {type(estimator).__name__}, is a classifier; pass a regressor.")
        name = weight_parameter(estimator)
        if name is None:
            raise ValueError(
                f"the estimator, {type(estimator).__name__}, takes no sample_weight in fit, and without the rows that "
                "are probably too low it would predict ever higher; choose one that takes weights."
            )
        weight = check_weights(sample_weight, rows)
        base = np.where(target.known, 1.0 if weight is None else weight, 0.0)
        sure, trust = check_trust(verified, target.n_rows)
        trust = np.where(sure, 1.0, 0.0) if trust is None and sure is not None else trust
        trained = np.flatnonzero(base > 0)
        right = np.ones(target.n_rows)
        for number in range(self.n_rounds):
            mass = base * np.maximum(right, LEAST_WEIGHT)
            options = {"weight": mass, "fit_params": {name: mass}, "n_jobs": self.n_jobs, "n_rounds": 1}
            found = out_of_sample_numbers(estimator, rows, target, cv=self.cv, random_state=self._seed(), **options)
            residual = (target.values - found.predicted)[trained]
            if not number:
                residual = residual - np.quantile(residual, FIRST_QUANTILE)
            right = np.zeros(target.n_rows)
            right[trained], self.short_share_, self.shortfall_ = split_shortfalls(residual)
            if trust is not None:
                right = np.where(target.known, 1 - (1 - trust) * (1 - right), 0.0)
        self.complete_ = right
        mass = (base * np.maximum(right, LEAST_WEIGHT))[trained]
        self.estimator_ = seeded_clone(estimator, self._seed())
        self.estimator_.fit(safe_indexing(rows, trained), target.values[trained], **{name: mass})
        record_features(self, X)
        return self

    def _seed(self):
        seed = self.random_state
        return int(seed.randint(np.iinfo(np.int32).max)) if isinstance(seed, np.random.RandomState) else seed

    def _estimator(self, X: Any = None) -> Estimator:
        """Return the model to train, unfitted."""
        if self.estimator is not None:
            return self.estimator
        return default_regressor(np.empty((1, 1)) if X is None else X, n_jobs=self.n_jobs)

    def predict(self, X: Table) -> Array:
        """Predict complete numbers: ndarray of shape (n_samples,)."""
        check_is_fitted(self, "estimator_")
        return self.estimator_.predict(X)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self._estimator()).input_tags
        if self.estimator is None:
            accept_any_table(tags)
        return tags


def split_shortfalls(residual: Floats) -> tuple[Floats, float, float]:
    """Tell residuals of complete numbers, which are normal, from those with an exponential shortfall.

    Parameters
    ----------
    residual : ndarray of shape (n,), float64

    Returns
    -------
    complete : ndarray of shape (n,), float64
        Chance that each number is complete.
    share : float
        Share of numbers with a shortfall.
    shortfall : float
        Mean shortfall.
    """
    spread = robust_spread(residual)
    least = 1e-6 * spread
    share, fall = 0.3, max(2 * float(-np.minimum(residual, 0).mean()), spread)
    for _ in range(N_STEPS):
        whole = np.log1p(-share) - (residual / spread) ** 2 / 2 - np.log(spread * np.sqrt(2 * np.pi))
        beyond = residual / fall + (spread / fall) ** 2 / 2
        short = np.log(share) - np.log(fall) + beyond + log_ndtr(-(residual / spread + spread / fall))
        complete = 1 / (1 + np.exp(np.clip(short - whole, -700, 700)))
        wrong = 1 - complete
        spread = max(float(np.sqrt(complete @ residual**2 / max(complete.sum(), 1e-9))), least)
        fall = max(float(-(wrong @ residual) / max(wrong.sum(), 1e-9)), spread / 2)
        share = min(max(float(wrong.mean()), LEAST_SHARE), MAX_SHARE)
    return complete, share, fall
