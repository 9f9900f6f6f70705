"""What the true labels may be, and draws of them."""

import numpy as np

from skclean.evidence import cross_fit_proba, default_estimator, default_forest, default_proba
from skclean.metrics._correction import checked_transition
from skclean.metrics._estimated_noise import EstimatedNoise
from skclean.noise.transition._noisy_logit import NoisyLogit, centred_logs, fit_calibration
from skclean.preprocessing import is_table

__all__ = ["draw_labels", "truth_of_rows"]

START_SLOPE = 4.0


def truth_of_rows(X, labels, transition_matrix, *, given_features=True):
    """Return P(true class) of each row, given its noisy label: ndarray of shape (n_samples, n_classes).

    Parameters
    ----------
    X : array-like of shape (n_samples, ...)
    labels : ClassTarget
        Every row has a label.
    transition_matrix : array-like of shape (n_classes, n_classes) or "estimate"
    given_features : bool, default=True
        Whether it depends on the row too, by the default model out of bag.

    Raises
    ------
    ValueError
        If the matrix does not fit the classes.
    """
    estimate, n_classes = isinstance(transition_matrix, str), len(labels.classes)
    given = None if estimate else checked_transition(transition_matrix, n_classes)
    if given_features or estimate:
        proba = _default_proba(X, labels)
    if estimate:
        noise = EstimatedNoise(proba, labels, share=1.0)
        if given_features:
            return noise.members(labels.classes)
        given = noise.matrix(labels.classes)
    if given_features:
        logs, start = centred_logs(proba), NoisyLogit(START_SLOPE, np.zeros(n_classes), given)
        fitted, _ = fit_calibration(logs, labels.codes, np.ones(len(logs)), start, np.maximum(given, 1e-9))
        return fitted.posterior(logs, labels.codes)
    frequency = np.bincount(labels.codes, minlength=n_classes) / len(labels.codes)
    prior = np.maximum(frequency @ np.linalg.inv(given), 1e-9)
    joint = prior[:, None] * given
    return (joint / joint.sum(axis=0)).T[labels.codes]


def _default_proba(X, labels):
    if is_table(X):
        return default_proba(default_estimator(X, n_classes=len(labels.classes)), X, labels, random_state=0)
    return cross_fit_proba(default_forest(labels), X, labels, random_state=0)


def draw_labels(truth, codes, rng):
    """Draw true labels: ndarray of shape (n_rows,), int32.

    Parameters
    ----------
    truth : ndarray of shape (n_rows, n_classes)
        P(true class) of each row.
    codes : ndarray of shape (n_rows,), int32
        Given labels.
    rng : RandomState

    Returns
    -------
    drawn : ndarray of shape (n_rows,), int32
        Each row has its own chances; of each given class as many labels change as is expected, to within one.
    """
    drawn = codes.copy()
    changes = 1 - truth[np.arange(len(codes)), codes]
    for code in np.unique(codes):
        rows = rng.permutation(np.flatnonzero(codes == code))
        steps = np.floor(np.cumsum(changes[rows]) + rng.uniform())
        flipped = rows[np.diff(steps, prepend=0) > 0]
        if len(flipped) == len(rows):
            flipped = flipped[1:]
        others = truth[flipped].copy()
        others[:, code] = 0
        others = np.cumsum(others, axis=1)
        cut = rng.uniform(size=len(flipped)) * others[:, -1]
        drawn[flipped] = (others <= cut[:, None]).sum(axis=1)
    return drawn
