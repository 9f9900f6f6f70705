"""Two halves that predict each other, round after round: each trains on labels that the other half's model softened."""

import numpy as np
from sklearn.dummy import DummyClassifier
from sklearn.utils import check_random_state

from skclean.evidence._limits import SeenClasses
from skclean.evidence.cross_fitting._cross_fit import split_rows
from skclean.evidence.geometry._divergence import label_divergence
from skclean.targets import UNLABELLED
from skclean.utils._compat import num_samples, safe_split
from skclean.utils._fitting import fit_model
from skclean.utils._params import seeded_clone, subset_params
from skclean.utils._proba import ProbaSum, check_model_proba, class_columns
from skclean.utils._tasks import Progress, run_in_order

__all__ = ["cross_split_proba", "soften"]

# Classes with a smaller share in a soft label are left out, which bounds the repeats of a row by 20.
MIN_SHARE = 0.05


def cross_split_proba(
    estimator,
    X,
    labels,
    *,
    n_rounds,
    n_repeats,
    gamma,
    weight_name,
    verified=None,
    fit_params=None,
    split_params=None,
    n_jobs=None,
    random_state=None,
    progress=None,
    seen=None,
):
    """Predict every row by models of the half that it is not in.

    Parameters
    ----------
    estimator : classifier with predict_proba
        Cloned for every fit.
    X : array-like of shape (n_samples, ...)
        Passed to the clones as given, in rows.
    labels : ClassTarget
        Codes and classes. Unlabelled rows are in no half; the models of both predict them.
    n_rounds : int
        Fits of each half, the first of them on the given labels.
    n_repeats : int
        Random splits, over which the predictions of the last round are averaged.
    gamma : float
        As in :func:`soften`.
    weight_name : str
        Fit parameter through which the estimator takes weights.
    verified : ndarray of shape (n_samples,), bool, or None, default=None
        Rows whose label is never softened.
    fit_params, split_params : dict or None, default=None
        For ``fit`` and for the split into halves, for example ``{"groups": groups}``.
    n_jobs : int or None, default=None
        Splits side by side. The result does not depend on it.
    random_state : int, RandomState instance or None, default=None
        Draws the halves, and seeds the clones where they have no seed of their own.
    progress : Progress or None, default=None
        Where each split is reported.
    seen : SeenClasses or None, default=None
        Where each training set is recorded, and the rows that are predicted from it.

    Returns
    -------
    proba : ndarray of shape (n_samples, n_classes), float64
        Columns in the order of ``labels.classes``.
    """
    rng = check_random_state(random_state)
    fixed = np.zeros(len(labels.codes), dtype=bool) if verified is None else verified
    settings = n_rounds, gamma, weight_name, fixed, fit_params or {}
    seen = seen or SeenClasses(labels)

    def arguments():
        for seed in rng.randint(np.iinfo(np.int32).max, size=n_repeats):
            halves = split_rows(X, labels, cv=2, split_params=split_params, random_state=rng)
            for half, fold in enumerate(halves):
                seen.add(*fold, fold=half)
            yield estimator, X, labels, halves, seed, settings

    mean = ProbaSum(num_samples(X), len(labels.classes))
    everyone, columns = np.arange(num_samples(X)), np.arange(len(labels.classes))
    results = run_in_order(_rounds_of_one_split, arguments(), n_jobs=n_jobs)
    with (progress or Progress.silent()).task("cross-split", n_repeats) as steps:
        for _ in range(n_repeats):
            with steps.task("split"):
                mean.add(everyone, next(results), columns)
    return mean.mean()


def _rounds_of_one_split(estimator, X, labels, folds, seed, settings):
    """All rounds of one split: one task of the pool."""
    n_rounds, gamma, weight_name, fixed, fit_params = settings
    codes, classes = labels
    rng = np.random.RandomState(seed)
    shares = (codes[:, None] == np.arange(len(classes))).astype(np.float64)
    unlabelled = np.flatnonzero(codes == UNLABELLED)
    half_of = np.full(len(codes), -1)
    for round_ in range(n_rounds):
        mean = ProbaSum(len(codes), len(classes))
        known = np.zeros(len(codes), dtype=bool)
        for half, (own, other) in enumerate(folds):
            model = seeded_clone(estimator, rng)
            judged = np.concatenate([other, unlabelled])
            proba, columns = _fit_shares(model, X, labels, own, judged, shares, weight_name, fit_params)
            mean.add(judged, proba, columns)
            known[other] = np.isin(codes[other], columns)
            half_of[other] = half
        proba = mean.mean()
        if round_ < n_rounds - 1:
            open_rows = np.flatnonzero(known & ~fixed)
            shares[open_rows] = soften(codes[open_rows], proba[open_rows], half_of[open_rows], gamma)
    return proba


def soften(codes, proba, half_of, gamma):
    """New labels between the given ones and the predictions of the other half.

    A row keeps the more of its label the less the prediction diverges from it, by the Jensen-Shannon divergence scaled
    from 0 to 1 over the rows of its class in its half; equations 2 to 4 of the paper.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,), int32
        Given classes.
    proba : ndarray of shape (n_rows, n_classes)
        Predictions of the other half's model.
    half_of : ndarray of shape (n_rows,), int
        Half that a row is in.
    gamma : float
        The prediction's part in the new label runs from (1 - gamma) / 2 to (1 + gamma) / 2.

    Returns
    -------
    shares : ndarray of shape (n_rows, n_classes)
        Rows sum to 1.
    """
    rows = np.arange(len(codes))
    n_classes = proba.shape[1]
    divergence = label_divergence(proba[rows, codes])
    group = half_of * n_classes + codes
    lowest, highest = np.full(2 * n_classes, np.inf), np.full(2 * n_classes, -np.inf)
    np.minimum.at(lowest, group, divergence)
    np.maximum.at(highest, group, divergence)
    span = (highest - lowest)[group]
    scaled = np.full(len(codes), 0.5)  # rows that are all alike are half trusted
    np.divide(divergence - lowest[group], span, out=scaled, where=span > 0)
    part = gamma * (scaled - 0.5) + 0.5
    shares = part[:, None] * proba
    shares[rows, codes] += 1 - part
    return shares


def _fit_shares(model, X, labels, own, judged, shares, weight_name, fit_params):
    """Fit each row once a class with its share as weight; predict others: probabilities, and their columns."""
    position, codes = np.nonzero(shares[own] >= MIN_SHARE)
    rows = own[position]
    weight = shares[rows, codes]
    y = labels.for_fit()
    X_train, _ = safe_split(model, X, y, rows)
    X_judged, _ = safe_split(model, X, y, judged, rows)
    params = subset_params(fit_params, rows, num_samples(X))
    if (weight < 1).any():
        given = params.get(weight_name)
        params[weight_name] = weight if given is None else weight * given
    if (codes == codes[0]).all():  # many models refuse to learn one class; what they would say is known
        model, params = DummyClassifier(), {}
    model = fit_model(model, X_train, labels.classes[codes], params)
    columns = class_columns(model.classes_, labels.classes)
    proba = check_model_proba(model.predict_proba(X_judged), model, n_columns=len(columns), rows=judged)
    return proba, columns
