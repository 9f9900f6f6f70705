"""The cut of label quality that splits the rows best into two groups."""

from numbers import Real

import numpy as np

from skclean.base import BaseRule
from skclean.rules._otsu import otsu_cut
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval

__all__ = ["OtsuRule", "otsu_threshold"]

N_BINS = 512


class OtsuRule(BaseRule):
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

    _parameter_constraints: dict = {"max_cut": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, max_cut=1.0):
        self.max_cut = max_cut

    def _flag(self, audit):
        rated = audit.quality[audit.open_codes != UNLABELLED]
        return audit.quality < min(self.max_cut, otsu_threshold(rated))


def otsu_threshold(quality):
    """Otsu's cut of values in [0, 1]; 0 where all of them lie in one of 512 bins."""
    histogram, _ = np.histogram(quality, N_BINS, (0, 1))
    return otsu_cut(histogram.astype(np.float64))
