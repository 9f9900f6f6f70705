"""Fit a noise channel to given labels by maximum likelihood (expectation-maximisation).

E-step: the share of each row that belongs to each true class, given its label. M-step: slopes and biases by a few steps
of L-BFGS, and the transition matrix from expected counts. Two priors keep pairs of classes with few rows in check:

- the flip rate of each class is drawn towards the mean rate by `PRIOR_ROWS` pseudo-rows;
- where the flips of a class go is a draw from a Dirichlet distribution (see _flip_targets.py).

Slopes of classes are drawn towards their mean, so that a pair of classes that overlap may have a smaller slope than the
others. With one slope for all, such a pair would be taken for noise.

References
----------
Dawid, Skene, "Maximum likelihood estimation of observer error-rates using the EM algorithm", JRSS C 1979.
Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural networks", ICML 2017 (vector scaling).
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax

from skclean.noise.model._channel import NoiseChannel, uniform_transition
from skclean.noise.model._flip_targets import mean_targets

__all__ = [
    "MAX_CLASSES",
    "PRIOR_ROWS",
    "FittedChannel",
    "allowed_flips",
    "first_channel",
    "fit_channel",
]

# Pseudo-rows that draw the flip rate of a class towards the mean rate of all classes.
PRIOR_ROWS = 100.0
# Standard deviation of the logarithm of a class's slope around the mean of all classes.
SLOPE_DEVIATION = 1.0
# The fit starts at much noise. Where noise and overlap explain the labels about equally well it stays near the start,
# and from a start near 0 it ends at overlap. Over 18 tables and uniform rates of 0 to 30 % the mean error of the noise
# rate was 0.021 from 0.2 and 0.020 from 0.3, over 27 others 0.048 from both; F1 of flags was higher from 0.3 at all
# rates from 10 % on. ``examples/benchmarks/noise_rate.py`` prints both.
FIRST_RATE = 0.3
FIRST_SLOPE = 2.0
# More rounds change little but the time: with 120 the error of the noise rate was the same.
MAX_ROUNDS = 60
MAX_STEPS = 5
TOLERANCE = 1e-6
# A row is taken to have been left with at least this probability, so that no row stands for many that were taken out.
MIN_LEFT = 0.01
# With more classes the matrix has more pairs than any table has wrong labels, and the fit takes seconds.
MAX_CLASSES = 50


class FittedChannel(NamedTuple):
    """A channel and how well it explains the labels that it was fitted to.

    Attributes
    ----------
    channel : NoiseChannel
    log_likelihood : float
        Sum over rows, each by its weight.
    """

    channel: NoiseChannel
    log_likelihood: float


def fit_channel(
    codes,
    proba,
    *,
    weight=None,
    trusted=None,
    noisy=True,
    hidden=None,
    start=None,
    known=None,
    calibrate_only=False,
):
    """Fit slopes, biases and transition matrix that make the given labels most likely.

    Parameters
    ----------
    codes : ndarray of shape (n_rows,), int
        Given labels, all of them known.
    proba : ndarray of shape (n_rows, n_classes)
        Out-of-sample probabilities.
    weight : ndarray of shape (n_rows,) or None, default=None
        What each row counts for; 1 on average.
    trusted : ndarray of shape (n_classes,), bool, or None, default=None
        Classes that no row of another class is recorded as.
    noisy : bool, default=True
        False fits the calibration alone: all labels are right, and doubt is overlap of the classes.
    hidden : ndarray of shape (n_rows, n_classes), bool, or None, default=None
        Labels that a row could not show, since rows with such labels were taken out: the likelihood is that of the
        given label among the others.
    start : NoiseChannel or None, default=None
        Where the fit starts; None means :func:`first_channel`. The flips that it says the probabilities contain are
        taken out of them.
    calibrate_only : bool, default=False
        Whether the transition matrix stays that of the start.
    known : ndarray of shape (n_rows,), bool, or None, default=None
        Rows with a label that is known to be right: they calibrate, and are not counted as evidence of flips.

    Returns
    -------
    fitted : FittedChannel
    """
    n_rows, n_classes = proba.shape
    weight = np.ones(n_rows) if weight is None else weight
    allowed = allowed_flips(n_classes, trusted)
    if not noisy:
        allowed[:] = False
    start = first_channel(n_classes) if start is None else start
    logs = np.ascontiguousarray(start.logs(proba).T)  # sums over few classes are slow along the last axis
    slope, bias = start.slope, start.bias
    flips = np.where(allowed, start.transition, 0.0)
    transition = flips + np.diag(1 - flips.sum(axis=1))
    open_rows = slice(None) if known is None else ~known
    before = -np.inf
    for _ in range(MAX_ROUNDS):
        chances = transition[:, codes]
        if known is not None:
            chances[:, known] = np.eye(n_classes)[:, codes[known]]
        shares = softmax(slope[:, None] * logs + bias[:, None], axis=0) * chances
        likelihood = np.maximum(shares.sum(axis=0), np.finfo(np.float64).tiny)
        shares *= weight / likelihood
        now = float(weight @ np.log(likelihood)) / n_rows
        counts = np.vstack([np.bincount(codes[open_rows], share[open_rows], n_classes) for share in shares])
        if hidden is not None:
            truth = softmax(slope[:, None] * logs + bias[:, None], axis=0)
            more_shares, more_counts, gain = _taken_out(truth, transition, hidden, weight)
            shares, counts, now = shares + more_shares, counts + more_counts, now + gain / n_rows
        if now - before < TOLERANCE:
            break
        before = now
        slope, bias = _calibrate(slope, bias, logs, shares)
        if not calibrate_only:
            transition = transition_of_expected(counts, allowed)
    return FittedChannel(NoiseChannel(slope, bias, transition, start.contained), now * n_rows)


def first_channel(n_classes, rate=FIRST_RATE):
    """Return the channel where a fit starts: flips of a share `rate` of each class to all others alike."""
    return NoiseChannel(np.full(n_classes, FIRST_SLOPE), np.zeros(n_classes), uniform_transition(rate, n_classes))


def _taken_out(truth, transition, hidden, weight):
    """Expected rows that were taken out beside those that are left (Dempster, Laird, Rubin 1977, truncated data).

    Returns
    -------
    shares : ndarray of shape (n_classes, n_rows)
        How many of each true class were taken out beside each row.
    counts : ndarray of shape (n_classes, n_classes)
        How many there were of each true and given class.
    gain : float
        What the log-likelihood gains, since the given labels were chosen among fewer.
    """
    gone = truth * (transition @ hidden.T)
    left = np.clip(1 - gone.sum(axis=0), MIN_LEFT, 1)
    beside = weight / left
    return gone * beside, transition * ((truth * beside) @ hidden), -float(weight @ np.log(left))


def allowed_flips(n_classes, trusted=None):
    """Return which classes may be recorded as which: (n_classes, n_classes), bool; False on the diagonal.

    Parameters
    ----------
    n_classes : int
    trusted : ndarray of shape (n_classes,), bool, or None, default=None
        Classes that no row of another class is recorded as.
    """
    allowed = ~np.eye(n_classes, dtype=bool)
    if trusted is not None:
        allowed[:, trusted] = False
    return allowed


def transition_of_expected(counts, allowed):
    """Turn expected counts of true and given class into a transition matrix, drawn towards the priors.

    Parameters
    ----------
    counts : ndarray of shape (n_classes, n_classes)
        ``[k, j]``: expected number of rows of true class k that are recorded as j.
    allowed : ndarray of shape (n_classes, n_classes), bool
        Pairs that may be confused; False on the diagonal.

    Returns
    -------
    transition : ndarray of shape (n_classes, n_classes)
        Rows sum to 1.
    """
    flips = np.where(allowed, counts, 0.0)
    flipped, total = flips.sum(axis=1), counts.sum(axis=1)
    mean_rate = flipped.sum() / counts.sum()
    rates = np.where(allowed.any(axis=1), (flipped + PRIOR_ROWS * mean_rate) / (total + PRIOR_ROWS), 0.0)
    transition = rates[:, None] * mean_targets(flips, allowed)
    np.fill_diagonal(transition, 1 - rates)
    return transition


def _calibrate(slope, bias, logs, shares):
    """Move slopes and biases so that the expected true classes become more likely: a few steps of L-BFGS."""
    n_classes, n_rows = logs.shape
    row_shares, class_shares = shares.sum(axis=0), shares.sum(axis=1)
    explained = (shares * logs).sum(axis=1)

    def loss(parameters):
        log_slope, bias = parameters[:n_classes], parameters[n_classes:]
        slope = np.exp(log_slope)
        logits = slope[:, None] * logs + bias[:, None]
        top = logits.max(axis=0)
        odds = np.exp(logits - top)
        total = odds.sum(axis=0)
        expected = odds * (row_shares / total)
        apart = log_slope - log_slope.mean()
        value = row_shares @ (np.log(total) + top) - slope @ explained - bias @ class_shares
        value += bias @ bias / 2 + apart @ apart / (2 * SLOPE_DEVIATION**2)
        of_slope = slope * ((expected * logs).sum(axis=1) - explained) + apart / SLOPE_DEVIATION**2
        return value / n_rows, np.append(of_slope, expected.sum(axis=1) - class_shares + bias) / n_rows

    start = np.append(np.log(slope), bias)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MAX_STEPS}).x
    return np.exp(found[:n_classes]), found[n_classes:]
