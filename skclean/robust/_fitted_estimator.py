"""Methods that a meta-estimator hands on to the estimator that it fitted."""

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from sklearn.utils.metadata_routing import process_routing
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_is_fitted

from skclean.targets import UNLABELLED, check_table, encode_labels
from skclean.utils._checks import check_same_order
from skclean.utils._compat import Method, routing_enabled, safe_indexing
from skclean.utils._params import subset_params
from skclean.utils._typing import Array, Labels1d, Numbers, Proba, Table

__all__ = ["FittedEstimatorMixin"]


def _if_estimator_has(name: str) -> Callable[[Method], Method]:
    """Return a decorator for a method that is there where the wrapped model, fitted or not, has one of that name."""

    def check(self: Any) -> bool:
        model = self.__dict__.get("estimator_")  # not by truth: an ensemble of no members is false
        getattr(self._estimator() if model is None else model, name)  # raises an AttributeError that names the model
        return True

    return cast(Callable[[Method], Method], available_if(check))


class FittedEstimatorMixin:
    """Predictions and scores of ``estimator_``; each method exists where the wrapped estimator has it.

    Classes have ``_estimator()``, which returns the estimator before it is fitted, and set ``_in_labels``, which is the
    fitted one, and answers in labels also where it was fitted on codes.
    """

    estimator_: Any
    _in_labels: Any

    @_if_estimator_has("predict")
    def predict(self, X: Table) -> Array:
        """Labels that the fitted estimator predicts: ndarray of shape (n_samples,)."""
        check_is_fitted(self, "estimator_")
        return self._in_labels.predict(X)

    @_if_estimator_has("predict_proba")
    def predict_proba(self, X: Table) -> Proba:
        """Class probabilities of the fitted estimator: ndarray of shape (n_samples, n_classes)."""
        check_is_fitted(self, "estimator_")
        return self.estimator_.predict_proba(X)

    @_if_estimator_has("predict_log_proba")
    def predict_log_proba(self, X: Table) -> Proba:
        """Logarithm of the class probabilities: ndarray of shape (n_samples, n_classes)."""
        check_is_fitted(self, "estimator_")
        return self.estimator_.predict_log_proba(X)

    @_if_estimator_has("decision_function")
    def decision_function(self, X: Table) -> Proba:
        """Decision function of the fitted estimator: ndarray of shape (n_samples,) or (n_samples, n_classes)."""
        check_is_fitted(self, "estimator_")
        return self.estimator_.decision_function(X)

    @_if_estimator_has("score")
    def score(self, X: Table, y: Labels1d, sample_weight: Numbers | None = None, **params: Any) -> float:
        """Score of the fitted estimator on the rows that have a label.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Rows.
        y : array-like of shape (n_samples,)
            Labels; rows with a missing one (None, NaN) are left out.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            Passed on where given.
        **params : dict
            Passed on; what has one value per row is subset with the rows.

        Returns
        -------
        score : float

        Raises
        ------
        ValueError
            If no row has a label.
        """
        check_is_fitted(self, "estimator_")
        check_same_order(X=X, y=y, sample_weight=sample_weight)
        if sample_weight is not None:  # named, because scorers look for the name
            params["sample_weight"] = sample_weight
        if routing_enabled() and params:
            params = process_routing(self, "score", **params)["estimator"]["score"]
        codes, classes = encode_labels(y)
        known = np.flatnonzero(codes != UNLABELLED)
        if len(known) < len(codes):
            params = subset_params(params, known, len(codes))
            X, y = safe_indexing(check_table(X), known), classes[codes[known]]
        return self._in_labels.score(X, y, **params)

    @property
    def n_features_in_(self) -> int:
        """Number of features seen in `fit`."""
        return self._fitted_attribute("n_features_in_")

    @property
    def feature_names_in_(self) -> Array:
        """Names of the features seen in `fit`."""
        return self._fitted_attribute("feature_names_in_")

    @property
    def coef_(self) -> Array:
        """Coefficients, where the fitted estimator has them."""
        return self._fitted_attribute("coef_")

    @property
    def intercept_(self) -> Any:
        """Intercepts, where the fitted estimator has them."""
        return self._fitted_attribute("intercept_")

    @property
    def feature_importances_(self) -> Array:
        """Importances of the features, where the fitted estimator has them."""
        return self._fitted_attribute("feature_importances_")

    def _fitted_attribute(self, name):
        if "estimator_" not in self.__dict__:
            raise AttributeError(f"{type(self).__name__} has no {name} before fit.")
        return getattr(self.estimator_, name)
