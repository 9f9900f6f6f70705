"""The cut of label quality that splits the rows best into two groups."""

import numpy as np

from skclean.base import BaseRule
from skclean.rules._otsu import otsu_cut
from skclean.utils._labels import UNLABELLED

__all__ = ["OtsuRule"]

N_BINS = 512


class OtsuRule(BaseRule):
    """Flag rows below the cut of label quality with the largest variance between the groups on either side.

    It assumes nothing of the groups but that there are two, and always finds a cut: without any noise it flags the
    rows that are hardest. Nothing is flagged where all rows are equal.

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

    def _flag(self, audit):
        judged = audit.quality[audit.open_codes != UNLABELLED]
        histogram, _ = np.histogram(judged, N_BINS, (0, 1))
        return audit.quality < otsu_cut(histogram.astype(np.float64))
