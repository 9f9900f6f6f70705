"""Right and wrong labels as two groups of a score, class by class.

Two normal distributions of equal variance, so that the probability of the upper group rises with the score all the way;
with two variances the wider one takes both ends, and the best rows of a class would look wrong.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.mixture import GaussianMixture

__all__ = ["TwoGroups", "split_by_class", "two_groups"]

# A class of fewer rows is split as all rows together are: two means and a share need more than that.
FEWEST = 20


class TwoGroups(NamedTuple):
    """Two normal groups of one variance.

    Attributes
    ----------
    low, high : float
        Their means.
    spread : float
        Their standard deviation.
    share : float
        Of the upper group, between 0 and 1.
    """

    low: float
    high: float
    spread: float
    share: float

    @property
    def separation(self):
        """Return how many standard deviations the means lie apart."""
        return (self.high - self.low) / self.spread

    def log_odds(self, values):
        """Log odds of the upper group: ndarray of the shape of `values`."""
        slope = self.separation / self.spread
        return slope * (values - (self.low + self.high) / 2) + np.log(self.share / (1 - self.share))

    def upper(self, values):
        """Probability of the upper group: ndarray of the shape of `values`, in [0, 1]."""
        return expit(self.log_odds(values))


def two_groups(values):
    """Fit two groups to numbers by expectation maximisation, from a start that does not depend on a seed.

    Parameters
    ----------
    values : ndarray of shape (n_samples,), float64

    Returns
    -------
    groups : TwoGroups
        Both means are equal, and the share one half, where all values are.
    """
    center, spread = values.mean(), values.std()
    if len(values) < 2 or spread <= 1e-9 * max(1.0, abs(center)):
        return TwoGroups(center, center, 1.0, 0.5)
    column = ((values - center) / spread)[:, None]
    # wrong labels may be few or many: two starts, of which the likelier end counts
    starts = (column.min(), column.max()), tuple(np.quantile(column, [0.1, 0.9]))
    mixture = max((_mixture(column, *start) for start in starts if start[0] < start[1]), key=lambda m: m.lower_bound_)
    low, high = np.argsort(mixture.means_[:, 0])
    means = mixture.means_[:, 0] * spread + center
    share = float(np.clip(mixture.weights_[high], 1e-3, 1 - 1e-3))
    return TwoGroups(means[low], means[high], float(np.sqrt(mixture.covariances_[0, 0])) * spread, share)


def _mixture(column, low, high):
    return GaussianMixture(
        2,
        covariance_type="tied",
        means_init=[[low], [high]],
        weights_init=[0.5, 0.5],
        precisions_init=[[4.0]],
        random_state=0,  # not used: all starting values are given
        max_iter=200,
        tol=1e-4,
    ).fit(column)


def split_by_class(values, codes, n_classes):
    """One :class:`TwoGroups` for every class; small classes share that of all rows."""
    together = two_groups(values)
    sizes = np.bincount(codes, minlength=n_classes)
    return [two_groups(values[codes == code]) if sizes[code] >= FEWEST else together for code in range(n_classes)]
