"""Two groups of rows: a mixture of two normal distributions of label quality."""

import numpy as np
from sklearn.mixture import GaussianMixture

from skclean.base import BaseRule
from skclean.rules._otsu import otsu_cut
from skclean.utils._labels import UNLABELLED

__all__ = ["TwoComponents"]

N_BINS = 256
FEWEST = 10


class TwoComponents(BaseRule):
    """Split label quality into two normal groups, and flag the lower one.

    For noise so heavy that clean rows no longer sit at the mean of a binomial. Nothing is flagged where one group
    explains the values as well as two (by the Bayesian information criterion), nor with fewer than 10 rows. Quality is
    taken as it is, so it suits detectors whose quality is spread evenly, such as :class:`skclean.detectors.ReCoV`.

    References
    ----------
    Chen, Ramanathan, Xu, Martel, "Cross-Validation Is All You Need", arXiv 2306.13990.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import TwoComponents
    >>> right = np.array([0.90, 0.91, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98, 0.10, 0.12])
    >>> proba = np.column_stack([right, 1 - right])
    >>> find_label_issues([0] * 11, proba, classes=[0, 1], rule=TwoComponents())[-3:]
    array([False,  True,  True])
    """

    def _flag(self, audit):
        judged = np.flatnonzero(audit.open_codes != UNLABELLED)
        mask = np.zeros(len(audit.codes), dtype=bool)
        values = audit.quality[judged]
        if len(values) < FEWEST or np.ptp(values) == 0:
            return mask
        mask[judged] = _lower_group((values - values.min()) / np.ptp(values))
        return mask


def _lower_group(values):
    """True for values in [0, 1] that more likely belong to the lower of two normal groups."""
    histogram, _ = np.histogram(values, N_BINS, (0, 1))
    lower = values < otsu_cut(histogram.astype(np.float64))
    if not lower.any() or lower.all():
        return np.zeros(len(values), dtype=bool)
    means = np.array([[values[lower].mean()], [values[~lower].mean()]])
    column = values[:, None]
    two = GaussianMixture(
        2,
        weights_init=[lower.mean(), 1 - lower.mean()],
        means_init=means,
        precisions_init=[[[1 / _variance(values[lower])]], [[1 / _variance(values[~lower])]]],
        random_state=0,  # not used: all starting values are given
    ).fit(column)
    one = GaussianMixture(1, random_state=0).fit(column)
    if one.bic(column) <= two.bic(column):
        return np.zeros(len(values), dtype=bool)
    low, high = np.argsort(two.means_[:, 0])
    likely = two.predict_proba(column)[:, low] > 0.5
    # far out on either side the wider group is the likelier one, so only between the means is it asked
    below = values < two.means_[low, 0]
    return below | (likely & (values < two.means_[high, 0]))


def _variance(values):
    return max(float(values.var()), 1e-6)
