"""Chances of a wrong label that follow from further columns, such as who gave the label."""

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor

from skclean.noise.model._noise_fit import fit_noise_model
from skclean.robust.training._soft_fit import one_hot
from skclean.treatments._decision import MIN_RATE
from skclean.treatments._posterior import EVIDENCE_SHARE

__all__ = ["targets_by_rates"]

N_ROUNDS = 5
N_TREES = 100
# Rows of a leaf of the trees that predict rates, and the most flips of a row's matrix.
FEWEST, SHARE_OF_ROWS, MOST = 10, 0.02, 0.95


def targets_by_rates(proba, codes, columns, verified, weight, random_state):
    """Soft targets where the chance of a wrong label depends on the columns; and these chances.

    A noise channel is fitted to probabilities that have not seen the columns. Then two steps take turns: the chance
    that each label is wrong, by the channel with flips that are scaled row by row; and a forest that predicts
    these chances from the columns, out of bag.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
        Out of sample.
    codes : ndarray of shape (n_rows,), int32
        All known.
    columns : ndarray of shape (n_rows, n_columns)
    verified : ndarray of shape (n_rows,), bool
    weight : ndarray of shape (n_rows,)
    random_state : int, RandomState instance or None

    Returns
    -------
    targets : ndarray of shape (n_rows, n_classes)
    rates : ndarray of shape (n_rows,)
        P(label is wrong | columns). Zeros where there may be no noise, or with more than 50 classes.
    """
    n_classes, rows = proba.shape[1], np.arange(len(codes))
    given = one_hot(codes, n_classes)
    noise = fit_noise_model(codes, proba, proba[rows, codes], weight=weight, verified=verified)
    if noise is None or (noise.noise_rate.rate <= MIN_RATE and noise.noise_rate.low <= 0):
        return given, np.zeros(len(codes))
    share = noise.noise_weight
    truth = share * noise.channel.truth(proba) + (1 - share) * proba
    flips = share * (noise.channel.transition - np.diag(np.diag(noise.channel.transition)))
    usual = float(np.average(truth @ flips.sum(axis=1), weights=weight))
    rates = np.full(len(codes), usual)
    leaf = max(FEWEST, round(SHARE_OF_ROWS * len(codes)))
    for _ in range(N_ROUNDS if columns.shape[1] else 1):
        posterior = _posterior(truth, codes, flips, rates / max(usual, 1e-9))
        posterior[verified] = given[verified]
        if columns.shape[1]:
            wrong = 1 - posterior[rows, codes]
            forest = ExtraTreesRegressor(
                N_TREES,
                min_samples_leaf=leaf,
                bootstrap=True,
                oob_score=True,
                max_features=1.0,
                random_state=random_state,
            )
            rates = np.clip(forest.fit(columns, wrong, weight).oob_prediction_, 1e-3, MOST)
    evidence = min(1.0, EVIDENCE_SHARE * float(np.average(rates, weights=weight)) * 2 / n_classes)
    targets = (1 - evidence) * posterior + evidence * truth
    targets[verified] = given[verified]
    return targets, rates


def _posterior(truth, codes, flips, scale):
    """P(true class | row, given label) where the flips of each row are scaled: ndarray of shape (n_rows, n_classes)."""
    rows = np.arange(len(codes))
    each = flips.sum(axis=1)
    scale = np.minimum(scale, MOST / max(each.max(), 1e-9))
    chances = flips[:, codes].T * scale[:, None]
    chances[rows, codes] = 1 - scale * each[codes]
    joint = truth * chances
    total = joint.sum(axis=1, keepdims=True)
    return np.divide(joint, total, out=truth.copy(), where=total > 0)
