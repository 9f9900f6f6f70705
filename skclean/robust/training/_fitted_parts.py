"""A classifier that is made of fitted models, in place of being fitted itself."""

from typing import Any

from sklearn.base import BaseEstimator, ClassifierMixin

from skclean.utils._checks import record_features

__all__ = ["FittedParts"]


class FittedParts(ClassifierMixin, BaseEstimator):
    """Base of such classifiers: subclasses keep their models, call ``_know`` in ``__init__``, and predict_proba."""

    predict_proba: Any

    def _know(self, classes, X):
        """Set the classes, and note the number and the names of features of the training rows, which are not kept."""
        self.classes = self.classes_ = classes
        record_features(self, X)
        self.X = None

    def __sklearn_is_fitted__(self):
        return True

    def predict(self, X):
        """Return the most probable class: ndarray of shape (n_samples,)."""
        return self.classes_[self.predict_proba(X).argmax(axis=1)]
