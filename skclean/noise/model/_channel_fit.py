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

from skclean._kernels import class_sizes
from skclean.noise.model._channel import BLOCK, NoiseChannel, uniform_transition
from skclean.noise.model._flip_targets import mean_targets
from skclean.targets import UNLABELLED

__all__ = [
    "MAX_CLASSES",
    "PRIOR_ROWS",
    "FittedChannel",
    "Sample",
    "allowed_flips",
    "draw_sample",
    "evenly_spread",
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
# Rows that the few parameters are fitted to; more make them no better.
MAX_ROWS = 5000
# With more classes the matrix has more pairs than any table has wrong labels, and the fit takes seconds.
MAX_CLASSES = 50


class Sample(NamedTuple):
    """Rows that a channel is fitted to.

    Attributes
    ----------
    rows : ndarray of int, shape (n_sampled,)
        Positions among all rows.
    weight : ndarray of shape (n_sampled,), float64
        What each stands for; 1 on average.
    """

    rows: np.ndarray
    weight: np.ndarray


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
    codes, proba, *, weight=None, trusted=None, noisy=True, hidden=None, start=None, calibrate_only=False, known=None
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
        Rows of which the true class is the given one for certain: they calibrate, and tell nothing of flips.

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


def evenly_spread(n_rows, most):
    """Return at most `most` positions of 0 ... n_rows-1, each in the middle of an equal part."""
    return np.arange(n_rows) if n_rows <= most else ((np.arange(most) + 0.5) * (n_rows / most)).astype(np.intp)


def draw_sample(codes, given, proba, weight=None):
    """Choose labelled rows to fit a channel to; rare classes get more than their share.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int32
        Given labels; -1 where a row is unlabelled.
    given : ndarray of shape (n_samples,)
        Out-of-sample probability of the given label.
    proba : ndarray of shape (n_samples, n_classes)
        Out-of-sample probabilities; they order rows with equal `given`.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; rows of weight 0 are left out.

    Returns
    -------
    sample : Sample
        All rows where there are at most `MAX_ROWS`. Otherwise, half of the sample is shared out evenly among classes
        and half by their sizes. Within a class it is spread evenly from the least to the most probable label, so that
        the order of the rows does not matter.
    """
    counted = codes != UNLABELLED if weight is None else (codes != UNLABELLED) & (weight > 0)
    rows = np.flatnonzero(counted)
    stands_for = np.ones(len(rows))
    if len(rows) > MAX_ROWS:
        sampled = codes[rows]
        sizes = class_sizes(sampled, proba.shape[1])
        wanted = MAX_ROWS / 2 * ((sizes > 0) / np.count_nonzero(sizes) + sizes / len(rows))
        wanted = np.minimum(np.ceil(wanted).astype(np.intp), sizes)
        by_class = np.split(_order(sampled, given[rows], proba, rows, sizes), np.cumsum(sizes)[:-1])
        chosen = [part[evenly_spread(*both)] for part, *both in zip(by_class, sizes, wanted, strict=True)]
        chosen = np.sort(np.concatenate(chosen))
        rows, stands_for = rows[chosen], (sizes / np.maximum(wanted, 1))[sampled[chosen]]
    if weight is not None:
        stands_for = stands_for * weight[rows]
    return Sample(rows, stands_for * (len(rows) / stands_for.sum()))


def _order(codes, given, proba, rows, sizes):
    """Sort rows by class, then by the probability of their label, then by what else is in their probabilities.

    The votes of a forest have many ties. If the order of the rows broke them, the sample would depend on it.
    """
    order = np.lexsort((given, codes))
    tied = (np.diff(given[order]) == 0) & (np.diff(codes[order]) == 0)
    return np.lexsort((_marks(proba, rows, sizes), given, codes)) if tied.any() else order


def _marks(proba, rows, sizes):
    """A number for each row, the same for equal probabilities whatever the order of rows and classes.

    It is a weighted sum of the probabilities. The weights are square roots, so that few other rows have the same sum;
    they follow the sizes of the classes. It is rounded, since the order of summation changes the last digits.
    """
    parts = np.array_split(rows, len(rows) * len(sizes) // BLOCK + 1)
    totals = np.zeros(len(sizes))
    if len(np.unique(sizes)) < len(sizes):
        totals = np.sum([proba[part].sum(axis=0, dtype=np.float64) for part in parts], axis=0).round(6)
    factors = np.empty(len(sizes))
    factors[np.lexsort((totals, sizes))] = np.sqrt(np.arange(2, len(sizes) + 2))
    return np.concatenate([(np.asarray(proba[part], dtype=np.float64) @ factors).round(9) for part in parts])
