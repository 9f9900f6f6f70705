"""Fit any classifier on soft targets, and predict rows out of sample with models that were fitted so."""

from numbers import Integral

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import KFold
from sklearn.utils import check_random_state

from skclean.evidence import split_rows
from skclean.targets import UNLABELLED
from skclean.treatments import draw_copies, weighted_copies
from skclean.utils._compat import num_samples, safe_indexing
from skclean.utils._fitting import fit_model
from skclean.utils._params import seeded_clone, subset_params, weight_parameter
from skclean.utils._proba import ProbaSum, check_model_proba, class_columns
from skclean.utils._tasks import run_in_order

__all__ = ["LEAST", "cross_fit_soft", "fit_soft", "folds_of_all", "keep_classes", "one_hot"]

# Targets below this share of their row are left out of the weighted copies.
LEAST = 0.01


def one_hot(codes, n_classes):
    """Return targets that are sure of each code: ndarray of shape (n_rows, n_classes); zeros where a code is -1."""
    return (np.asarray(codes)[:, None] == np.arange(n_classes)).astype(np.float64)


def keep_classes(targets):
    """Let the likeliest row of a class that no row counts for keep it, so that the model knows the class.

    Parameters
    ----------
    targets : ndarray of shape (n_samples, n_classes)

    Returns
    -------
    targets : ndarray of the same shape
        `targets` itself where nothing changes.
    """
    totals = targets.sum(axis=1)
    counted = (targets >= LEAST * totals[:, None]) & (targets > 0)
    lost = np.flatnonzero(~counted.any(axis=0))
    if not lost.size:
        return targets
    targets = targets.copy()
    for code in lost:
        row = int(np.argmax(targets[:, code]))
        targets[row] = 0
        targets[row, code] = totals[row] or 1.0
    return targets


def fit_soft(model, X, classes, targets, params, rows=None, random_state=None):
    """Fit a model on weighted copies of rows, or on drawn rows and labels where it takes no sample weights.

    Parameters
    ----------
    model : classifier
        Fitted in place.
    X : indexable of n_samples rows
    classes : ndarray of shape (n_classes,)
    targets : ndarray of shape (n_samples, n_classes)
        At least 0; each row sums to what the row counts for, and a row of zeros is not trained on.
    params : dict
        Passed to ``fit``; what has one value a row follows the rows.
    rows : ndarray of int or None, default=None
        Positions of the rows that may be trained on; None means all.
    random_state : int, RandomState instance or None, default=None
        Draws labels for models without weights.

    Returns
    -------
    fitted : classifier
        What answers in labels; it is `model` unless that takes codes only, or all labels are of one class.
    """
    rows = np.arange(len(targets)) if rows is None else rows
    position, codes, weights = weighted_copies(targets[rows], LEAST)
    name = weight_parameter(model)
    if name is None:
        kept = _drawn(position, codes, weights, random_state)
        position, codes = position[kept], codes[kept]
    rows = rows[position]
    params = subset_params(params, rows, num_samples(X))
    if name is not None and (weights != 1).any():
        params[name] = weights
    if len(codes) and (codes == codes[0]).all():  # many models refuse to learn one class; the answer is known
        model, params = DummyClassifier(), {}
    everything = len(rows) == num_samples(X) and np.array_equal(rows, np.arange(len(rows)))
    return fit_model(model, X if everything else safe_indexing(X, rows), classes[codes], params)


def _drawn(position, codes, weights, random_state):
    """Copies for a model without weights: one a row where rows count alike, else drawn in proportion to weights."""
    totals = np.bincount(position, weights)
    totals = totals[totals > 0]
    if not len(totals) or np.ptp(totals) <= 1e-6 * totals.max():
        if not (np.diff(position) == 0).any():
            return np.arange(len(position))
        return draw_copies(position, codes, weights, random_state)
    rng = check_random_state(random_state)
    kept = rng.choice(len(codes), len(totals), p=weights / weights.sum())
    lost = np.setdiff1d(codes, codes[kept])
    heaviest = [np.flatnonzero(codes == code)[np.argmax(weights[codes == code])] for code in lost]
    return np.sort(np.concatenate([kept, np.array(heaviest, dtype=np.intp)]))


def folds_of_all(X, labels, cv, random_state=None):
    """Folds over all rows: as :func:`skclean.evidence.split_rows` for labelled rows, at random for the others.

    Parameters
    ----------
    X : indexable of n_samples rows
    labels : ClassTarget
    cv : int, splitter or iterable of (train, test)
    random_state : int, RandomState instance or None, default=None

    Returns
    -------
    folds : list of (train, test), ndarrays of int
    """
    rng = check_random_state(random_state)
    counts = np.bincount(labels.codes + 1, minlength=2)[1:]
    if not (counts > 1).any():  # as where all rows have sets of labels
        n_folds = min(cv if isinstance(cv, Integral) else 5, num_samples(X))
        return list(KFold(n_folds, shuffle=True, random_state=rng).split(np.arange(num_samples(X))))
    folds = split_rows(X, labels, cv=cv, random_state=rng)
    others = np.flatnonzero(labels.codes == UNLABELLED)
    if not others.size:
        return folds
    if len(others) < len(folds):  # too few to share out: no model is trained on them
        return [(train, np.concatenate([test, others])) for train, test in folds]
    parts = list(KFold(len(folds), shuffle=True, random_state=rng).split(others))
    pairs = zip(folds, parts, strict=True)
    return [
        (np.concatenate([train, others[more]]), np.concatenate([test, others[left]]))
        for (train, test), (more, left) in pairs
    ]


def cross_fit_soft(estimator, X, classes, targets, folds, params, *, n_jobs=None, random_state=None):
    """Predict every row by models that were fitted on the soft targets of other rows.

    Parameters
    ----------
    estimator : classifier with predict_proba
        Cloned for every fold.
    X, classes, targets, params
        As in :func:`fit_soft`.
    folds : list of (train, test), ndarrays of int
        A row that several folds predict gets the mean; one that none predicts gets zeros.
    n_jobs : int or None, default=None
        Folds fitted side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Seeds the clones where they have no seed of their own, and draws labels for models without weights.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
    """
    rng = check_random_state(random_state)
    model = seeded_clone(estimator, random_state)
    seeds = rng.randint(np.iinfo(np.int32).max, size=len(folds))
    tasks = (
        (model, X, classes, targets, train, test, params, seed)
        for (train, test), seed in zip(folds, seeds, strict=True)
    )
    mean = ProbaSum(num_samples(X), len(classes))
    for (_, test), (proba, known) in zip(folds, run_in_order(_fit_and_predict, tasks, n_jobs=n_jobs), strict=True):
        mean.add(test, proba, class_columns(known, classes))
    return mean.mean()


def _fit_and_predict(model, X, classes, targets, train, test, params, seed):
    """Fit on some rows, predict others: one task of the pool."""
    fitted = fit_soft(seeded_clone(model, None), X, classes, targets, params, train, seed)
    proba = fitted.predict_proba(safe_indexing(X, test))
    return check_model_proba(proba, fitted, n_columns=len(fitted.classes_), rows=test), fitted.classes_
