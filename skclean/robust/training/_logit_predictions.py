"""Predictions of models that have logits."""

from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.utils.validation import check_is_fitted

from skclean.utils._typing import Array, Floats, Table

__all__ = ["LogitPredictionsMixin"]


class LogitPredictionsMixin:
    """Decision function, labels and probabilities of a linear model.

    Classes have ``_raw(X)``, which gives logits of shape (n_samples, 1) where there are two classes, else (n_samples,
    n_classes).
    """

    classes_: Any
    _raw: Any

    def _logit_scale(self):
        """What logits are divided by before the softmax."""
        return 1.0

    def decision_function(self, X: Table) -> Floats:
        """Logits of the classes; of the second class alone where there are two.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)

        Returns
        -------
        scores : ndarray of shape (n_samples,) or (n_samples, n_classes)
        """
        check_is_fitted(self)
        raw = self._raw(X)
        return raw[:, 0] if raw.shape[1] == 1 else raw

    def predict(self, X: Table) -> Array:
        """Labels of the largest logits: ndarray of shape (n_samples,).

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        """
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(np.intp) if scores.ndim == 1 else scores.argmax(axis=1)]

    def predict_proba(self, X: Table) -> Floats:
        """Class probabilities, the softmax of the logits: ndarray of shape (n_samples, n_classes).

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        """
        scores = self.decision_function(X)
        logits = np.column_stack([np.zeros(len(scores)), scores]) if scores.ndim == 1 else scores
        return softmax(logits / self._logit_scale(), axis=1)

    def predict_log_proba(self, X: Table) -> Floats:
        """Logarithm of `predict_proba`: ndarray of shape (n_samples, n_classes).

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        """
        return np.log(self.predict_proba(X))
