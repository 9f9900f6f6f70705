"""Otsu's cut: where a histogram splits best into two groups."""

import numpy as np

__all__ = ["otsu_cut"]


def otsu_cut(histogram):
    """The cut in [0, 1] with the largest variance between the groups below and above it.

    Parameters
    ----------
    histogram : ndarray of shape (n_bins,)
        Weight in equal bins over [0, 1].

    Returns
    -------
    cut : float
        Between two bins; the middle of the gap where empty bins make several cuts equal. 0 where all weight lies in
        one bin, so that nothing is below.

    References
    ----------
    Otsu, "A threshold selection method from gray-level histograms", IEEE SMC 1979.
    """
    n_bins = len(histogram)
    moments = histogram * (np.arange(n_bins) + 0.5) / n_bins
    below, above = _both_sides(histogram)
    sum_below, sum_above = _both_sides(moments)
    split = (below > 0) & (above > 0)
    if not split.any():
        return 0.0
    variance = np.zeros(n_bins - 1)
    distance = sum_below[split] / below[split] - sum_above[split] / above[split]
    variance[split] = below[split] * above[split] * distance**2
    best = np.flatnonzero(variance >= variance.max() * (1 - 1e-9))
    return float(best[0] + best[-1] + 2) / (2 * n_bins)


def _both_sides(values):
    """Sums of the first 1 … n-1 values, and of the rest, which is summed for itself: a difference would be inexact."""
    return np.cumsum(values)[:-1], np.cumsum(values[::-1])[::-1][1:]
