"""What a survival model says of rows that it has not seen, as columns of numbers."""

import numpy as np

from skclean.utils._compat import num_samples, safe_indexing
from skclean.utils._fitting import fit_model
from skclean.utils._params import seeded_clone, subset_params
from skclean.utils._tasks import run_in_order

__all__ = ["cross_fit_risks"]

# Quantiles of the event times at which cumulative hazards are read, where the model predicts them.
HAZARDS_AT = (0.25, 0.5, 0.75)
SMALLEST = 1e-6


def cross_fit_risks(estimator, X, target, folds, *, fit_params=None, n_jobs=None, random_state=None, progress=None):
    """Predict every row by clones of a survival model that were fitted without it.

    Parameters
    ----------
    estimator : estimator with ``fit(X, y)`` of a structured y, and ``predict``
        For example of scikit-survival. Where it has ``predict_cumulative_hazard_function``, the hazards at three
        times are read too.
    X : array-like of shape (n_samples, ...)
    target : SurvivalTarget
    folds : list of (train, test), ndarrays of int
    fit_params : dict or None, default=None
        Passed to ``fit``; what has one value a row follows the rows.
    n_jobs : int or None, default=None
        Folds side by side.
    random_state : int, RandomState instance or None, default=None
        Seeds the clones where they have no seed of their own.
    progress : Progress or None, default=None

    Returns
    -------
    risks : ndarray of shape (n_samples, n_columns)
        Ranks within each fold, from 0 to 1: predictions of models of other folds may be on other scales.
    """
    model = seeded_clone(estimator, random_state)
    y = target.as_y()
    times = np.quantile(target.time[target.known & target.event], HAZARDS_AT)
    unknown = np.flatnonzero(~target.known)
    tasks = [(model, X, y, train, np.concatenate([test, unknown]), fit_params or {}, times) for train, test in folds]
    total, count = None, np.zeros(num_samples(X))
    for task, found in zip(tasks, run_in_order(_fit_and_predict, iter(tasks), n_jobs=n_jobs), strict=True):
        total = np.zeros((len(count), found.shape[1])) if total is None else total
        total[task[4]] += found
        count[task[4]] += 1
    middle = 0.5
    return np.where(count[:, None] > 0, total / np.maximum(count, 1)[:, None], middle)


def _fit_and_predict(model, X, y, train, test, fit_params, times):
    """Fit on some rows, predict others: one task of the pool."""
    params = subset_params(fit_params, train, len(y))
    fitted = fit_model(seeded_clone(model, None), safe_indexing(X, train), y[train], params)
    asked = safe_indexing(X, test)
    columns = [np.asarray(fitted.predict(asked), dtype=np.float64).reshape(len(test))]
    if hasattr(fitted, "predict_cumulative_hazard_function"):
        columns += _log_hazards(fitted.predict_cumulative_hazard_function(asked), times)
    return np.column_stack([_ranks(column) for column in columns])


def _log_hazards(functions, times):
    """Log cumulative hazards at some times, within the domain of each function."""
    found = np.array([function(np.clip(times, *function.domain)) for function in functions], dtype=np.float64)
    return list(np.log(np.maximum(found, SMALLEST)).T)


def _ranks(values):
    """Ranks from 0 to 1, equal values alike."""
    places = np.unique(values, return_inverse=True)[1]
    counts = np.bincount(places)
    return ((np.cumsum(counts) - counts / 2) / len(values))[places]
