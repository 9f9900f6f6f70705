"""Functions that fit a model and return its answers for some rows.

They are tasks of the pool, so they are functions of module level. An answer has one column per class that the model
knows, and is 0 for every other class.
"""

import numpy as np

from skclean.utils._fitting import fit_model
from skclean.utils._proba import check_model_proba, check_predicted

__all__ = ["MIN_PROBA", "fit_predict_proba", "fit_predict_steps", "fit_predict_votes"]

# A model that is certain of the opposite has an infinite loss. Counted like this it weighs much, but not all.
MIN_PROBA = 1e-2


def fit_predict_votes(model, X_train, y_train, X_judged, fit_params, judged):
    """One vote for the predicted class: all that a model without probabilities can say."""
    model = fit_model(model, X_train, y_train, fit_params)
    classes = np.unique(y_train)
    return (check_predicted(model.predict(X_judged), model, judged)[:, None] == classes).astype(np.float64), classes


def fit_predict_proba(model, X_train, y_train, X_judged, fit_params, judged):
    """Class probabilities."""
    model = fit_model(model, X_train, y_train, fit_params)
    return _proba_of(model, model.predict_proba(X_judged), judged), model.classes_


def fit_predict_steps(model, X_train, y_train, X_judged, fit_params, judged, *, n_epochs):
    """Logarithms of class probabilities over the least that counts, at least 0, averaged over the steps of training.

    A step is a pass of ``partial_fit``, one of the stages of ``staged_predict_proba``, or else the whole fit.
    """
    total, n_steps = 0.0, 0
    for proba, known in _steps(model, X_train, y_train, X_judged, fit_params, n_epochs):
        proba = check_model_proba(proba, model, n_columns=len(known), rows=judged)
        total = total + np.log(np.maximum(proba, MIN_PROBA) / MIN_PROBA)
        n_steps, classes = n_steps + 1, known
    if not n_steps:
        raise ValueError(f"staged_predict_proba of {type(model).__name__} returned no stage; fit at least one.")
    return total / n_steps, classes


def _proba_of(model, proba, judged):
    return check_model_proba(proba, model, n_columns=len(model.classes_), rows=judged)


def _steps(model, X_train, y_train, X_judged, fit_params, n_epochs):
    """Yield the probabilities after each step, and the classes of their columns."""
    if hasattr(model, "partial_fit"):
        classes = np.unique(y_train)
        for _ in range(n_epochs):
            model.partial_fit(X_train, y_train, classes=classes, **fit_params)
            yield model.predict_proba(X_judged), model.classes_
        return
    model = fit_model(model, X_train, y_train, fit_params)
    staged = hasattr(model, "staged_predict_proba")
    for proba in model.staged_predict_proba(X_judged) if staged else [model.predict_proba(X_judged)]:
        yield proba, model.classes_
