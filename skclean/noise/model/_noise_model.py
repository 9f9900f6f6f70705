"""Noise model: the noise rate, and the chance that each label is wrong, from labels and probabilities.

Two explanations of the labels are compared: overlap alone (every label is right), and overlap with a noise channel (see
_channel.py). Where both explain the labels about equally well, labels alone cannot tell noise from overlap. So neither
is chosen. Everything that is said is an average of the two, weighted by how well each explains the labels:

    P(label is wrong) = noise_weight * P(label is wrong | channel)

A table where classes only overlap keeps its labels; a table with plain noise has a weight near 1.
"""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from skclean.noise.model._ambiguity import (
    AmbiguityEstimate,
    estimate_ambiguity,
    reviewed_noise_rate,
    reviewed_rows_count_for,
)
from skclean.noise.model._channel import NoiseChannel
from skclean.noise.model._channel_error import RateErrors
from skclean.noise.model._noise_rate import NoiseRate
from skclean.utils._short_repr import short_repr
from skclean.utils._typing import Bools, Codes, Floats, Positions, Proba

__all__ = ["NoiseModel"]

# Parts of the standard error of the noise rate that the likelihood does not show, as the channel is a simple model: an
# absolute and a relative one. ``examples/benchmarks/noise_rate.py`` prints how often the 90 % intervals hold the rate.
MODEL_ERROR = 0.01
RELATIVE_ERROR = 0.1


class Reviewed(NamedTuple):
    """Rows that people looked at.

    Attributes
    ----------
    rows : ndarray of int, shape (n_reviewed,)
        Positions among all rows.
    found_wrong : ndarray of shape (n_reviewed,), bool
        Where the given label was wrong.
    """

    rows: Positions
    found_wrong: Bools


@dataclass(frozen=True, eq=False)
class NoiseModel:
    """Model of how labels were corrupted, and of the chance that each label is wrong.

    Parameters
    ----------
    channel : NoiseChannel
        Calibration and transition matrix.
    noise_weight : float
        Weight of the explanation with noise against overlap alone, in [0, 1].
    right : ndarray of shape (n_samples,), float64
        P(true class is the given one | row, given label, channel); 1 where a row is unlabelled.
    cautious : ndarray of shape (n_samples,), float64
        P(true class is the given one | row, given label), where little noise is expected: the average over this
        channel, one with fewer flips, and overlap alone; 1 where a row is unlabelled.
    truth : ndarray of shape (n_samples,), float64
        P(true class is the given one | row) under the channel, before the given label is known; 1 where unlabelled.
    likeliest : ndarray of shape (n_samples,), bool
        True where the given class has the largest `truth` of all classes, and where a row is unlabelled.
    weight : ndarray of shape (n_samples,), float64
        What each row counts for in rates; 0 where a row is unlabelled.
    errors : RateErrors
        Standard errors of the channel's noise rate and flip rates.
    ambiguity : AmbiguityEstimate
        Share of the overlap that counts as noise, in [0, 1], with an interval; its ends agree where it was chosen.
    reviewed : Reviewed or None
        Rows that people looked at.
    """

    channel: NoiseChannel
    noise_weight: float
    right: Floats
    cautious: Floats
    truth: Floats
    likeliest: Bools
    weight: Floats
    errors: RateErrors
    ambiguity: AmbiguityEstimate
    reviewed: Reviewed | None = None
    __repr__ = short_repr

    def wrong(self, ambiguity: float | None = None) -> Floats:
        """Return P(label is wrong) of each row: ndarray of shape (n_samples,), 0 where a row is unlabelled.

        It is linear in `ambiguity`; None stands for the one of this model.
        """
        return self._wrong(self.noise_weight, self.ambiguity.ambiguity if ambiguity is None else ambiguity)

    def cautiously_wrong(self, ambiguity: float | None = None) -> Floats:
        """Return P(label is wrong) of each row where little noise is expected: ndarray of shape (n_samples,).

        Where labels say how much noise there is, it is near to :meth:`wrong`. Where they do not, since classes overlap
        strongly, it is smaller. With an ambiguity above 0 doubt counts as error, and it is :meth:`wrong` itself.
        """
        ambiguity = self.ambiguity.ambiguity if ambiguity is None else ambiguity
        return 1 - self.cautious if ambiguity == 0 else self.wrong(ambiguity)

    def _wrong(self, noise_weight, ambiguity):
        right = 1 - noise_weight * (1 - self.right)
        return np.clip(1 - right * (1 - ambiguity * (1 - self.truth)), 0, 1)

    def posterior(self, proba: Proba, codes: Codes, evidence_share: float = 0.0) -> Floats:
        """Return P(true class | row, given label): ndarray of shape (n_rows, n_classes), rows sum to 1.

        Parameters
        ----------
        proba : ndarray of shape (n_rows, n_classes)
            Out-of-sample probabilities of labelled rows.
        codes : ndarray of shape (n_rows,), int
            Their given labels.
        evidence_share : float, default=0.0
            So much of the result is P(true class | row), whatever label was given, in [0, 1].
        """
        rows, ambiguity = np.arange(len(codes)), self.ambiguity.ambiguity
        truth = self.channel.truth(proba)
        posterior = self.noise_weight * self.channel.posterior(truth, codes)
        posterior[rows, codes] += 1 - self.noise_weight
        moved = ambiguity * posterior[rows, codes]
        kept = posterior[rows, codes] - moved * (1 - truth[rows, codes])
        posterior += moved[:, None] * truth
        posterior[rows, codes] = kept
        return (1 - evidence_share) * posterior + evidence_share * truth

    @property
    def noise_rate(self) -> NoiseRate:
        """Estimated share of wrong labels, with a 90 % interval: NoiseRate.

        It is the mean of P(label is wrong); with reviewed rows it is corrected by what was found in them. The lower end
        weighs overlap alone as this model does; the upper end takes noise for certain.
        """
        if self.reviewed is not None:
            return reviewed_noise_rate(self.wrong(), self.wrong(1.0), self.weight, *self.reviewed)
        rate = float(self.weight @ self.wrong())
        width = _half_width(self.errors.all_rows, rate)
        low = float(self.weight @ self.wrong(self.ambiguity.low)) - width
        high = float(self.weight @ self._wrong(1.0, self.ambiguity.high)) + width
        return NoiseRate(rate, float(max(0.0, low)), float(min(1.0, high)))

    @property
    def certain_flips(self) -> Bools:
        """True for each true class that is certain to be recorded as others: the 90 % interval of its flip rate lies
        above 0; ndarray of shape (n_classes,), bool."""
        rates = self.noise_weight * self.channel.flip_rates
        return rates > _half_width(self.errors.of_class, rates)

    def with_flips_of(self, classes: Bools, codes: Codes, proba: Proba) -> "NoiseModel":
        """Return this model where no other class is ever recorded as another one, and with ambiguity 0.

        Parameters
        ----------
        classes : ndarray of shape (n_classes,), bool
            True classes with flips.
        codes : ndarray of shape (n_samples,), int32
            Given labels; -1 where a row is unlabelled.
        proba : ndarray of shape (n_samples, n_classes)
        """
        transition = np.where(classes[:, None], self.channel.transition, np.eye(len(classes)))
        channel = self.channel._replace(transition=transition)
        right, truth, likeliest = channel.of_given(codes, proba)
        known = self.right == 1  # labels that are never doubted
        right, truth, likeliest = np.where(known, 1.0, right), np.where(known, self.truth, truth), known | likeliest
        cautious = np.maximum(self.cautious, 1 - self.noise_weight * (1 - right))
        changed = replace(self, channel=channel, right=right, cautious=cautious, truth=truth, likeliest=likeliest)
        return changed.with_ambiguity(0.0)

    def only(self, judgeable: Bools) -> "NoiseModel":
        """Return this model without doubt about other rows, on which there is no evidence.

        Parameters
        ----------
        judgeable : ndarray of shape (n_samples,), bool
        """
        right, cautious, truth = (np.where(judgeable, part, 1.0) for part in (self.right, self.cautious, self.truth))
        return replace(self, right=right, cautious=cautious, truth=truth, likeliest=self.likeliest | ~judgeable)

    def with_trust(self, trust: Floats) -> "NoiseModel":
        """Return this model where labels are trusted in part: the chance that each is wrong counts by the rest.

        Parameters
        ----------
        trust : ndarray of shape (n_samples,)
            In [0, 1]; 0 changes nothing, and 1 makes a label certain.
        """
        right, cautious, truth = (1 - (1 - trust) * (1 - part) for part in (self.right, self.cautious, self.truth))
        return replace(self, right=right, cautious=cautious, truth=truth)

    def with_ambiguity(self, ambiguity: float) -> "NoiseModel":
        """Return this model under a chosen ambiguity."""
        ambiguity = float(ambiguity)
        return replace(self, ambiguity=AmbiguityEstimate(ambiguity, ambiguity, ambiguity))

    def with_review(self, rows: Positions, found_wrong: Bools, *, estimate: bool = True) -> "NoiseModel":
        """Return this model with what reviewers found.

        Parameters
        ----------
        rows : ndarray of int
            Reviewed rows.
        found_wrong : ndarray of the same shape, bool
            Where the given label was wrong.
        estimate : bool, default=True
            Whether the ambiguity follows from the review, in place of the one of this model. Where almost any
            ambiguity agrees with the review, that of this model stays, with the wide interval.
        """
        ambiguity = self.ambiguity
        if estimate:
            at_zero, at_one = self.wrong(0.0), self.wrong(1.0)
            counts_for = reviewed_rows_count_for(at_one, rows) if len(rows) else None
            ambiguity = estimate_ambiguity(at_zero[rows], at_one[rows], found_wrong, counts_for=counts_for)
            if ambiguity.is_open:  # what was assumed stays, as far as it may
                assumed = min(max(self.ambiguity.ambiguity, ambiguity.low), ambiguity.high)
                ambiguity = ambiguity._replace(ambiguity=assumed)
        return replace(self, ambiguity=ambiguity, reviewed=Reviewed(rows, found_wrong))


def _half_width(error, rate):
    """Half of the 90 % interval of a rate with this standard error."""
    return 1.64 * np.sqrt(error**2 + MODEL_ERROR**2 + (RELATIVE_ERROR * rate) ** 2)
