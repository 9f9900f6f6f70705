"""Estimate how much of the overlap of classes is noise from reviewed rows, and draw the rows that tell most.

P(label is wrong) is linear in the ambiguity: ``w0 + ambiguity * (w1 - w0)``. So the labels that reviewers found to be
right or wrong have a concave likelihood in it, and its maximum is found on a grid. The likelihood is conditional on
what the evidence says about the row. If P(label is wrong) were linear in truth, it would not matter how rows were
drawn. Real noise is not, so that rows of the middle would tell another ambiguity than all rows. So rows are grouped by
``w1`` into bins of equal width, and each reviewed row counts for the root of the number of rows that it stands for.
With the number itself a few rows would decide. Over 250 cases of 50 tables the mean difference from the estimate of all
rows was 0.060 (0.063 with all alike, 0.065 with the number itself), and on human annotations of images, over 300 draws
a set, 0.102 (0.119 and 0.118).

The noise rate depends on what rows stand for, too: the difference between what was found and what was expected is
weighted by the size of each bin. It is shrunk by `PRIOR_REVIEWS` reviews in each bin that found what was expected.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import chi2
from sklearn.utils import check_random_state

from skclean.noise.model._noise_rate import NoiseRate

__all__ = [
    "LABEL_KINDS",
    "AmbiguityEstimate",
    "draw_review_sample",
    "estimate_ambiguity",
    "reviewed_noise_rate",
    "reviewed_rows_count_for",
]

# The ambiguity that stands for what labels are. The second was chosen on boundary noise and on human annotations:
# values from 0.3 to 0.5 had about the same mean F1; ``examples/benchmarks/noise_rate.py`` prints it.
LABEL_KINDS = {"outcomes": 0.0, "annotations": 0.4}
GRID = np.linspace(0, 1, 201)
MARGIN = 1e-4
N_BINS = 10
PRIOR_REVIEWS = 6.0
CONFIDENCE = 0.9
OPEN = 0.9  # an interval of this width rules out no more than a tenth of the values


class AmbiguityEstimate(NamedTuple):
    """Share of the overlap that is noise, with a 90 % interval.

    Attributes
    ----------
    ambiguity, low, high : float
        In [0, 1].
    """

    ambiguity: float
    low: float
    high: float

    @property
    def is_open(self) -> bool:
        """Whether the reviewed rows agree with almost any ambiguity, and so do not tell it."""
        return self.high - self.low >= OPEN


def estimate_ambiguity(at_zero, at_one, found_wrong, *, counts_for=None):
    """Estimate the ambiguity from reviewed rows by maximum likelihood.

    Parameters
    ----------
    at_zero, at_one : ndarray of shape (n_reviewed,)
        P(label is wrong) of the reviewed rows under ambiguity 0 and 1.
    found_wrong : ndarray of shape (n_reviewed,), bool
        Where the reviewer found the given label to be wrong.
    counts_for : ndarray of shape (n_reviewed,) or None, default=None
        What each row counts for, 1 in the mean; None means all alike.

    Returns
    -------
    estimate : AmbiguityEstimate
        The interval holds the values with a likelihood ratio that a chi-square test does not reject.
    """
    chances = np.clip(at_zero[:, None] + GRID * (at_one - at_zero)[:, None], MARGIN, 1 - MARGIN)
    of_rows = np.where(found_wrong[:, None], np.log(chances), np.log(1 - chances))
    likelihood = of_rows.sum(axis=0) if counts_for is None else counts_for @ of_rows
    plausible = GRID[likelihood >= likelihood.max() - chi2.ppf(CONFIDENCE, 1) / 2]
    return AmbiguityEstimate(float(GRID[likelihood.argmax()]), float(plausible[0]), float(plausible[-1]))


def reviewed_rows_count_for(at_one, rows):
    """Return what each reviewed row counts for in the ambiguity: the root of the number of rows that it stands for.

    Parameters
    ----------
    at_one : ndarray of shape (n_samples,)
        P(label is wrong) under ambiguity 1; it groups the rows.
    rows : ndarray of int, shape (n_reviewed,)
        Reviewed rows.

    Returns
    -------
    counts_for : ndarray of shape (n_reviewed,), float64
        1 in the mean.
    """
    bins = _bins(at_one)
    n_reviewed = np.bincount(bins[rows], minlength=N_BINS)
    counts_for = np.sqrt(np.bincount(bins, minlength=N_BINS)[bins[rows]] / n_reviewed[bins[rows]])
    return counts_for / counts_for.mean()


def reviewed_noise_rate(expected, at_one, weight, rows, found_wrong):
    """Estimate the noise rate from what was expected of all rows and what was found in some.

    Parameters
    ----------
    expected : ndarray of shape (n_samples,)
        P(label is wrong) under the estimated ambiguity.
    at_one : ndarray of shape (n_samples,)
        The same under ambiguity 1; it groups the rows.
    weight : ndarray of shape (n_samples,)
        Share of each row; sums to 1.
    rows : ndarray of int, shape (n_reviewed,)
        Reviewed rows.
    found_wrong : ndarray of shape (n_reviewed,), bool
        Where the given label was wrong.

    Returns
    -------
    rate : NoiseRate
        The rate of the labels as they were given, with a 90 % interval.
    """
    bins = _bins(at_one)
    share = np.bincount(bins, weight, N_BINS)
    n_reviewed = np.bincount(bins[rows], minlength=N_BINS)
    surplus = np.bincount(bins[rows], found_wrong - expected[rows], N_BINS)
    mean = np.bincount(bins, weight * expected, N_BINS) / np.maximum(share, np.finfo(np.float64).tiny)
    rate = weight @ expected + share @ (surplus / (n_reviewed + PRIOR_REVIEWS))
    variance = share**2 @ (np.clip(mean * (1 - mean), 0.01, None) / (n_reviewed + PRIOR_REVIEWS))
    width = 1.64 * np.sqrt(variance)
    rate, low, high = np.clip([rate, rate - width, rate + width], 0, 1)
    return NoiseRate(float(rate), float(low), float(high))


def draw_review_sample(at_one, rows, n_rows, random_state=None):
    """Draw the rows that tell most about the ambiguity: evenly over the range of P(label is wrong; ambiguity 1).

    Parameters
    ----------
    at_one : ndarray of shape (n_samples,)
        P(label is wrong) under ambiguity 1.
    rows : ndarray of int
        Rows that may be drawn.
    n_rows : int
        How many are wanted.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    drawn : ndarray of int
        Distinct positions, in random order; all of `rows` where there are no more.
    """
    rng = check_random_state(random_state)
    rows = rng.permutation(rows)
    bins = _bins(at_one)[rows]
    order = np.argsort(bins, kind="stable")
    starts = np.searchsorted(bins[order], bins[order])
    turn = np.empty(len(rows), dtype=np.intp)
    turn[order] = np.arange(len(rows)) - starts  # first of its bin, second of its bin, ...
    chosen = np.argsort(turn, kind="stable")[:n_rows]
    return rows[rng.permutation(chosen)]


def _bins(at_one):
    return np.minimum((at_one * N_BINS).astype(np.intp), N_BINS - 1)
