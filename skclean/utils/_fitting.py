"""Fit models that return nothing from ``fit``, and classifiers that learn no other labels than 0, 1, 2 and so on."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, is_classifier

__all__ = ["CodedModel", "fit_model"]


def fit_model(model, X, y, fit_params):
    """Fit a model, and return what answers in the labels of `y`.

    Parameters
    ----------
    model : estimator
        Fitted in place.
    X, y : array-likes of n_samples rows
    fit_params : dict
        Passed to ``fit``.

    Returns
    -------
    fitted : estimator
        `model`, whatever its ``fit`` returned. A classifier that refuses the labels, but takes their codes
        0 … n_classes - 1, as XGBoost does, is fitted on these and wrapped in a :class:`CodedModel`.
    """
    try:
        model.fit(X, y, **fit_params)
    except (TypeError, ValueError) as refusal:
        if not (is_classifier(model) or hasattr(model, "predict_proba")):
            raise
        classes, codes = np.unique(y, return_inverse=True)
        if classes.dtype.kind in "iu" and np.array_equal(classes, np.arange(len(classes))):
            raise
        try:
            model.fit(X, codes.ravel(), **fit_params)
        except (TypeError, ValueError):
            raise refusal from None
        return CodedModel(model, classes)
    return model


class CodedModel(ClassifierMixin, BaseEstimator):
    """A classifier that was fitted on codes, and answers in labels.

    Parameters
    ----------
    model : classifier
        Fitted on codes. Other attributes and methods are its own.
    classes : ndarray of shape (n_classes,)
        The label of each code.
    """

    def __init__(self, model, classes):
        self.model = model
        self.classes = classes

    def __getattr__(self, name):
        if name.startswith("__") or "model" not in vars(self):  # as while it is unpickled
            raise AttributeError(name)
        return getattr(self.model, name)

    def __sklearn_is_fitted__(self):
        return True

    @property
    def classes_(self):
        """The sorted labels."""
        return self.classes

    def predict(self, X):
        """Labels: ndarray of shape (n_samples,)."""
        return self.classes[np.ravel(self.model.predict(X)).astype(np.intp)]

    def score(self, X, y, **params):
        """The model's own score; a label that it has not seen counts as one that it never predicts."""
        code_of = {label: code for code, label in enumerate(self.classes.tolist())}
        codes = [code_of.get(label, len(code_of)) for label in np.ravel(y).tolist()]
        return self.model.score(X, np.array(codes), **params)
