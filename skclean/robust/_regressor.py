"""Fit any regressor so that wrong numbers do not hurt it."""

import os
from numbers import Integral
from os import PathLike
from typing import Any, Self

import numpy as np
from joblib import Memory
from sklearn.base import BaseEstimator, MetaEstimatorMixin, RegressorMixin, is_classifier
from sklearn.metrics import get_scorer_names
from sklearn.utils.metadata_routing import UNUSED, MetadataRouter, MethodMapping, process_routing
from sklearn.utils.validation import check_is_fitted, column_or_1d

from skclean.base import Audit, BaseDetector, BaseRule
from skclean.detectors import DETECTORS, RegressionResiduals
from skclean.detectors._summary import Summary
from skclean.evidence import default_regressor
from skclean.robust._cached_fit import cached_fit
from skclean.robust._fitted_estimator import FittedEstimatorMixin
from skclean.robust._number_detector import make_number_detector, seeded
from skclean.robust._number_gate import nested_number_check
from skclean.robust._treat_numbers import treat_numbers
from skclean.rules import RULES
from skclean.targets import check_rows, check_table, read_numbers
from skclean.utils._checks import accept_any_table, check_same_order, check_weights
from skclean.utils._compat import (
    HasMethods,
    StrOptions,
    fit_context,
    get_tags,
    num_samples,
    routing_enabled,
    safe_indexing,
)
from skclean.utils._params import ClearParamsMixin, seeded_clone, subset_params, weight_parameter
from skclean.utils._typing import Array, Estimator, Labels1d, Numbers, Params, RandomState, Scoring, Table

__all__ = ["NoiseRobustRegressor"]


class NoiseRobustRegressor(FittedEstimatorMixin, RegressorMixin, MetaEstimatorMixin, ClearParamsMixin, BaseEstimator):
    """Find wrong numbers, treat them, and fit a clone of the estimator on what is left.

    Cleaning happens only inside `fit`: a cross-validation or grid search around it never sees cleaned test folds.

    Parameters
    ----------
    estimator : regressor or None, default=None
        The model to train. None means the forest that is also the default of the detector.
    detector : detector, str or None, default=None
        Finds the wrong numbers. None means :class:`skclean.detectors.RegressionResiduals` with its default forest.
    rule : str, rule or None, default=None
        Which numbers are flagged, for the detector that is made of an alias or of None; None means the detector's own.
    treatment : {"reweight", "drop", "replace"}, default="reweight"
        What becomes of doubtful numbers. "reweight": each row weighs as much as its number is probably right, times
        Huber's weight beyond two scales, so that the weight falls smoothly as residuals grow; where the estimator takes
        no weights, rows that weigh less than half are left out. "drop" leaves out the flagged rows. "replace" gives
        flagged rows the number that the detector suggests.
    gate : bool, default=False
        Whether a nested check decides between the cleaned and the plain fit; the plain one is kept on a tie. It costs
        three more fits of detector and estimator on two thirds of the rows; `gate_` records what was kept and why.
    scoring : str, callable or None, default=None
        The score that the gate compares, as in :func:`sklearn.metrics.check_scoring`; None means the mean absolute
        error, which few wrong numbers among the held-out ones hardly move.
    memory : str, path, joblib.Memory or None, default=None
        Where fits of the detector are kept, as in :class:`skclean.NoiseRobustClassifier`. None keeps nothing.
    n_jobs : int or None, default=None
        For the detector and the estimator that are made here.
    random_state : int, RandomState instance or None, default=None
        For the folds of the gate, and for the detector and the estimator where they have no seed of their own.

    Attributes
    ----------
    estimator_ : regressor
        The fitted clone.
    detector_ : detector
        The fitted detector.
    label_quality_, noise_mask_, suggested_labels_
        Re-exposed from the detector.
    row_weight_ : ndarray of shape (n_samples,), float64
        What each row counts for, in [0, 1], before `sample_weight`; 0 for rows that are left out.
    decision_ : str
        What was done to the numbers, in one sentence.
    gate_ : GateReport
        With ``gate=True``: which fit was kept, the scores of both, and the reason.
    n_features_in_ : int
        Number of features, where the wrapped model has it.
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Names of the features, where the wrapped model has them.
    coef_, intercept_, feature_importances_ : ndarray
        Those of `estimator_`, where it has them.

    Notes
    -----
    Reweighting is Huber's idea of weights that fall with the residual (Huber, "Robust estimation of a location
    parameter", Annals of Mathematical Statistics 1964), with residuals of a model that had not seen the row, over a
    scale that depends on the row, and with a mixture in the place of a constant. It assumes that wrong numbers are a
    minority around each row. It loses where large errors follow from X alone, as no model can tell them from truth.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from sklearn.linear_model import Ridge
    >>> from skclean import NoiseRobustRegressor
    >>> X, y = load_diabetes(return_X_y=True)
    >>> y_noisy = y.copy()
    >>> y_noisy[::15] *= 10
    >>> NoiseRobustRegressor(Ridge(), random_state=0).fit(X, y_noisy).score(X, y) > 0.4
    True
    """

    __metadata_request__fit = {"verified": True}
    __metadata_request__score = {"sample_weight": UNUSED}  # by the estimator, which says whether it wants them

    _parameter_constraints: dict = {
        "estimator": [HasMethods(["fit", "predict"]), None],
        "detector": [BaseDetector, DETECTORS.options, None],
        "rule": [BaseRule, RULES.options, None],
        "treatment": [StrOptions({"reweight", "drop", "replace"})],
        "gate": ["boolean"],
        "scoring": [StrOptions(set(get_scorer_names())), callable, None],
        "memory": [str, os.PathLike, HasMethods(["cache"]), None],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }
    _part_aliases = {"detector": DETECTORS, "rule": RULES}
    _part_defaults = {"detector": RegressionResiduals}

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        detector: BaseDetector | str | None = None,
        rule: BaseRule | str | None = None,
        treatment: str = "reweight",
        gate: bool = False,
        scoring: Scoring = None,
        memory: str | PathLike[str] | Memory | None = None,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.detector = detector
        self.rule = rule
        self.treatment = treatment
        self.gate = gate
        self.scoring = scoring
        self.memory = memory
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(
        self,
        X: Table,
        y: Numbers,
        sample_weight: Numbers | None = None,
        *,
        verified: Numbers | None = None,
        groups: Labels1d | None = None,
        **params: Any,
    ) -> Self:
        """Find the wrong numbers, treat them, fit the estimator.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Given numbers; rows without one (None, NaN) are not trained on.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Used by the detector, and multiplied with the weights of the treatment in the final fit.
        verified : array-like of shape (n_samples,), bool or float, or None, default=None
            True where a number is known to be right.
            Numbers between 0 and 1 say how far each one is trusted: its chance of being wrong counts by the rest.
        groups : array-like of shape (n_samples,) or None, default=None
            For the splitter of the detector; the folds of the gate keep them whole as well.
        **params : dict
            With metadata routing enabled, routed as requested. Without it, passed to the fit of the estimator; what
            has one value per row is subset with the rows.

        Returns
        -------
        self : NoiseRobustRegressor
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight, verified=verified, groups=groups)
        rows = check_table(X)
        y = column_or_1d(y, warn=True) if len(getattr(y, "shape", ())) == 2 else y
        target = read_numbers(y)
        rows = check_rows(rows, target)
        estimator = self._checked_estimator(rows)
        weight = check_weights(sample_weight, rows)
        given = {"sample_weight": weight, "verified": verified, "groups": groups, **params}
        given = {name: value for name, value in given.items() if value is not None}
        detector_params, model_params = self._route(estimator, given)
        detector = seeded(make_number_detector(self), self.random_state)
        detector = cached_fit(
            self.memory, detector, X, y, detector_params, lambda: detector.fit(X, y, **detector_params)
        )
        self.detector_ = detector
        for name in ("label_quality_", "noise_mask_", "suggested_labels_"):
            setattr(self, name, getattr(detector, name))
        name = weight_parameter(estimator)
        numbers, self.row_weight_, self.decision_ = treat_numbers(
            self.treatment, detector, takes_weights=name is not None
        )
        self.__dict__.pop("gate_", None)  # of an earlier fit
        if self.gate:
            self.gate_ = nested_number_check(self, estimator, rows, target, given, model_params)
            self.decision_ = self.gate_.reason
            if self.gate_.kept == "plain":
                numbers, self.row_weight_ = target.values, target.known.astype(np.float64)
        self.estimator_ = seeded_clone(estimator, self.random_state)
        kept = np.flatnonzero(self.row_weight_)
        model_params = subset_params(model_params, kept, target.n_rows)
        if name is not None and (self.row_weight_[kept] < 1).any():
            model_params[name] = self.row_weight_[kept] * np.asarray(model_params.get(name, 1.0))
        fitted = self.estimator_.fit(_rows_of(rows, kept), numbers[kept], **model_params)
        self._in_labels = self.estimator_ if fitted is None else fitted
        return self

    def _estimator(self, X=None):
        """Return the model to train, unfitted."""
        if self.estimator is not None:
            return self.estimator
        return default_regressor(np.empty((1, 1)) if X is None else X, n_jobs=self.n_jobs)

    def _checked_estimator(self, X):
        estimator = self._estimator(X)
        if is_classifier(estimator):
            raise ValueError(
                f"the estimator of NoiseRobustRegressor, {type(estimator).__name__}, is a classifier; pass a "
                "regressor, or use NoiseRobustClassifier."
            )
        return estimator

    def _route(self, estimator, given):
        """Fit parameters of the detector and of the estimator."""
        if routing_enabled():
            routed = process_routing(self, "fit", **given)
            return dict(routed["detector"]["fit"]), dict(routed["estimator"]["fit"])
        own = ("sample_weight", "verified", "groups")
        detector_params = {name: value for name, value in given.items() if name in own}
        model_params = {name: value for name, value in given.items() if name not in own}
        if "sample_weight" in given:
            name = weight_parameter(estimator)
            if name is None:
                raise ValueError(
                    f"sample_weight was given, but {type(estimator).__name__} takes no sample_weight in fit; leave the "
                    "weights out or choose an estimator that takes them."
                )
            model_params[name] = given["sample_weight"]
        return detector_params, model_params

    def score(self, X: Table, y: Numbers, sample_weight: Numbers | None = None, **params: Any) -> float:
        """Return the score of the fitted estimator on the rows that have a number.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.
        y : array-like of shape (n_samples,)
            Numbers; rows without one (None, NaN) are left out.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Passed on where given.
        **params : dict
            Passed on; what has one value per row is subset with the rows.

        Returns
        -------
        score : float
        """
        check_is_fitted(self, "estimator_")
        check_same_order(X=X, y=y, sample_weight=sample_weight)
        if sample_weight is not None:
            params["sample_weight"] = sample_weight
        if routing_enabled() and params:
            params = process_routing(self, "score", **params)["estimator"]["score"]
        target = read_numbers(y)
        known = np.flatnonzero(target.known)
        params = subset_params(params, known, target.n_rows)
        return self._in_labels.score(_rows_of(check_table(X), known), target.values[known], **params)

    @property
    def audit_(self) -> Audit:
        """The detector's record of numbers, predictions, quality and suggestions."""
        check_is_fitted(self, "detector_")
        return self.detector_.audit_

    def audit_table(self) -> Any:
        """Return the list of rows to review, see the `audit_table` of detectors."""
        check_is_fitted(self, "detector_")
        return self.detector_.audit_table()

    def summary(self) -> Params:
        """Count numbers and flags, and say what was done.

        Returns
        -------
        summary : dict
            That of `detector_`, and `decision`. It prints as a few lines of text.
        """
        check_is_fitted(self, "detector_")
        return Summary({**self.detector_.summary(), "decision": self.decision_})

    def get_metadata_routing(self) -> MetadataRouter:
        """Requests of the detector and of the estimator.

        Returns
        -------
        routing : MetadataRouter
        """
        to_fit = MethodMapping().add(caller="fit", callee="fit")
        to_both = MethodMapping().add(caller="fit", callee="fit").add(caller="score", callee="score")
        router = MetadataRouter(owner=self).add_self_request(self)
        router.add(detector=make_number_detector(self), method_mapping=to_fit)
        return router.add(estimator=self._estimator(), method_mapping=to_both)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags = get_tags(self._estimator()).input_tags
        if self.estimator is None:  # sparse matrices get another forest
            accept_any_table(tags)
        return tags


def _rows_of(X: Any, rows: Array) -> Any:
    """Some rows of X; X itself where that is all."""
    return X if len(rows) == num_samples(X) else safe_indexing(X, rows)
