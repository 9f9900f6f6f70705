"""Noise rates of groups of rows: how they differ from all other rows, with intervals and p-values.

Each row has a chance that its label is wrong. If wrong labels have nothing to do with a group, its rows are a random
draw from all rows. So the sum of chances over the group is compared with that of random draws without replacement.
Mean, variance and skewness of such draws are known; a gamma law with the same three moments gives the p-value
(Pearson's type III).

The mean of the chances in a group understates how far its rate differs, for each chance was computed as if the rate was
the same everywhere. The rate of the group alone is the one under which the chances, computed again with it, have it as
their mean.
"""

from typing import NamedTuple

import numpy as np
from scipy.stats import gamma, norm

from skclean.inspection.checks._check import Interval
from skclean.utils._typing import Codes, Floats, Numbers

__all__ = ["GroupSums", "Moments", "group_sums", "rate_of", "ratio_of", "upper_p"]

N_STEPS = 60
Z = 1.64  # of a 90 % interval
SMALLEST = 1e-6


class Moments(NamedTuple):
    """Number of rows, mean, variance and third central moment of their chances."""

    n: float
    mean: float
    variance: float
    third: float

    @classmethod
    def of(cls, chance: Floats) -> "Moments":
        """Return the moments of all rows."""
        centred = chance - chance.mean()
        return cls(len(chance), float(chance.mean()), float((centred**2).mean()), float((centred**3).mean()))


class GroupSums(NamedTuple):
    """Rows, sum of chances, and sums of their squares and cubes, by group; all of shape (n_groups,)."""

    n: Floats
    first: Floats
    second: Floats
    third: Floats

    def moments(self) -> Moments:
        """Return the moments inside the groups: Moments of arrays."""
        n = np.maximum(self.n, 1)
        mean, square, cube = self.first / n, self.second / n, self.third / n
        variance = np.maximum(square - mean**2, 0)
        return Moments(self.n, mean, variance, cube - 3 * mean * square + 2 * mean**3)  # type: ignore[arg-type]


def group_sums(codes: Codes, chance: Floats, n_groups: int) -> GroupSums:
    """Return sums by group; rows of code -1 are left out."""
    known = codes >= 0
    codes, chance = codes[known], chance[known]
    counts = np.bincount(codes, minlength=n_groups).astype(np.float64)
    sums = [np.bincount(codes, chance**power, n_groups).astype(np.float64) for power in (1, 2, 3)]
    return GroupSums(counts, *sums)


def upper_p(n: Numbers, total: Numbers, among: Moments) -> Floats:
    """Return the probability that as many rows, drawn at random, have at least such a sum of chances.

    Parameters
    ----------
    n, total : array-like of shape (n_groups,)
        Rows of each group, and the sum of their chances.
    among : Moments
        Of all rows that the group was drawn from, itself included; numbers, or arrays of shape (n_groups,).
    """
    n, total = np.asarray(n, dtype=np.float64), np.asarray(total, dtype=np.float64)
    size = np.maximum(among.n, 3.0)
    rest = 1 - n / size
    variance = n * rest * np.asarray(among.variance) * size / (size - 1)
    third = n * rest * (1 - 2 * n / size) * np.asarray(among.third) * size**2 / ((size - 1) * (size - 2))
    spread = np.sqrt(np.maximum(variance, 1e-18))  # its cube stays above 0
    z, skewness = (total - n * among.mean) / spread, third / spread**3
    p_value = norm.sf(z)
    skewed = np.abs(skewness) > 1e-3
    shape = 4 / np.where(skewed, skewness, 1.0) ** 2
    x = shape + z * np.sqrt(shape) * np.sign(skewness)
    tail = np.where(skewness > 0, gamma.sf(x, shape), gamma.cdf(x, shape))
    p_value = np.where(skewed, tail, p_value)
    result: Floats = np.where(variance > 1e-18, np.clip(p_value, 0, 1), 1.0)
    return result


def rate_of(chance: Floats, prior: float) -> tuple[float, float]:
    """Return the noise rate of some rows alone and its standard error.

    Parameters
    ----------
    chance : ndarray of shape (n_rows,)
        Chances that were computed with the noise rate `prior`.
    prior : float
    """
    prior = float(np.clip(prior, SMALLEST, 1 - SMALLEST))
    odds = np.clip(chance, SMALLEST, 1 - SMALLEST)
    odds = odds / (1 - odds) * (1 - prior) / prior  # likelihood of wrong against right
    rate = prior
    for _ in range(N_STEPS):
        again = rate * odds / (rate * odds + 1 - rate)
        new = float(np.clip(again.mean(), SMALLEST, 1 - SMALLEST))
        if abs(new - rate) < 1e-6:
            break
        rate = new
    again = rate * odds / (rate * odds + 1 - rate)
    information = float((((again - rate) / (rate * (1 - rate))) ** 2).sum())
    return rate, 1 / np.sqrt(information) if information > 0 else 1.0


def ratio_of(group: tuple[float, float], rest: tuple[float, float]) -> Interval:
    """Return the ratio of two rates with a 90 % interval, from pairs of a rate and its standard error."""
    ratio = group[0] / rest[0]
    width = Z * np.hypot(group[1] / group[0], rest[1] / rest[0])
    return Interval(ratio, ratio * float(np.exp(-min(width, 20.0))), ratio * float(np.exp(min(width, 20.0))))
