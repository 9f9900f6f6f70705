"""The noise channel of an audit, and what it says of each label."""

import numpy as np

from skclean.noise import NoiseModel
from skclean.noise.model._channel import BLOCK
from skclean.noise.model._noise_fit import fit_to_sample

__all__ = ["chance_of_error", "channel_of"]


def channel_of(audit):
    """Return the noise channel of an audit with probabilities, averaged with overlap alone: NoiseChannel."""
    noise = audit.get(NoiseModel)
    if noise is not None:
        channel, noise_weight = noise.channel, noise.noise_weight
    else:
        found = fit_to_sample(
            audit.codes,
            audit.proba,
            audit.summary.given,
            weight=audit.sample_weight,
            trusted=audit.labels.trusted,
            verified=audit.verified,
        )[0]
        channel, noise_weight = found.channel, found.noise_weight
    transition = noise_weight * channel.transition + (1 - noise_weight) * np.eye(audit.n_classes)
    return channel._replace(transition=transition)


def chance_of_error(channel, audit, ambiguity, rows=None):
    """Return of each row the chance that its label is wrong, and whether the label is the most likely true class.

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
