"""Two groups of rows: a mixture of two normal distributions."""

import numpy as np
from sklearn.mixture import GaussianMixture

from skclean.rules._otsu import otsu_cut

__all__ = ["FEWEST", "lower_group_chance"]

N_BINS = 256
FEWEST = 10


def lower_group_chance(values):
    """The chance that each value belongs to the lower of two normal groups.

    The start is Otsu's cut, so nothing is drawn. It is 0 for all values where one group explains them as well as two
    (by the Bayesian information criterion), where all are equal, and where there are fewer than 10. Far out on either
    side the wider group is the likelier one whichever it is; so below the mean of the lower group the chance is 1, and
    above that of the upper one 0.

    Parameters
    ----------
    values : ndarray of shape (n_values,)

    Returns
    -------
    chance : ndarray of shape (n_values,), float64
    """
    chance = np.zeros(len(values))
    if len(values) < FEWEST or np.ptp(values) == 0:
        return chance
    values = (values - values.min()) / np.ptp(values)
    histogram, _ = np.histogram(values, N_BINS, (0, 1))
    lower = values < otsu_cut(histogram.astype(np.float64))
    if not lower.any() or lower.all():
        return chance
    column = values[:, None]
    two = GaussianMixture(
        2,
        weights_init=[lower.mean(), 1 - lower.mean()],
        means_init=[[values[lower].mean()], [values[~lower].mean()]],
        precisions_init=[[[1 / _variance(values[lower])]], [[1 / _variance(values[~lower])]]],
        random_state=0,  # not used: all starting values are given
    ).fit(column)
    one = GaussianMixture(1, random_state=0).fit(column)
    if one.bic(column) <= two.bic(column):
        return chance
    low, high = np.argsort(two.means_[:, 0])
    chance = two.predict_proba(column)[:, low]
    chance[values < two.means_[low, 0]] = 1.0
    chance[values >= two.means_[high, 0]] = 0.0
    return chance


def _variance(values):
    return max(float(values.var()), 1e-6)
