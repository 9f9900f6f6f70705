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

import numpy as np
from scipy.special import log_softmax

from skclean.noise.transition._shrinkage import start_matrix, transition_of_counts

__all__ = ["by_em"]

_MAX_STEPS = 100
_TOLERANCE = 1e-4
# A forest gives the probability 0 freely; its logarithm must not rule a class out.
_MIN_PROBA = 1e-4
# Averaged models are too modest: their log-probabilities want a factor of 2 to 10.
_START_SLOPE = 4.0
_MAX_SLOPE = 50.0
# Biases stay near 0 unless many rows call for them: the precision of a normal prior.
_BIAS_PRECISION = 1.0


def by_em(problem):
    """The matrix that makes the given labels likely, with slope and biases found on the way."""
    rows, weight = problem.counted()
    codes = problem.codes[rows]
    logs = np.log(np.maximum(problem.proba[rows], _MIN_PROBA, dtype=np.float64))
    logs -= logs.mean(axis=1, keepdims=True)
    known = np.zeros(len(rows), dtype=bool) if problem.verified is None else problem.verified[rows]
    slope, bias = _START_SLOPE, np.zeros(problem.n_classes)
    matrix = start_matrix(problem.n_classes)
    for _ in range(_MAX_STEPS):
        clean = np.exp(log_softmax(slope * logs + bias, axis=1))
        true = clean * matrix.T[codes]
        true[known] = np.eye(problem.n_classes)[codes[known]]
        true *= (weight / true.sum(axis=1))[:, None]
        slope, bias = _climb(logs, true, clean, weight, slope, bias)
        before, matrix = matrix, transition_of_counts(_sums_by_code(true, codes))
        if np.abs(matrix - before).max() < _TOLERANCE:
            break
    return matrix


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
