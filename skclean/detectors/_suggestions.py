"""Which label a flagged row might have instead, where the evidence that flagged it does not say."""

import warnings

import numpy as np

from skclean.evidence import class_columns, predicted_codes
from skclean.exceptions import InterruptedFitWarning
from skclean.utils._compat import num_samples, safe_split
from skclean.utils._fitting import fit_model
from skclean.utils._params import seeded_clone, subset_params

__all__ = ["suggest_codes"]


def suggest_codes(estimator, X, labels, flagged, kept, *, fit_params, random_state):
    """Codes with those of flagged rows replaced by what a model, trained on the kept rows, takes for likeliest instead.

    Parameters
    ----------
    estimator : classifier
        Cloned.
    X : array-like of shape (n_samples, ...)
    labels : EncodedLabels
    flagged, kept : ndarray of int
        Rows.
    fit_params : dict
        For ``fit``; what has one value per row is subset with the rows.
    random_state : int, RandomState instance or None
        Seeds the clone where it has no seed of its own.

    Returns
    -------
    codes : ndarray of shape (n_samples,), int32
    """
    suggested = labels.codes.copy()
    if not flagged.size:
        return suggested
    if len(labels.classes) == 2:
        suggested[flagged] = 1 - suggested[flagged]
        return suggested
    if not hasattr(estimator, "predict"):  # it needs a score only to judge
        return suggested
    values = labels.classes[labels.codes]
    model = seeded_clone(estimator, random_state)
    X_kept, y_kept = safe_split(model, X, values, kept)
    X_flagged, _ = safe_split(model, X, values, flagged, kept)
    try:
        model = fit_model(model, X_kept, y_kept, subset_params(fit_params, kept, num_samples(X)))
        suggested[flagged] = _likeliest_other(model, X_flagged, suggested[flagged], labels.classes)
    except ValueError:
        pass  # so few rows are left that the model cannot learn: nothing is suggested
    except KeyboardInterrupt:
        warnings.warn(
            "interrupted while other labels were sought for the flagged rows; none is suggested, all else is kept.",
            InterruptedFitWarning,
            stacklevel=2,
        )
    return suggested


def _likeliest_other(model, X, given, classes):
    """The best class but the given one, as far as the model ranks classes; what it predicts otherwise."""
    columns = class_columns(model.classes_, classes)
    for method in ("predict_proba", "decision_function"):
        scores = getattr(model, method)(X) if hasattr(model, method) else None
        if scores is not None and scores.shape == (len(given), len(columns)):
            ranked = np.full((len(given), len(classes)), -np.inf)
            ranked[:, columns] = scores
            ranked[np.arange(len(given)), given] = -np.inf
            return ranked.argmax(axis=1)
    return predicted_codes(model.predict(X), classes)
