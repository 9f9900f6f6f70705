"""Soft targets from a noise channel that verified rows help to fit.

Two channels are fitted to the same out-of-sample probabilities: that of :class:`skclean.noise.NoiseModel`, which takes
verified labels as labels like others, and one where the true class of verified rows is certain, so that they calibrate
the probabilities and leave the transition matrix to the other rows. The mean of both was better than either.
"""

from typing import NamedTuple

import numpy as np

from skclean.noise.model._ambiguity import LABEL_KINDS
from skclean.noise.model._channel_fit import fit_channel
from skclean.noise.model._channel_search import flips_to_one
from skclean.noise.model._noise_fit import fit_noise_model
from skclean.robust.training._soft_fit import one_hot

__all__ = ["SeedTargets", "seed_channel", "seed_targets"]

# What a verified row counts for in the calibration.
SEED_WEIGHT = 5.0
# Log-likelihood by which flips to one class each must explain labels better.
MIN_GAIN = 6.0
# Of each target so much is P(true class | row), whatever label was given, as a multiple of the noise rate for two
# classes. A larger share, of 0.3 to 1 in any case, was no better over 14 tables.
EVIDENCE_SHARE = 1.5
# Rows that can be verified are annotations: an expert can tell the true class.
AMBIGUITY = LABEL_KINDS["annotations"]


class SeedTargets(NamedTuple):
    """What follows for the rows.

    Attributes
    ----------
    targets : ndarray of shape (n_samples, n_classes)
        P(true class | row, given label), with a share of P(true class | row); verified rows keep their label.
    transition : ndarray of shape (n_classes, n_classes)
        ``[k, j]`` is P(recorded j | true k).
    """

    targets: np.ndarray
    transition: np.ndarray


def seed_channel(proba, codes, verified, weight):
    """Fit a channel where verified rows are certain: NoiseChannel.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
        Out of sample.
    codes : ndarray of shape (n_rows,), int32
        All known.
    verified : ndarray of shape (n_rows,), bool
    weight : ndarray of shape (n_rows,)
    """
    options = {"known": verified, "weight": weight * np.where(verified, SEED_WEIGHT, 1.0)}
    first = best = fit_channel(codes, proba, **options)
    if proba.shape[1] > 2:
        flips = first.channel.transition
        start = first.channel._replace(transition=flips, contained=flips)
        flips = flips_to_one(fit_channel(codes, proba, start=start, **options).channel.transition)
        start = start._replace(transition=flips, contained=flips)
        sharper = fit_channel(codes, proba, start=start, **options)
        best = sharper if sharper.log_likelihood > first.log_likelihood + MIN_GAIN else first
    return best.channel


def seed_targets(proba, codes, verified, weight):
    """Return soft targets of labelled rows: SeedTargets, or None with one class or more than 50.

    Parameters
    ----------
    proba, codes, verified, weight
        As in :func:`seed_channel`.
    """
    n_classes, rows = proba.shape[1], np.arange(len(codes))
    if not weight[~verified].any():
        return SeedTargets(one_hot(codes, n_classes), np.eye(n_classes))
    noise = fit_noise_model(codes, proba, proba[rows, codes], weight=weight, verified=verified)
    if noise is None:
        return None
    noise = noise.with_ambiguity(AMBIGUITY)
    share = min(1.0, EVIDENCE_SHARE * noise.noise_rate.rate * 2 / n_classes)
    weighed = noise.noise_weight
    targets = noise.posterior(proba, codes, share)
    transition = weighed * noise.channel.transition + (1 - weighed) * np.eye(n_classes)
    if verified.any():
        channel = seed_channel(proba, codes, verified, weight)
        of_seeds = channel.truth(proba)
        given = _under_ambiguity(channel.posterior(of_seeds, codes), of_seeds, codes)
        rate = float(np.average((1 - given[rows, codes])[~verified], weights=weight[~verified]))
        share = min(1.0, EVIDENCE_SHARE * rate * 2 / n_classes)
        targets = (targets + (1 - share) * given + share * of_seeds) / 2
        transition = (transition + channel.transition) / 2
    targets[verified] = one_hot(codes[verified], n_classes)
    return SeedTargets(targets, transition)


def _under_ambiguity(posterior, truth, codes):
    """Move a part of the given label to the other classes, as NoiseModel does where labels are annotations."""
    own = np.arange(len(codes)), codes
    moved = AMBIGUITY * posterior[own]
    kept = posterior[own] - moved * (1 - truth[own])
    posterior = posterior + moved[:, None] * truth
    posterior[own] = kept
    return posterior
