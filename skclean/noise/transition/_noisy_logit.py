"""EM for a clean classifier behind a noise layer, on top of given probabilities.

Out-of-sample probabilities of a model that was trained on noisy labels estimate P(observed | x), so the matrix cannot
be had by explaining the labels from them: the identity explains them perfectly. The model here is

    P(true = k | x)     = softmax_k(slope * log y_proba(x) + bias_k)
    P(observed = j | x) = sum_k P(true = k | x) * T[k, j]

a logistic regression under label noise (Bootkrajang and Kabán, 2012) whose features are the log-probabilities, or a
noise layer behind a network (Sukhbaatar et al., 2015) of which only the temperature and the biases are learned. What
identifies T is that a logistic curve runs to 0 and 1 where the given class stops getting likelier: the share of the
other labels that is left over on the plateaus is noise, and doubt between the plateaus is overlap of the classes.

That reads the shape of the given probabilities against the given labels, so it needs a model whose log-odds go on
growing where the labels no longer agree better, as those of averaged, linear and boosted models do. Probabilities that
are exactly P(observed | x) have no such shape: the identity fits them best, and only their range tells of noise, which
is what anchors read.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import log_softmax

from skclean.noise.transition._shrinkage import start_matrix, transition_of_counts

__all__ = ["NoisyLogit", "by_em", "centred_logs", "fit_calibration", "fit_noisy_logit"]

_MAX_STEPS = 100
_TOLERANCE = 1e-4
_CALIBRATION_STEPS = 25
# A forest gives the probability 0 freely; its logarithm must not rule a class out.
_MIN_PROBA = 1e-4
# Averaged models are too modest: their log-probabilities want a factor of 2 to 10.
_START_SLOPE = 4.0
_MAX_SLOPE = 50.0
# Biases stay near 0 unless many rows call for them: the precision of a normal prior.
_BIAS_PRECISION = 1.0


class NoisyLogit(NamedTuple):
    """A calibration of log-probabilities, and the transition matrix of the labels.

    Attributes
    ----------
    slope : float
    bias : ndarray of shape (n_classes,)
    matrix : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i).
    """

    slope: float
    bias: np.ndarray
    matrix: np.ndarray

    def truth(self, logs):
        """Return P(true class | row), before the given label is known: ndarray of shape (n_rows, n_classes)."""
        return np.exp(log_softmax(self.slope * logs + self.bias, axis=1))

    def posterior(self, logs, codes):
        """Return P(true class | row, given label): ndarray of shape (n_rows, n_classes)."""
        joint = self.truth(logs) * self.matrix.T[codes]
        return joint / joint.sum(axis=1, keepdims=True)


def centred_logs(proba):
    """Return log-probabilities less their mean over the classes: ndarray of shape (n_rows, n_classes), float64."""
    logs = np.log(np.maximum(proba, _MIN_PROBA, dtype=np.float64))
    logs -= logs.mean(axis=1, keepdims=True)
    return logs


def by_em(problem):
    """The matrix that makes the given labels likely, with slope and biases found on the way."""
    rows, weight = problem.counted()
    known = None if problem.verified is None else problem.verified[rows]
    return fit_noisy_logit(centred_logs(problem.proba[rows]), problem.codes[rows], weight, known=known).matrix


def fit_noisy_logit(logs, codes, weight, *, known=None, start=None, tolerance=_TOLERANCE):
    """Fit slope, biases and transition matrix by expectation-maximisation.

    Parameters
    ----------
    logs : ndarray of shape (n_rows, n_classes)
        Of :func:`centred_logs`.
    codes : ndarray of shape (n_rows,), int
    weight : ndarray of shape (n_rows,)
    known : ndarray of shape (n_rows,), bool, or None, default=None
        Rows with a label that is known to be right.
    start : NoisyLogit or None, default=None
        Where the fit starts.
    tolerance : float, default=1e-4
        It stops when no entry of the matrix moves by more.

    Returns
    -------
    fitted : NoisyLogit
    """
    n_classes = logs.shape[1]
    own = None if known is None else np.eye(n_classes)[codes[known]]
    fitted = NoisyLogit(_START_SLOPE, np.zeros(n_classes), start_matrix(n_classes)) if start is None else start
    for _ in range(_MAX_STEPS):
        clean = fitted.truth(logs)
        true = clean * fitted.matrix.T[codes]
        if known is not None:
            true[known] = own
        true *= (weight / true.sum(axis=1))[:, None]
        slope, bias = _climb(logs, true, clean, weight, fitted.slope, fitted.bias)
        before, fitted = fitted.matrix, NoisyLogit(slope, bias, transition_of_counts(_sums_by_code(true, codes)))
        if np.abs(fitted.matrix - before).max() < tolerance:
            break
    return fitted


def fit_calibration(logs, codes, weight, start, matrix):
    """Fit slope and biases behind a matrix that is held fixed: NoisyLogit, and its log-likelihood."""
    fitted = NoisyLogit(start.slope, start.bias, matrix)
    for _ in range(_CALIBRATION_STEPS):
        clean = fitted.truth(logs)
        true = clean * matrix.T[codes]
        true *= (weight / true.sum(axis=1))[:, None]
        fitted = NoisyLogit(*_climb(logs, true, clean, weight, fitted.slope, fitted.bias), matrix)
    likelihood = (fitted.truth(logs) * matrix.T[codes]).sum(axis=1)
    return fitted, float(weight @ np.log(likelihood))


def _sums_by_code(true, codes):
    """Sum of the rows that were given each class, true classes down: ndarray of shape (n_classes, n_classes)."""
    return np.stack([np.bincount(codes, weights=column, minlength=true.shape[1]) for column in true.T])


def _climb(logs, true, clean, weight, slope, bias):
    """One Newton step, held short, of the slope and the biases towards the posterior of the true classes."""
    n_classes = len(bias)
    miss = true - weight[:, None] * clean
    gradient = np.r_[(miss * logs).sum(), miss.sum(axis=0) - _BIAS_PRECISION * bias]
    weighted = weight[:, None] * clean
    away = logs - (clean * logs).sum(axis=1, keepdims=True)
    curvature = np.empty((n_classes + 1, n_classes + 1))
    curvature[0, 0] = (weighted * away**2).sum() + 1e-6
    curvature[0, 1:] = curvature[1:, 0] = (weighted * away).sum(axis=0)
    curvature[1:, 1:] = np.diag(weighted.sum(axis=0) + _BIAS_PRECISION) - weighted.T @ clean
    step = np.linalg.solve(curvature, gradient)
    slope = float(np.clip(slope + step[0], slope / 2, min(2 * slope, _MAX_SLOPE)))
    return slope, bias + np.clip(step[1:], -1, 1)
