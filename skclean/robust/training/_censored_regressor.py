"""A regressor of times that are partly censored, by weights for the rows with a known time."""

from numbers import Integral, Real
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin
from sklearn.ensemble import RandomForestRegressor
from sklearn.pipeline import make_pipeline
from sklearn.utils.validation import check_is_fitted

from skclean.evidence import split_rows
from skclean.evidence.survival._censoring import CENSORING_METHODS, censoring_of
from skclean.preprocessing import PointEncoder
from skclean.targets import UNLABELLED, ClassTarget, check_rows, read_survival
from skclean.utils._checks import accept_any_table, check_same_order, check_weights, record_features
from skclean.utils._compat import HasMethods, Interval, StrOptions, fit_context, get_tags, safe_indexing
from skclean.utils._fitting import fit_model
from skclean.utils._params import ClearParamsMixin, seeded_clone, weight_parameter
from skclean.utils._typing import CrossValidation, Estimator, Floats, Numbers, RandomState, Table

__all__ = ["CensoredRegressor"]


class CensoredRegressor(ClearParamsMixin, RegressorMixin, MetaEstimatorMixin, BaseEstimator):
    """Train any regressor with sample weights on times that are partly censored.

    It learns min(T, horizon), the time up to a horizon, from the rows that tell it: those with an event that was seen
    and those observed until the horizon. Each counts by the inverse of its chance of not being censored before.

    Parameters
    ----------
    estimator : regressor that takes sample weights, or None, default=None
        None means a random forest on the columns of any table.
    censoring : {"forest", "neighbors", "marginal"}, default="forest"
        How the chance of not being censored depends on X, as `method` of :func:`skclean.adapt.censoring_weights`.
    horizon : float or None, default=None
        None means the largest time that is followed up with a chance of at least `min_proba`; larger ones are refused.
    min_proba : float, default=0.05
        Smaller chances are raised to it, in (0, 1].
    cv : int, splitter, iterable of (train, test) or None, default=None
        Folds in which the forest of the chances is trained without the rows it is asked about. None means out of bag.
    n_jobs : int or None, default=None
        Trees or neighbours side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the forests, and the estimator where it has no seed of its own.

    Attributes
    ----------
    estimator_ : regressor
        The fitted clone.
    horizon_ : float
        The horizon that was used. Predictions are of ``min(T, horizon_)``.
    censoring_weight_ : ndarray of shape (n_samples,)
        Weights of the training rows, 1 in the mean; 0 where ``min(T, horizon_)`` is not known.
    n_features_in_ : int
        Number of features seen in `fit`, where X has columns.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where X has names that are all strings.

    Notes
    -----
    As in the paper: inverse probability of censoring weights.

    Otherwise: the chance comes from the leaves of a forest, out of bag, mixed with a fifth of the marginal chance.

    It assumes that censoring does not depend on the time of the event, given X. It loses where censoring is heavy
    before the horizon: then few rows count for many, and a smaller horizon helps. What was measured is printed by
    ``examples/benchmarks/targets_times.py``.

    References
    ----------
    Robins, Finkelstein, "Correcting for noncompliance and dependent censoring", Biometrics 2000. Vock et al., "Adapting
    machine learning techniques to censored time-to-event health record data", Journal of Biomedical Informatics 2016.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.linear_model import LinearRegression
    >>> from skclean.robust import CensoredRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(1000, 1))
    >>> true, lost = 3 + X[:, 0] + rng.normal(size=1000) / 2, rng.uniform(1, 10, 1000)
    >>> y = np.array(list(zip(true <= lost, np.minimum(true, lost).clip(0))), dtype=[("event", bool), ("time", float)])
    >>> model = CensoredRegressor(LinearRegression(), random_state=0).fit(X, y)
    >>> plain = LinearRegression().fit(X, y["time"])
    >>> bool(abs(model.predict([[0.0]])[0] - 3) < abs(plain.predict([[0.0]])[0] - 3))
    True
    """

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "censoring": [StrOptions(set(CENSORING_METHODS))],
        "horizon": [Interval(Real, 0, None, closed="neither"), None],
        "min_proba": [Interval(Real, 0, 1, closed="right")],
        "cv": ["cv_object", None],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        censoring: str = "forest",
        horizon: float | None = None,
        min_proba: float = 0.05,
        cv: CrossValidation = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.censoring = censoring
        self.horizon = horizon
        self.min_proba = min_proba
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Table, y: Numbers, sample_weight: Numbers | None = None) -> Self:
        """Compute the weights, and train the estimator.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : structured array of shape (n_samples,), or DataFrame with two columns
            One field of bools (the event was seen) and one of numbers (the time); rows with a missing time are left
            out.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Multiplied with the weights of censoring.

        Returns
        -------
        self : CensoredRegressor

        Raises
        ------
        ValueError
            If the estimator takes no sample weights, or `horizon` is larger than what is followed up.
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight)
        target = read_survival(y)
        X = check_rows(X, target)
        weight = check_weights(sample_weight, X)
        model = self._estimator()
        name = weight_parameter(model)
        if name is None:
            raise ValueError(
                f"{type(model).__name__} takes no sample weights, through which censored rows are made up for; choose "
                "a regressor that does."
            )
        found = censoring_of(
            target,
            X,
            method=self.censoring,
            horizon=self.horizon,
            min_proba=self.min_proba,
            sample_weight=weight,
            folds=self._folds(X, target),
            n_jobs=self.n_jobs,
            random_state=self.random_state,
        )
        self.horizon_, self.censoring_weight_ = found.horizon, found.weight
        total = found.weight if weight is None else found.weight * weight
        rows = np.flatnonzero(total > 0)
        self.estimator_ = seeded_clone(model, self.random_state)
        fit_model(self.estimator_, safe_indexing(X, rows), found.time[rows], {name: total[rows]})
        record_features(self, X)
        return self

    def predict(self, X: Table) -> Floats:
        """Predict ``min(T, horizon_)``: ndarray of shape (n_samples,).

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        """
        check_is_fitted(self, "estimator_")
        return np.asarray(self.estimator_.predict(X), dtype=np.float64)

    def score(self, X: Table, y: Numbers, sample_weight: Numbers | None = None) -> float:
        """Share of the variance of ``min(T, horizon_)`` that is explained, with weights that make up for censoring.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        y : structured array of shape (n_samples,), or DataFrame with two columns
        sample_weight : array-like of shape (n_samples,) or None, default=None

        Returns
        -------
        score : float
            At most 1; 0 for the weighted mean.
        """
        target = read_survival(y)
        predicted = self.predict(check_rows(X, target))
        weight = check_weights(sample_weight, predicted)
        largest = float(np.nanmax(target.time))
        found = censoring_of(target, horizon=min(self.horizon_, largest), min_proba=1e-9, sample_weight=weight)
        total = found.weight if weight is None else found.weight * weight
        mean = np.average(found.time, weights=total)
        spread = np.average((found.time - mean) ** 2, weights=total)
        error = np.average((found.time - predicted) ** 2, weights=total)
        return float(1 - error / max(spread, np.finfo(np.float64).tiny))

    def _folds(self, X, target):
        """Folds of the forest; None for out of bag."""
        if self.cv is None:
            return None
        codes = np.where(target.known, target.event, UNLABELLED).astype(np.int32)
        strata = ClassTarget(codes, np.array([0, 1]))
        return split_rows(X, strata, cv=self.cv, random_state=self.random_state)

    def _estimator(self):
        if self.estimator is not None:
            return self.estimator
        forest = RandomForestRegressor(200, min_samples_leaf=5, max_features=0.5, n_jobs=self.n_jobs)
        return make_pipeline(PointEncoder(), forest)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        if self.estimator is None:
            accept_any_table(tags)
        else:
            tags.input_tags = get_tags(self.estimator).input_tags
        return tags
