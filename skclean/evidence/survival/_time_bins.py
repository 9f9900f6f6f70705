"""Times on a grid of equal steps of their logarithm, on which distributions are kept and smoothed.

Units of time change nothing: a factor moves the whole grid.
"""

from typing import NamedTuple

import numpy as np

from skclean.utils._typing import Floats, Positions

__all__ = ["TimeBins", "log_times", "make_time_bins"]

# Cells of the distributions of all rows; of large tables the grid is coarser.
MAX_CELLS, MOST_BINS, FEWEST_BINS = 16_000_000, 80, 24
# Room at both ends, in units of the logarithm.
MARGIN = 0.5
SMALLEST = 1e-6


class TimeBins(NamedTuple):
    """Grid of log times.

    Attributes
    ----------
    edges : ndarray of shape (n_bins + 1,)
        Of the bins, as logarithms.
    bandwidth : float
        By which distributions are smoothed.
    """

    edges: Floats
    bandwidth: float

    @property
    def n_bins(self) -> int:
        """Number of bins."""
        return len(self.edges) - 1

    @property
    def step(self) -> float:
        """Width of a bin."""
        return float(self.edges[1] - self.edges[0])

    @property
    def middles(self) -> Floats:
        """Logarithms of the times in the middle of the bins: ndarray of shape (n_bins,)."""
        return (self.edges[1:] + self.edges[:-1]) / 2

    def cells(self, logs: Floats) -> Positions:
        """Return the bin of each log time: ndarray of shape (n_samples,), int."""
        return np.clip(np.searchsorted(self.edges, logs, side="right") - 1, 0, self.n_bins - 1)

    def distances(self) -> Floats:
        """Return the distance of each bin from each other one: ndarray of shape (n_bins, n_bins)."""
        return self.middles[:, None] - self.middles

    def smoother(self) -> Floats:
        """Return the matrix that smooths a distribution over the bins; columns sum to 1."""
        kernel = np.exp(-((self.distances() / self.bandwidth) ** 2) / 2)
        return np.asarray(kernel / kernel.sum(axis=0))


def log_times(time: Floats) -> Floats:
    """Return logarithms; a time of 0 counts as half of the smallest other one, and a missing one stays NaN."""
    positive = time[time > 0]
    least = positive.min() / 2 if positive.size else 1.0
    return np.log(np.maximum(time, least))


def make_time_bins(logs: Floats) -> TimeBins:
    """Choose a grid for log times: TimeBins.

    Parameters
    ----------
    logs : ndarray of shape (n_known,)
    """
    n_rows = len(logs)
    n_bins = int(np.clip(MAX_CELLS // (2 * n_rows), FEWEST_BINS, MOST_BINS))
    edges = np.linspace(logs.min() - MARGIN, logs.max() + MARGIN, n_bins + 1)
    low, high = np.quantile(logs, [0.25, 0.75])
    spreads = [spread for spread in (logs.std(), (high - low) / 1.34) if spread > SMALLEST]
    usual = min(spreads) * n_rows**-0.2 if spreads else 0.0
    return TimeBins(edges, max(usual, float(edges[1] - edges[0]) / 2))
