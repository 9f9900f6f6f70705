"""What given labels and out-of-sample probabilities say about noise: rate, and the chance that each label is wrong.

Two explanations of the labels are compared: overlap alone (every label is right), and overlap with a noise channel (see
_channel.py). Where both explain the labels about equally well, labels alone cannot tell noise from overlap. So neither
is chosen. Everything that is said is an average of the two, weighted by how well each explains the labels:

    P(label is wrong) = noise_weight * P(label is wrong | channel)

A table where classes only overlap keeps its labels; a table with plain noise has a weight near 1.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from scipy.special import expit

from skclean.noise._ambiguity import AmbiguityEstimate, estimate_ambiguity, reviewed_noise_rate
from skclean.noise._channel import BLOCK, NoiseChannel
from skclean.noise._channel_error import rate_error
from skclean.noise._channel_fit import MOST_CLASSES, draw_sample, fit_channel
from skclean.noise._noise_rate import NoiseRate
from skclean.utils._labels import UNLABELLED

__all__ = ["NoiseModel", "fit_noise_model", "noise_of", "weighed_channel"]

# Logarithm of the prior odds of noise against overlap alone. The priors of the channel and its early stop cost some
# likelihood, which this gives back. Values from 0 to 2 were about as good over 45 tables with and without noise.
PRIOR_LOG_ODDS = 1.0


# Parts of the standard error of the noise rate that the likelihood does not show, as the channel is a simple model: an
# absolute and a relative one. With them 94 % of the 90 % intervals held the rate, over 45 tables and 11 kinds of noise.
MODEL_ERROR = 0.01
RELATIVE_ERROR = 0.1
# Rows are taken to be verified from the top of a list where a random choice would look so with a smaller probability.
BY_CHANCE = 0.01


class Reviewed(NamedTuple):
    """Rows that people looked at.

    Attributes
    ----------
    rows : ndarray of int, shape (n_reviewed,)
        Positions among all rows.
    found_wrong : ndarray of shape (n_reviewed,), bool
        Where the given label was wrong.
    """

    rows: np.ndarray
    found_wrong: np.ndarray


@dataclass(frozen=True, eq=False)
class NoiseModel:
    """How labels were corrupted, and what that says about each row.

    Parameters
    ----------
    channel : NoiseChannel
        Calibration and transition matrix.
    noise_weight : float
        Weight of the explanation with noise against overlap alone, in [0, 1].
    right : ndarray of shape (n_samples,), float64
        P(true class is the given one | row, given label, channel); 1 where a row is unlabelled.
    truth : ndarray of shape (n_samples,), float64
        P(true class is the given one | row) under the channel, before the given label is known; 1 where unlabelled.
    likeliest : ndarray of shape (n_samples,), bool
        True where the given class has the largest `truth` of all classes, and where a row is unlabelled.
    weight : ndarray of shape (n_samples,), float64
        What each row counts for in rates; 0 where a row is unlabelled.
    error : float
        Standard error of the channel's noise rate.
    ambiguity : AmbiguityEstimate
        Share of the overlap that counts as noise, in [0, 1], with an interval; its ends agree where it was chosen.
    reviewed : Reviewed or None
        Rows that people looked at.
    """

    channel: NoiseChannel
    noise_weight: float
    right: np.ndarray
    truth: np.ndarray
    likeliest: np.ndarray
    weight: np.ndarray
    error: float
    ambiguity: AmbiguityEstimate
    reviewed: Reviewed | None = None

    def wrong(self, ambiguity=None):
        """Return P(label is wrong) of each row: ndarray of shape (n_samples,), 0 where a row is unlabelled.

        It is linear in `ambiguity`; None stands for the one of this model.
        """
        return self._wrong(self.noise_weight, self.ambiguity.ambiguity if ambiguity is None else ambiguity)

    def _wrong(self, noise_weight, ambiguity):
        right = 1 - noise_weight * (1 - self.right)
        return np.clip(1 - right * (1 - ambiguity * (1 - self.truth)), 0, 1)

    def posterior(self, proba, codes):
        """Return P(true class | row, given label): ndarray of shape (n_rows, n_classes), rows sum to 1.

        Parameters
        ----------
        proba : ndarray of shape (n_rows, n_classes)
            Out-of-sample probabilities of labelled rows.
        codes : ndarray of shape (n_rows,), int
            Their given labels.
        """
        rows, ambiguity = np.arange(len(codes)), self.ambiguity.ambiguity
        truth = self.channel.truth(proba)
        posterior = self.noise_weight * self.channel.posterior(truth, codes)
        posterior[rows, codes] += 1 - self.noise_weight
        moved = ambiguity * posterior[rows, codes]
        kept = posterior[rows, codes] - moved * (1 - truth[rows, codes])
        posterior += moved[:, None] * truth
        posterior[rows, codes] = kept
        return posterior

    @property
    def noise_rate(self):
        """Estimated share of wrong labels, with a 90 % interval: NoiseRate.

        It is the mean of P(label is wrong); with reviewed rows it is corrected by what was found in them. The lower end
        weighs overlap alone as this model does; the upper end takes noise for certain.
        """
        if self.reviewed is not None:
            return reviewed_noise_rate(self.wrong(), self.wrong(1.0), self.weight, *self.reviewed)
        rate = float(self.weight @ self.wrong())
        width = 1.64 * float(np.sqrt(self.error**2 + MODEL_ERROR**2 + (RELATIVE_ERROR * rate) ** 2))
        low = float(self.weight @ self.wrong(self.ambiguity.low)) - width
        high = float(self.weight @ self._wrong(1.0, self.ambiguity.high)) + width
        return NoiseRate(rate, max(0.0, low), min(1.0, high))

    def only(self, judgeable):
        """Return this model without doubt about other rows, which the evidence cannot judge.

        Parameters
        ----------
        judgeable : ndarray of shape (n_samples,), bool
        """
        right, truth = (np.where(judgeable, values, 1.0) for values in (self.right, self.truth))
        return replace(self, right=right, truth=truth, likeliest=self.likeliest | ~judgeable)

    def with_ambiguity(self, ambiguity):
        """Return this model under a chosen ambiguity."""
        ambiguity = float(ambiguity)
        return replace(self, ambiguity=AmbiguityEstimate(ambiguity, ambiguity, ambiguity))

    def with_review(self, rows, found_wrong, *, estimate=True):
        """Return this model with what reviewers found.

        Parameters
        ----------
        rows : ndarray of int
            Reviewed rows.
        found_wrong : ndarray of the same shape, bool
            Where the given label was wrong.
        estimate : bool, default=True
            Whether the ambiguity follows from the review, in place of the one of this model.
        """
        ambiguity = self.ambiguity
        if estimate:
            ambiguity = estimate_ambiguity(self.wrong(0.0)[rows], self.wrong(1.0)[rows], found_wrong)
        return replace(self, ambiguity=ambiguity, reviewed=Reviewed(rows, found_wrong))


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
    if not 2 <= n_classes <= MOST_CLASSES:
        return None
    least = _least_left(codes, proba, given, verified)
    fitted = codes if least is None else np.where(verified, np.int32(UNLABELLED), codes)
    rows, stands_for = draw_sample(fitted, given, proba, weight)
    sampled = codes[rows], np.asarray(proba[rows], dtype=np.float64)
    hidden = None if least is None else _support(sampled[1]) < least
    channel, noise_weight = weighed_channel(*sampled, weight=stands_for, trusted=trusted, hidden=hidden)
    right, truth, likeliest = _given_under(channel, codes, proba)
    if trusted is not None:  # never wrong, whatever the ambiguity
        certain = trusted[codes]
        right[certain], truth[certain], likeliest[certain] = 1.0, 1.0, True
    counted = (codes != UNLABELLED) * (1.0 if weight is None else weight)
    return NoiseModel(
        channel=channel,
        noise_weight=noise_weight,
        right=right,
        truth=truth,
        likeliest=likeliest,
        weight=counted / counted.sum(),
        error=rate_error(channel, *sampled, weight=stands_for),
        ambiguity=AmbiguityEstimate(0.0, 0.0, 0.0),
    )


def _support(proba):
    """Each probability over the largest one of its row: ndarray of shape (n_rows, n_classes)."""
    return proba / np.maximum(proba.max(axis=1, keepdims=True), np.finfo(np.float64).tiny)


def _least_left(codes, proba, given, verified):
    """The least support of a label that is not verified, if the verified rows are those with less; else None.

    If rows were verified at random, it would be a rare chance that all rows with less support are among them.
    """
    if verified is None or not verified.any():
        return None
    labelled = codes != UNLABELLED
    others = np.flatnonzero(labelled & ~verified)
    checked = np.flatnonzero(labelled & verified)
    if not len(others):
        return None
    largest = np.maximum(np.asarray(proba.max(axis=1), dtype=np.float64), np.finfo(np.float64).tiny)
    support = given / largest
    least = float(support[others].min())
    n_below = np.count_nonzero(support[checked] < least)
    by_chance = (len(checked) / (len(checked) + len(others))) ** n_below
    return least if n_below and by_chance < BY_CHANCE else None


def weighed_channel(codes, proba, *, weight=None, trusted=None, hidden=None):
    """Fit a noise channel, and weigh it against overlap alone.

    Parameters
    ----------
    codes, proba, weight, trusted, hidden
        As in :func:`fit_channel`.

    Returns
    -------
    channel : NoiseChannel
    noise_weight : float
        Weight of the explanation with noise, in [0, 1].
    """
    noisy = fit_channel(codes, proba, weight=weight, trusted=trusted, hidden=hidden)
    plain = fit_channel(codes, proba, weight=weight, noisy=False, hidden=hidden)
    return noisy.channel, float(expit(noisy.log_likelihood - plain.log_likelihood + PRIOR_LOG_ODDS))


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
    if audit.noise is not None:
        return audit.noise
    return fit_noise_model(
        audit.codes, audit.proba, audit.rows.given, weight=audit.sample_weight, trusted=audit.trusted
    )


def _given_under(channel, codes, proba):
    """What the channel says of each given label, part by part: `right`, `truth` and `likeliest` of a NoiseModel."""
    right, truth = np.ones(len(codes)), np.ones(len(codes))
    likeliest = np.ones(len(codes), dtype=bool)
    labelled = np.flatnonzero(codes != UNLABELLED)
    for part in np.array_split(labelled, len(labelled) * proba.shape[1] // BLOCK + 1):
        of_part, own = channel.truth(proba[part]), (np.arange(len(part)), codes[part])
        truth[part] = of_part[own]
        likeliest[part] = truth[part] >= of_part.max(axis=1)
        right[part] = channel.posterior(of_part, codes[part])[own]
    return right, truth, likeliest
