"""Otsu's cut: where a histogram, such as that of label quality, splits best into two groups."""

from numbers import Real

import numpy as np

from skclean.base import Audit, BaseRule
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval

__all__ = ["Otsu", "otsu_cut", "otsu_threshold"]

N_BINS = 512


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


class Otsu(BaseRule):
    """Flag rows below the cut of label quality with the largest variance between the groups on either side.

    It assumes nothing of the groups but that there are two, and always finds a cut: without any noise it flags the
    rows that are hardest. Nothing is flagged where all rows are equal.

    Parameters
    ----------
    max_cut : float, default=1.0
        In [0, 1]; the cut is never higher. For scores by which a quality above some value speaks for the label.

    References
    ----------
    Otsu, "A threshold selection method from gray-level histograms", IEEE SMC 1979.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule="otsu")
    array([False, False,  True, False, False, False])
    """

    alias = "otsu"

    _parameter_constraints: dict = {"max_cut": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, max_cut: float = 1.0) -> None:
        self.max_cut = max_cut

    def quality_cut(self, audit: Audit) -> float:
        """Return the label quality below which labels are flagged: float.

        Parameters
        ----------
        audit : Audit
        """
        return min(self.max_cut, otsu_threshold(audit.quality[audit.open_codes != UNLABELLED]))

    def _flag(self, audit):
        return audit.quality < self.quality_cut(audit)


def otsu_threshold(quality):
    """Otsu's cut of values in [0, 1]; 0 where all of them lie in one of 512 bins."""
    histogram, _ = np.histogram(quality, N_BINS, (0, 1))
    return otsu_cut(histogram.astype(np.float64))
