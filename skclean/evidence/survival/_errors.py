"""The chances that an event indicator or a time is wrong, by Bayes' rule from the distribution of right records.

Three explanations of a record (event d, log time u) are compared: it is right, with the density f(d, u | x); its event
is the other one, with f(1 - d, u | x); its time was multiplied by some factor, with the density of f(d, v | x) moved by
u - v. Most factors lie around 6 and 1/6 with a wide spread: 2 and 30 are within it. Some are larger, as where units are
mixed: up to some 1,000. Smaller ones look like chance.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import norm

from skclean.evidence.survival._density import Records
from skclean.evidence.survival._time_bins import TimeBins
from skclean.utils._typing import Bools, Floats

__all__ = ["RecordErrors", "fit_error_rates", "record_likelihoods", "record_posterior", "right_log_times"]

# Logarithm of the typical factor of a wrong time, and its spread. Distributions without a gap in the middle told wrong
# times from right ones worse: over three data sets and three kinds of errors by 0.02 to 0.1 in average precision.
TYPICAL_SHIFT, SPREAD_OF_SHIFTS = 1.8, 1.0
# The same of large factors, and their share.
LARGE_SHIFT, SPREAD_OF_LARGE, SHARE_OF_LARGE = 4.5, 1.5, 0.15
# The rates that are expected before any record is seen, and the number of rows that this counts for.
EXPECTED_RATE, EXPECTED_COUNTS_FOR = 0.02, 20.0
N_ROUNDS = 30
BLOCK = 20_000


class RecordErrors(NamedTuple):
    """Chances of errors.

    Attributes
    ----------
    event, time : ndarrays of shape (n_samples,)
        P(the event indicator is wrong) and P(the time is wrong).
    """

    event: Floats
    time: Floats

    @property
    def wrong(self) -> Floats:
        """P(either is wrong): ndarray of shape (n_samples,)."""
        return np.minimum(self.event + self.time, 1.0)


def shift_kernel(bins: TimeBins) -> Floats:
    """Return the density of a recorded bin given the right one, for a wrong time: ndarray of (n_bins, n_bins)."""
    size = np.abs(bins.distances())
    usual = norm.pdf(size, TYPICAL_SHIFT, SPREAD_OF_SHIFTS)
    large = norm.pdf(size, LARGE_SHIFT, SPREAD_OF_LARGE)
    return np.asarray(((1 - SHARE_OF_LARGE) * usual + SHARE_OF_LARGE * large) * bins.step / 2)  # up and down alike


def record_likelihoods(density: Floats, records: Records) -> Floats:
    """Return how probable each record is if it is right, if its event is wrong, and if its time is wrong.

    Parameters
    ----------
    density : ndarray of shape (n_samples, 2, n_bins)
        Of right records.
    records : Records

    Returns
    -------
    likelihoods : ndarray of shape (n_samples, 3)
    """
    kernel, cells, event = shift_kernel(records.bins), records.cells, records.event.astype(np.intp)
    found = np.empty((len(cells), 3))
    for start in range(0, len(cells), BLOCK):
        part = slice(start, start + BLOCK)
        rows = np.arange(len(cells[part]))
        own = density[part][rows, event[part]]
        found[part, 0] = own[rows, cells[part]]
        found[part, 1] = density[part][rows, 1 - event[part], cells[part]]
        found[part, 2] = (own * kernel[cells[part]]).sum(axis=1)
    return found


def record_posterior(likelihoods: Floats, event_rate: float, time_rate: float, verified: Bools | None) -> RecordErrors:
    """Return the chances of errors at given rates: RecordErrors; 0 for verified rows."""
    joint = likelihoods * [1 - event_rate - time_rate, event_rate, time_rate]
    posterior = joint / joint.sum(axis=1, keepdims=True)
    if verified is not None:
        posterior[verified] = [1, 0, 0]
    return RecordErrors(posterior[:, 1], posterior[:, 2])


def fit_error_rates(likelihoods: Floats, weight: Floats, verified: Bools | None) -> tuple[float, float]:
    """Estimate the shares of wrong events and of wrong times by expectation-maximisation: two floats.

    Parameters
    ----------
    likelihoods : ndarray of shape (n_rows, 3)
    weight : ndarray of shape (n_rows,)
    verified : ndarray of shape (n_rows,), bool, or None
    """
    weight = weight / weight.mean()
    rates = np.array([EXPECTED_RATE, EXPECTED_RATE])
    for _ in range(N_ROUNDS):
        found = record_posterior(likelihoods, float(rates[0]), float(rates[1]), verified)
        counts = np.array([weight @ found.event, weight @ found.time])
        rates = (counts + EXPECTED_COUNTS_FOR * EXPECTED_RATE) / (weight.sum() + EXPECTED_COUNTS_FOR)
    return float(rates[0]), float(rates[1])


def right_log_times(density: Floats, records: Records) -> Floats:
    """Return the median of the right log time of each row, if the recorded one is wrong: ndarray of (n_samples,)."""
    kernel, cells = shift_kernel(records.bins), records.cells
    own = density[np.arange(len(cells)), records.event.astype(np.intp)]
    below = np.cumsum(own * kernel[cells] + 1e-300, axis=1)
    return records.bins.middles[(below < below[:, -1:] / 2).sum(axis=1)]
