"""Weights of open rows: how much likelier verified rows make the given label than open rows do."""

import warnings

import numpy as np
from scipy.optimize import minimize_scalar

from skclean.evidence import cross_fit_proba
from skclean.exceptions import FewMembersWarning
from skclean.targets import UNLABELLED, ClassTarget

__all__ = ["density_ratio_weights"]

LEAST, MOST = 0.01, 5.0
# Verified rows of the smallest class below which their model is drawn towards that of the open rows.
ENOUGH = 10


def density_ratio_weights(estimator, X, labels, verified, **options):
    """Return ``f_T(x)[y] / f_U(x)[y]`` of each row: ndarray of shape (n_samples,); 1 for verified rows.

    Parameters
    ----------
    estimator : classifier with predict_proba
        Cloned for f_T, which is fitted on verified rows, and for f_U, which is fitted on the others; both are
        cross-fitted and calibrated.
    X : indexable of n_samples rows
    labels : ClassTarget
        Rows without a label have the weight 0.
    verified : ndarray of shape (n_samples,), bool
    **options
        `cv`, `fit_params`, `n_jobs` and `random_state` of :func:`skclean.evidence.cross_fit_proba`.
    """
    codes = labels.codes
    open_rows = ~verified & (codes != UNLABELLED)
    of_open = _calibrated(estimator, X, labels, open_rows, options)
    of_seeds = _calibrated(estimator, X, labels, verified, options)
    fewest = np.bincount(codes[verified], minlength=len(labels.classes)).min()
    share = min(1.0, fewest / ENOUGH)
    of_seeds = share * of_seeds + (1 - share) * of_open
    rows = np.arange(len(codes))
    ratio = of_seeds[rows, codes] / np.maximum(of_open[rows, codes], LEAST)
    weights = np.where(codes == UNLABELLED, 0.0, np.clip(ratio, 0, MOST))
    weights[verified] = 1.0
    return weights


def _calibrated(estimator, X, labels, rows, options):
    """Probabilities by models of some rows, raised to the power that predicts these best."""
    codes = np.where(rows, labels.codes, UNLABELLED).astype(np.int32)
    n_classes = len(labels.classes)
    counts = np.bincount(codes[rows], minlength=n_classes)
    if np.count_nonzero(counts) < 2 or counts.max() < 2:
        return np.tile((counts + 1) / (counts.sum() + n_classes), (len(codes), 1))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FewMembersWarning)  # few verified rows are the case that this is for
        proba = cross_fit_proba(estimator, X, ClassTarget(codes, labels.classes), **options)
    logs = np.log((proba + 0.01 / n_classes) / 1.01)
    own = codes[rows]

    def loss(power):
        raised = np.exp(power * logs[rows])
        return -np.log(raised[np.arange(len(own)), own] / raised.sum(axis=1)).mean()

    power = minimize_scalar(loss, bounds=(0.1, 3.0), method="bounded").x
    raised = np.exp(power * logs)
    return raised / raised.sum(axis=1, keepdims=True)
