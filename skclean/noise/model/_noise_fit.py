"""Fit a noise model to given labels and out-of-sample probabilities."""

from typing import NamedTuple

import numpy as np
from scipy.special import expit, log_softmax, softmax
from scipy.stats import binom

from skclean.noise.model._ambiguity import AmbiguityEstimate
from skclean.noise.model._channel import NoiseChannel
from skclean.noise.model._channel_error import rate_errors
from skclean.noise.model._channel_fit import MAX_CLASSES, fit_channel
from skclean.noise.model._channel_sample import draw_sample
from skclean.noise.model._channel_search import best_channel
from skclean.noise.model._noise_model import NoiseModel
from skclean.targets import UNLABELLED

__all__ = ["WeighedChannel", "fit_noise_model", "fit_to_sample", "noise_of", "weighed_channel"]

# Logarithm of the prior odds of noise against overlap alone. The priors of the channel and its early stop cost some
# likelihood, which this gives back. Over 49 tables the mean error of the noise rate fell from 0.046 to 0.039, 0.037 and
# 0.035 with the values 0, 1, 1.5 and 2, while that of tables without noise rose from 0.010 to 0.015, 0.017 and 0.018.
# With more than 1, one label in a hundred of two classes that only overlap is flagged, which weighs more.
# ``examples/benchmarks/noise_rate.py`` and ``harm.py`` print what it leads to.
PRIOR_LOG_ODDS = 1.0
# For flags, a channel with this share of the flips stands beside the fitted one, and before the labels are seen a noise
# rate is expected to be exponential with this mean. Where classes overlap strongly, labels say nothing about the rate,
# and the fit stays at the one that it started from. Of 800 and 3,000 labels of two classes that only overlap, 13 % were
# flagged without the second channel and 5 % with it; of 23 tables without noise 2.8 and 0.9 %, of 27 others 5.4 and 3.8
# %. F1 of flags fell by 0.01 with up to 10 % of wrong labels, and by 0.01 and 0.06 with 20 and 30 %.
LESS, EXPECTED_RATE = 0.25, 0.1
# Rows are taken to be verified from the top of a list where a random choice would look so with a smaller probability.
BY_CHANCE = 0.01
# Share of the rows below some support that are verified where the list was reviewed from the top.
NEARLY_ALL = 0.9


class WeighedChannel(NamedTuple):
    """A noise channel, and how far it is believed.

    Attributes
    ----------
    channel : NoiseChannel
        The one that explains the labels best.
    noise_weight : float
        Weight of this channel against overlap alone, in [0, 1].
    less : NoiseChannel
        One with a quarter of the flips, that starts at the calibration of overlap alone.
    cautious_weight, less_weight : float
        Weights of `channel` and of `less` where all three explanations are compared, and little noise is expected; what
        they leave of 1 is the weight of overlap alone.
    """

    channel: NoiseChannel
    noise_weight: float
    less: NoiseChannel
    cautious_weight: float
    less_weight: float


def fit_noise_model(codes, proba, given, *, weight=None, trusted=None, verified=None):
    """Estimate how labels were corrupted from out-of-sample probabilities.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int32
        Given labels; -1 where a row is unlabelled.
    proba : ndarray of shape (n_samples, n_classes)
        Out-of-sample probabilities. Read in parts, so it may be a memory map.
    given : ndarray of shape (n_samples,)
        The probability of the given label.
    weight : ndarray of shape (n_samples,) or None, default=None
        Sample weights; only their ratios matter.
    trusted : ndarray of shape (n_classes,), bool, or None, default=None
        Classes with labels that are never wrong.
    verified : ndarray of shape (n_samples,), bool, or None, default=None
        Rows with a label that is known to be right. Where they are the top of a list of doubtful labels, the errors
        that anyone could see are gone, and the others would be taken for overlap. So the fit then takes into account
        that no such label is left among the other rows.

    Returns
    -------
    model : NoiseModel or None
        Under ambiguity 0. None with one class, or with more than 50 classes, where pairs of classes have too few rows.
    """
    n_classes = proba.shape[1]
    if not 2 <= n_classes <= MAX_CLASSES:
        return None
    found, *sampled, stands_for = fit_to_sample(codes, proba, given, weight=weight, trusted=trusted, verified=verified)
    right, truth, likeliest = found.channel.of_given(codes, proba)
    cautious = 1 - found.cautious_weight * (1 - right)
    cautious -= found.less_weight * (1 - found.less.of_given(codes, proba)[0])
    if trusted is not None:  # never wrong, whatever the ambiguity
        certain = trusted[codes]
        right[certain], cautious[certain], truth[certain], likeliest[certain] = 1.0, 1.0, 1.0, True
    counted = (codes != UNLABELLED) * (1.0 if weight is None else weight)
    return NoiseModel(
        channel=found.channel,
        noise_weight=found.noise_weight,
        right=right,
        cautious=cautious,
        truth=truth,
        likeliest=likeliest,
        weight=counted / counted.sum(),
        errors=rate_errors(found.channel, *sampled, weight=stands_for),
        ambiguity=AmbiguityEstimate(0.0, 0.0, 0.0),
    )


def fit_to_sample(codes, proba, given, *, weight=None, trusted=None, verified=None):
    """Fit a noise channel to a sample of the rows.

    Parameters
    ----------
    codes, proba, given, weight, trusted, verified
        As in :func:`fit_noise_model`.

    Returns
    -------
    found : WeighedChannel
    sampled_codes : ndarray of shape (n_sampled,), int32
    sampled_proba : ndarray of shape (n_sampled, n_classes), float64
    stands_for : ndarray of shape (n_sampled,)
        Weight of the rows that each sampled row stands for.
    """
    fitted, least = codes, None
    if verified is not None and verified.any():
        support = given / np.maximum(np.asarray(proba.max(axis=1), dtype=np.float64), np.finfo(np.float64).tiny)
        least = _least_left(codes, support, verified)
        if least is not None:
            fitted = np.where(verified | (support < least), np.int32(UNLABELLED), codes)
    rows, stands_for = draw_sample(fitted, given, proba, weight)
    sampled = codes[rows], np.asarray(proba[rows], dtype=np.float64)
    hidden = None if least is None else _support(sampled[1]) < least
    return weighed_channel(*sampled, weight=stands_for, trusted=trusted, hidden=hidden), *sampled, stands_for


def _support(proba):
    """Each probability over the largest one of its row: ndarray of shape (n_rows, n_classes)."""
    return proba / np.maximum(proba.max(axis=1, keepdims=True), np.finfo(np.float64).tiny)


def _least_left(codes, support, verified):
    """The support below which nearly all labels are verified, if the verified rows are those with least; else None.

    Lists are ordered by a quality that is close to support, so a few other rows may lie below. If rows were verified
    at random, it would be a rare chance that so many of those with little support are among them.
    """
    labelled = np.flatnonzero(codes != UNLABELLED)
    checked = verified[labelled]
    if not 0 < checked.mean() < NEARLY_ALL:
        return None
    order = np.argsort(support[labelled], kind="stable")
    shares = np.cumsum(checked[order]) / np.arange(1, len(order) + 1)
    below = np.flatnonzero(shares >= NEARLY_ALL)
    if not below.size:
        return None
    n_below = int(below[-1]) + 1
    n_checked = np.count_nonzero(checked[order[:n_below]])
    by_chance = binom.sf(n_checked - 1, n_below, checked.mean())
    return float(support[labelled[order[n_below]]]) if by_chance < BY_CHANCE else None


def weighed_channel(codes, proba, *, weight=None, trusted=None, hidden=None):
    """Fit a noise channel, and weigh it against overlap alone.

    Parameters
    ----------
    codes, proba, weight, trusted, hidden
        As in :func:`fit_channel`.

    Returns
    -------
    found : WeighedChannel
    """
    order = np.lexsort((*proba.T, codes))  # sums in another order would differ, and a fit magnifies it
    codes, proba = codes[order], proba[order]
    weight, hidden = (None if part is None else part[order] for part in (weight, hidden))
    options = {"weight": weight, "trusted": trusted, "hidden": hidden}
    noisy = best_channel(codes, proba, **options)
    plain = fit_channel(codes, proba, weight=weight, noisy=False, hidden=hidden)
    flips = noisy.channel.transition - np.eye(len(noisy.channel.transition))
    less = plain.channel._replace(transition=np.eye(len(flips)) + LESS * flips)
    less = fit_channel(codes, proba, start=less, calibrate_only=True, **options)
    gains = np.array([noisy.log_likelihood, less.log_likelihood]) - plain.log_likelihood
    weight = np.ones(len(codes)) if weight is None else weight
    rate = float(weight @ noisy.channel.truth(proba) @ noisy.channel.flip_rates) / weight.sum()
    expected = log_softmax(-np.array([1, LESS]) * rate / EXPECTED_RATE)
    if hidden is not None:  # the labels that showed how much noise there is were taken out
        expected = np.array([0.0, -np.inf])
    weights = softmax(np.append(gains + expected + PRIOR_LOG_ODDS, 0.0))
    return WeighedChannel(
        channel=noisy.channel,
        noise_weight=float(expit(gains[0] + PRIOR_LOG_ODDS)),
        less=less.channel,
        cautious_weight=float(weights[0]),
        less_weight=float(weights[1]),
    )


def noise_of(audit):
    """Return the noise model of an audit with probabilities: the detector's, or one that is fitted here.

    Parameters
    ----------
    audit : Audit

    Returns
    -------
    noise : NoiseModel or None
        None where there are too many classes.
    """
    found = audit.get(NoiseModel)
    if found is not None:
        return found
    given, verified = audit.summary.given, audit.verified
    options = {"weight": audit.sample_weight, "trusted": audit.labels.trusted, "verified": verified}
    noise = fit_noise_model(audit.codes, audit.proba, given, **options)
    return noise if noise is None or verified is None else noise.only(~verified)
