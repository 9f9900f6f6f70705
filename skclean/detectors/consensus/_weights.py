"""Weights of the members of a consensus, learned from errors injected where labels are not in doubt."""

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, ndtri
from scipy.stats import rankdata

__all__ = ["flip_plausibly", "learned_weights", "normal_scores"]

# What a class that the evidence rules out still weighs when a wrong label is drawn.
MIN_SHARE = 0.02
# How strongly weights are drawn towards equal ones. Over many tables and kinds of noise 0.003 ranked best of 0.003 to
# 0.1; all of them ranked better than equal weights as soon as a member was much weaker than the others.
SHRINKAGE = 0.003


def normal_scores(quality):
    """Ranks as quantiles of the normal distribution: ndarray of shape (n,), low where quality is low."""
    return ndtri((rankdata(quality) - 0.5) / len(quality))


def flip_plausibly(codes, proba, candidates, rate, rng):
    """Give some rows a wrong label, the likelier the more the evidence takes it for possible.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int32
    proba : ndarray of shape (n_samples, n_classes) or None
        What says which wrong label is likely; None for all alike.
    candidates : ndarray of int
        Rows whose label may be flipped.
    rate : float
        Share of them that is.
    rng : RandomState

    Returns
    -------
    flipped_codes : ndarray of shape (n_samples,), int32
    flipped : ndarray of int
        Rows whose label is another one now.
    """
    flipped = rng.choice(candidates, max(1, round(rate * len(candidates))), replace=False)
    n_classes = int(codes.max()) + 1 if proba is None else proba.shape[1]
    share = np.zeros((len(flipped), n_classes)) if proba is None else proba[flipped].astype(np.float64)
    share += MIN_SHARE
    share[np.arange(len(flipped)), codes[flipped]] = 0
    bounds = np.cumsum(share, axis=1)
    drawn = (rng.uniform(size=(len(flipped), 1)) * bounds[:, -1:] >= bounds).sum(axis=1)
    changed = codes.copy()
    changed[flipped] = np.minimum(drawn, n_classes - 1)
    return changed, flipped


def learned_weights(scores, flipped):
    """Weights that tell flipped rows from the others best.

    Logistic regression of "flipped" on minus the scores, both kinds of rows weighing alike, with weights of at least 0
    that are drawn towards equal ones.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_members)
        Normal scores, low is suspicious.
    flipped : ndarray of shape (n_rows,), bool

    Returns
    -------
    weights : ndarray of shape (n_members,)
        At least 0; they sum to 1.
    """
    n_members = scores.shape[1]
    equal = np.full(n_members, 1 / n_members)
    share = flipped.mean()
    row_weight = np.where(flipped, 0.5 / share, 0.5 / (1 - share)) / len(flipped)

    def loss(parameters):
        margin = parameters[0] - scores @ parameters[1:]
        off = parameters[1:] - equal
        slope = row_weight * (expit(margin) - flipped)
        value = row_weight @ (np.logaddexp(0, margin) - flipped * margin) + SHRINKAGE * off @ off
        return value, np.append(slope.sum(), 2 * SHRINKAGE * off - scores.T @ slope)

    bounds = [(None, None)] + [(0, None)] * n_members
    found = minimize(loss, np.append(0.0, equal), jac=True, bounds=bounds, method="L-BFGS-B").x[1:]
    return found / found.sum() if found.sum() > 0 else equal
