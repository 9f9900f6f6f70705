"""Labels for flagged rows, where the evidence that flagged them does not name another."""

import warnings

import numpy as np

from skclean.exceptions import InterruptedFitWarning, ProbabilityError
from skclean.utils._compat import num_samples, safe_split
from skclean.utils._fitting import fit_model
from skclean.utils._params import seeded_clone, subset_params
from skclean.utils._proba import check_model_proba, check_model_scores, check_predicted, class_columns, predicted_codes

__all__ = ["suggest_codes"]


def suggest_codes(estimator, X, labels, flagged, kept, *, fit_params, random_state):
    """Codes with those of flagged rows replaced by what a model, trained on the kept rows, takes for likeliest instead.

    Parameters
    ----------
    estimator : classifier
        Cloned.
    X : array-like of shape (n_samples, ...)
    labels : ClassTarget
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
    if not hasattr(estimator, "predict"):  # it is used for its score alone
        return suggested
    values = labels.for_fit()
    model = seeded_clone(estimator, random_state)
    X_kept, y_kept = safe_split(model, X, values, kept)
    X_flagged, _ = safe_split(model, X, values, flagged, kept)
    try:
        model = fit_model(model, X_kept, y_kept, subset_params(fit_params, kept, num_samples(X)))
        suggested[flagged] = _likeliest_other(model, X_flagged, flagged, suggested[flagged], labels.classes)
    except ProbabilityError:
        raise  # that is a fault of the model, however many rows there are
    except ValueError:
        pass  # so few rows are left that the model cannot learn: nothing is suggested
    except KeyboardInterrupt:
        warnings.warn(
            "interrupted while other labels were sought for the flagged rows; none is suggested, all else is kept.",
            InterruptedFitWarning,
            stacklevel=2,
        )
    return suggested


def _likeliest_other(model, X, rows, given, classes):
    """The best class but the given one, as far as the model ranks classes; what it predicts otherwise."""
    columns = class_columns(model.classes_, classes)
    scores = None
    if hasattr(model, "predict_proba"):
        scores = check_model_proba(model.predict_proba(X), model, n_columns=len(columns), rows=rows)
    elif hasattr(model, "decision_function"):
        decided = model.decision_function(X)
        if np.shape(decided)[1:] == (len(columns),):  # it may compare pairs of classes
            scores = check_model_scores(decided, model, n_columns=len(columns), rows=rows)
    if scores is not None:
        ranked = np.full((len(given), len(classes)), -np.inf)
        ranked[:, columns] = scores
        ranked[np.arange(len(given)), given] = -np.inf
        return ranked.argmax(axis=1)
    return predicted_codes(check_predicted(model.predict(X), model, rows), classes)
