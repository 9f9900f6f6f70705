"""How given labels came about: a truth drawn from calibrated evidence, sent through a noisy channel.

Out-of-sample probabilities are learned from the given labels, so they mix three things: how sure the model is, how the
classes overlap, and how labels were corrupted. Two pieces tell them apart as far as labels alone can:

1. the truth of a row has the probabilities softmax(slope * log p + bias), a calibration of p;
2. a truth k is recorded as j with probability transition[k, j], whatever the row.

Both are fitted together by maximum likelihood of the given labels (EM). Where classes only overlap, the labels follow
the evidence all the way down and the channel stays clean; where labels were flipped, rows of which the evidence is
sure hold other labels too, and no slope explains these. What this cannot see is noise that follows the evidence, such
as annotators who mistake the rows that the model finds hard: in the labels it looks exactly like overlap. How much of
the overlap to count as noise is therefore an assumption, the *ambiguity*, and never an estimate.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import softmax

from skclean.kernels import class_sizes

__all__ = ["NoiseChannel", "chance_of_error", "evenly_spread", "fit_channel"]

# Pseudo-rows of noise that hits all other classes alike, in each row of the transition matrix. A table of 1,000 rows
# and 26 classes says next to nothing of most of its 650 pairs, and without a prior rare confusions of the model pass
# for noise. It was chosen on 18 tables under four kinds of noise; noise between pairs of classes is underrated by it
# where a class has few rows: promises of InjectionRule fall short by some 0.05 at 1,000 rows a class.
PRIOR_ROWS = 100.0
FIRST_RATE = 0.2
FIRST_SLOPE = 2.0
# To go on to the end fits the last few rows better and keeps promises worse: 0.87 against 0.88 of a promised 0.9.
MOST_ROUNDS = 40
MOST_STEPS = 5
TOLERANCE = 1e-6
# Forests give probabilities of 0; this much is spread over all classes before the logarithm is taken.
SMOOTHING = 0.001
# Rows that the few parameters are fitted to: more make them no better.
MOST_ROWS = 5000
# Probabilities calibrated at once, so that a matrix larger than memory stays where it is.
BLOCK = 4_000_000


class NoiseChannel(NamedTuple):
    """A calibration of probabilities, and the noise that labels went through.

    Attributes
    ----------
    slope : float
        Above 0; above 1 where the probabilities are less sure than they could be.
    bias : ndarray of shape (n_classes,)
        Added to each class's log-probability.
    transition : ndarray of shape (n_classes, n_classes)
        ``[k, j]`` is P(recorded j | true k); rows sum to 1.
    """

    slope: float
    bias: np.ndarray
    transition: np.ndarray

    def truth(self, proba):
        """P(true class | row), before the given label is looked at: ndarray of shape (n_rows, n_classes)."""
        return softmax(self.slope * _log(proba) + self.bias, axis=1)

    def wrong(self, truth, ambiguity=0.0):
        """Chance that each label would be wrong, were it the given one: ndarray of shape (n_rows, n_classes).

        By Bayes a label j is right with truth[j] * transition[j, j] / sum_k truth[k] * transition[k, j], if the noise
        is the channel's. `ambiguity` is the share of the overlap, 1 - truth[j], that is held to be confusion of those
        who gave the labels rather than chance of the truth.
        """
        given = truth @ self.transition
        right = truth * np.diag(self.transition) / np.maximum(given, np.finfo(np.float64).tiny)
        return np.clip(1 - right * (1 - ambiguity * (1 - truth)), 0, 1)


def evenly_spread(n_rows, most):
    """At most `most` positions of 0 ... n_rows-1, each in the middle of as many."""
    return np.arange(n_rows) if n_rows <= most else ((np.arange(most) + 0.5) * (n_rows / most)).astype(np.intp)


def fit_channel(audit):
    """The channel that makes the given labels of an audit likeliest; verified rows hold their truth fixed.

    Parameters
    ----------
    audit : Audit
        With probabilities.

    Returns
    -------
    channel : NoiseChannel
    """
    rows, weight = _sample(audit)
    codes, n_classes = audit.codes[rows], audit.n_classes
    logs = np.ascontiguousarray(_log(audit.proba[rows]).T)  # sums over few classes are slow along the last axis
    known = np.zeros(len(rows), dtype=bool) if audit.verified is None else audit.verified[rows]
    channel = NoiseChannel(FIRST_SLOPE, np.zeros(n_classes), uniform_transition(FIRST_RATE, n_classes))
    before = -np.inf
    for _ in range(MOST_ROUNDS):
        shares = softmax(channel.slope * logs + channel.bias[:, None], axis=0) * channel.transition[:, codes]
        shares[:, known] *= np.eye(n_classes)[:, codes[known]]
        likelihood = np.maximum(shares.sum(axis=0), np.finfo(np.float64).tiny)
        shares *= weight / likelihood
        now = float(weight @ np.log(likelihood)) / len(rows)
        if now - before < TOLERANCE:
            break
        before = now
        channel = NoiseChannel(*_calibrate(channel, logs, shares), _transition(shares, codes))
    return channel


def _sample(audit):
    """Rows to fit to, and what each stands for; of rare classes more than their share, or next to none would be seen.

    Returns
    -------
    rows : ndarray of int
    weight : ndarray of float
        1 in the mean.
    """
    counted = ~audit.unlabelled if audit.sample_weight is None else ~audit.unlabelled & (audit.sample_weight > 0)
    rows, weight = np.flatnonzero(counted), np.ones(np.count_nonzero(counted))
    if len(rows) > MOST_ROWS:
        codes = audit.codes[rows]
        sizes = class_sizes(codes, audit.n_classes)
        # Half of the rows are shared out evenly among classes, and half by their sizes.
        wanted = MOST_ROWS / 2 * ((sizes > 0) / np.count_nonzero(sizes) + sizes / len(rows))
        wanted = np.minimum(np.ceil(wanted).astype(np.intp), sizes)
        # From the least to the most probable label, so that the order of rows says nothing (but among equal ones).
        by_class = np.split(np.argsort(2.0 * codes + audit.rows.given[rows]), np.cumsum(sizes)[:-1])
        chosen = [part[evenly_spread(*both)] for part, *both in zip(by_class, sizes, wanted, strict=True)]
        chosen = np.sort(np.concatenate(chosen))
        rows, weight = rows[chosen], (sizes / np.maximum(wanted, 1))[codes[chosen]]
    if audit.sample_weight is not None:
        weight = weight * audit.sample_weight[rows]
    return rows, weight * (len(rows) / weight.sum())


def chance_of_error(channel, audit, ambiguity, rows=None):
    """Of each row, the chance that its label is wrong, and whether the label is the likeliest truth.

    Parameters
    ----------
    channel : NoiseChannel
    audit : Audit
        With probabilities.
    ambiguity : float
        As in :meth:`NoiseChannel.wrong`.
    rows : ndarray of int or None, default=None
        Labelled rows that are asked about; None means all of them. The others count as unlabelled.

    Returns
    -------
    wrong : ndarray of shape (n_samples,), float64
        0 where a row is unlabelled.
    likeliest : ndarray of shape (n_samples,), bool
        True where a row is unlabelled.
    """
    wrong, likeliest = np.zeros(len(audit.codes)), np.ones(len(audit.codes), dtype=bool)
    asked = np.flatnonzero(~audit.unlabelled) if rows is None else rows
    for part in np.array_split(asked, len(asked) * audit.n_classes // BLOCK + 1):
        truth = channel.truth(audit.proba[part])
        own = np.arange(len(part)), audit.codes[part]
        wrong[part] = channel.wrong(truth, ambiguity)[own]
        likeliest[part] = truth[own] >= truth.max(axis=1)
    return wrong, likeliest


def uniform_transition(rate, n_classes):
    """A channel that flips a share `rate` of each class to all others alike: shape (n_classes, n_classes)."""
    transition = np.full((n_classes, n_classes), rate / max(n_classes - 1, 1))
    np.fill_diagonal(transition, 1 - rate)
    return transition


def _log(proba):
    proba = np.asarray(proba, dtype=np.float64)
    return np.log((proba + SMOOTHING / proba.shape[1]) / (1 + SMOOTHING))


def _transition(shares, codes):
    """Expected counts of true and given class, with pseudo-rows of even noise at the mean rate, as rates."""
    n_classes = len(shares)
    counts = np.vstack([np.bincount(codes, part, n_classes) for part in shares])
    rate = max(0.0, 1 - np.trace(counts) / counts.sum())
    counts += PRIOR_ROWS * uniform_transition(rate, n_classes)
    return counts / counts.sum(axis=1, keepdims=True)


def _calibrate(channel, logs, shares):
    """Slope and bias that make the expected truths likelier: a few steps, as the truths will change again."""
    n_rows = logs.shape[1]
    row_shares, class_shares = shares.sum(axis=0), shares.sum(axis=1)
    explained = (shares * logs).sum()

    def loss(parameters):
        slope, bias = np.exp(parameters[0]), parameters[1:]
        logits = slope * logs + bias[:, None]
        top = logits.max(axis=0)
        odds = np.exp(logits - top)
        total = odds.sum(axis=0)
        expected = odds * (row_shares / total)
        value = row_shares @ (np.log(total) + top) - slope * explained - bias @ class_shares + bias @ bias / 2
        of_slope = slope * ((expected * logs).sum() - explained)
        return value / n_rows, np.append(of_slope, expected.sum(axis=1) - class_shares + bias) / n_rows

    start = np.append(np.log(channel.slope), channel.bias)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": MOST_STEPS}).x
    return float(np.exp(found[0])), found[1:]
