"""The labelled rows of a fit, and models that are fitted on them beside their out-of-sample probabilities."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from skclean.evidence.cross_fitting._cross_fit import cross_fit_proba, split_rows
from skclean.targets import ClassTarget, check_class_rows, check_two_classes
from skclean.utils._checks import check_classifies, check_weights, record_features
from skclean.utils._compat import has_method, num_samples, safe_indexing
from skclean.utils._fitting import fit_model
from skclean.utils._folds import renumbered_folds
from skclean.utils._params import missing_method_message, seeded_clone, weight_parameter
from skclean.utils._typing import Array, Estimator, Floats, Table

__all__ = ["CrossFitted", "LabelledRows", "fit_beside_folds", "labelled_rows"]


class LabelledRows(NamedTuple):
    """Checked input of a fit, without rows that have no label or no weight.

    Attributes
    ----------
    X : indexable of n_rows rows
    target : ClassTarget
    weight : ndarray of shape (n_rows,) or None
    folds : list of (train, test), ndarrays of int
        Positions among these rows.
    rows : ndarray of shape (n_rows,), int
        Positions of these rows among all.
    """

    X: Table
    target: ClassTarget
    weight: Floats | None
    folds: list
    rows: Array


class CrossFitted(NamedTuple):
    """A model that was fitted on all rows, and what clones of it predict for rows that they have not seen.

    Attributes
    ----------
    estimator : classifier
        Fitted.
    in_labels : classifier
        The same model; it predicts labels also where it was fitted on codes.
    proba : ndarray of shape (n_rows, n_classes)
        Out of sample.
    """

    estimator: Estimator
    in_labels: Any
    proba: Floats


def labelled_rows(owner, X, y, sample_weight, rng):
    """Check the input of a fit, and split the rows that have a label into folds.

    Parameters
    ----------
    owner : estimator
        Has `cv`; its ``n_features_in_`` and ``feature_names_in_`` are set.
    X : array-like of shape (n_samples, ...)
    y : array-like of shape (n_samples,)
    sample_weight : array-like of shape (n_samples,) or None
    rng : RandomState

    Returns
    -------
    given : LabelledRows
    """
    X, target = check_class_rows(X, y)
    weight = check_weights(sample_weight, X)
    check_two_classes(target, weight)
    record_features(owner, X)
    rows = np.flatnonzero(target.known if weight is None else target.known & (weight > 0))
    folds = split_rows(X, target, cv=owner.cv, random_state=rng)
    n_samples = num_samples(X)
    if len(rows) == n_samples:
        return LabelledRows(X, target, weight, folds, rows)
    return LabelledRows(
        safe_indexing(X, rows),
        ClassTarget(target.codes[rows], target.classes),
        None if weight is None else weight[rows],
        renumbered_folds(folds, rows, n_samples),
        rows,
    )


def fit_beside_folds(owner, model, given, rng, *, role=""):
    """Fit a model on all rows, and clones of it in folds.

    Parameters
    ----------
    owner : estimator
        Has `n_jobs`; messages name it.
    model : classifier
        Unfitted. It gets the weights where it takes any.
    given : LabelledRows
    rng : RandomState
    role : str, default=""
        Which model of the owner it is, such as "cheap= of ", for messages.

    Returns
    -------
    fitted : CrossFitted

    Raises
    ------
    ValueError
        If the model is no classifier, or has no ``predict_proba``.
    """
    check_classifies(model, owner)
    if not has_method(model, "predict_proba"):
        raise ValueError(missing_method_message(model, "predict_proba", why=f"{role}{type(owner).__name__}"))
    name = weight_parameter(model)
    params = {} if given.weight is None or name is None else {name: given.weight}
    options = {"cv": given.folds, "fit_params": params, "n_jobs": owner.n_jobs}
    seed = check_random_state(rng).randint(np.iinfo(np.int32).max)
    proba = cross_fit_proba(model, given.X, given.target, **options, random_state=seed)
    fitted = seeded_clone(model, seed)
    return CrossFitted(fitted, fit_model(fitted, given.X, given.target.as_y(), params), proba)
