"""Two kinds of residuals: of right numbers, which follow a t distribution, and of wrong ones, which spread wider.

A normal distribution of right residuals would call every heavy tail an error. So the tail of the right ones is learned
from the residuals themselves, and among the tails that explain them nearly as well as the best, the heaviest is taken.
"""

from numbers import Real
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, gammaln, stdtr, stdtrit

from skclean.base import BaseRule, Residuals
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval

__all__ = [
    "ResidualMixture",
    "chance_wrong",
    "expected_false",
    "fit_residual_mixture",
    "flag_at_rate",
    "residual_sizes",
]

# Degrees of freedom of right residuals, from the heaviest tail to nearly normal.
TAILS = (1, 1.5, 2, 3, 4, 5, 7, 10, 20, 50)
# Wrong residuals follow a t distribution that is at least so many times as wide. A width that is not fitted took the
# tail of right ones.
WRONG_DEGREES, WIDER = 2.0, 5.0
# Pseudo-rows for the share of wrong numbers, so that it is small where nothing tells it.
PRIOR_RIGHT = 19.0
# A number that more than this share of the rows have is a kind of its own; and a tail is long by nature where the outer
# tenth on one side is so many times as far from the median as on the other. Without either, a fifth of the rows of
# lognormal and zero-inflated numbers was flagged, of which none was wrong.
MANY_EQUAL, LONG_TAIL = 0.3, 3.0
N_ROUNDS = 60
MAX_SHARE = 0.5
# More residuals are represented by so many of their quantiles.
MAX_SIZES = 5_000
# A heavier tail is taken where it explains all residuals nearly as well: by so much log likelihood. Found, with what
# is added for safety to the expected number of right residuals, over 341 tables with and without errors.
SLACK = 2.0
TAIL_COUNTS, ONE_MORE = 2.0, 0.5


class Mixture(NamedTuple):
    """What is known of the sizes of right and of wrong residuals.

    Attributes
    ----------
    degrees : float
        Degrees of freedom of right residuals; small means heavy tails.
    spread : float
        Their scale.
    wide : float
        Scale of wrong residuals.
    share : float
        Share of wrong numbers, in (0, 0.5].
    """

    degrees: float
    spread: float
    wide: float
    share: float

    def wrong(self, sizes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chance that a number is wrong, from the size of its residual: ndarray of the same shape."""
        chance = np.asarray(expit(self._log_odds(sizes)))
        if self.degrees < WRONG_DEGREES:  # far out a heavier tail of right ones would win again
            order = np.argsort(sizes, kind="stable")
            chance[order] = np.maximum.accumulate(chance[order])
        return chance

    def right_beyond(self, sizes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the chance that a right residual is larger: ndarray of the same shape."""
        return np.asarray(2 * stdtr(self.degrees, -sizes / self.spread))

    def _log_odds(self, sizes):
        right, wrong = self.log_densities(sizes)
        return wrong - right

    def log_densities(self, sizes):
        """Return the logarithms of the densities of right and of wrong residuals, times their shares."""
        return (
            np.log1p(-self.share) + _log_density(sizes, self.degrees, self.spread),
            np.log(self.share) + _log_density(sizes, WRONG_DEGREES, self.wide),
        )


def fit_residual_mixture(sizes: NDArray[np.float64]) -> Mixture:
    """Fit the two kinds of residuals by expectation and maximisation, for each tail.

    Parameters
    ----------
    sizes : ndarray of shape (n,)
        Sizes of residuals, each divided by its scale.

    Returns
    -------
    mixture : Mixture
    """
    if not sizes.any():
        return Mixture(TAILS[0], 1.0, WIDER, 1e-6)
    if len(sizes) > MAX_SIZES:
        sizes = np.quantile(sizes, (np.arange(MAX_SIZES) + 0.5) / MAX_SIZES)
    fits = [_fit_tail(sizes, degrees) for degrees in TAILS]
    best = max(likelihood for likelihood, _ in fits)
    return next(mixture for likelihood, mixture in fits if likelihood >= best - SLACK)


def _fit_tail(sizes, degrees):
    """Return the log likelihood with one tail, and the mixture."""
    least = 1e-9 * float(sizes.max())
    spread = max(float(np.median(sizes) / stdtrit(degrees, 0.75)), least)
    mixture = Mixture(degrees, spread, WIDER * spread, 1 / (1 + PRIOR_RIGHT))
    for _ in range(N_ROUNDS):
        wrong = mixture.wrong(sizes)
        spread = max(_scale(sizes, 1 - wrong, degrees, mixture.spread), least)
        wide = max(_scale(sizes, wrong, WRONG_DEGREES, mixture.wide), WIDER * spread)
        share = min(max(float(wrong.sum()) / (len(sizes) + PRIOR_RIGHT), 1e-6), MAX_SHARE)
        before, mixture = mixture, Mixture(degrees, spread, wide, share)
        if abs(wide - before.wide) < 1e-4 * wide and abs(share - before.share) < 1e-5:
            break
    likelihood = np.logaddexp(*mixture.log_densities(sizes)).sum()
    return float(likelihood + PRIOR_RIGHT * np.log1p(-mixture.share)), mixture


def _scale(sizes, mass, degrees, before):
    """Return the scale of a t distribution, one step after another one: float."""
    weight = mass * (degrees + 1) / (degrees + (sizes / before) ** 2)
    return float(np.sqrt(weight @ sizes**2 / max(mass.sum(), 1e-300)))


def _log_density(sizes, degrees, spread):
    """Logarithm of the density of a t distribution, up to the factor 2 of sizes without a sign."""
    constant = gammaln((degrees + 1) / 2) - gammaln(degrees / 2) - np.log(degrees * np.pi) / 2 - np.log(spread)
    return constant - (degrees + 1) / 2 * np.log1p((sizes / spread) ** 2 / degrees)


class _Part(NamedTuple):
    """Rows whose residuals are compared with one another, and their sizes, measured in one way or in two."""

    rows: NDArray[np.intp]
    sizes: list[NDArray[np.float64]]


def _parts(audit):
    """Split the rows that may be flagged: those of a number that very many rows have, such as 0, from the others.

    Where numbers have a long tail by nature, sizes are measured on a scale like a logarithm as well: what is far out on
    both scales only is no part of the tail.
    """
    rows = np.flatnonzero(audit.open_codes != UNLABELLED)
    residuals, y = audit[Residuals], audit.labels.target.given
    sizes = residual_sizes(audit)
    values, counts = np.unique(y[rows], return_counts=True)
    many = counts.size > 1 and counts.max() > MANY_EQUAL * len(rows)
    usual = y[rows] == values[counts.argmax()] if many else np.zeros(len(rows), dtype=bool)
    parts = []
    for part in (rows[usual], rows[~usual]):
        if part.size:
            skewed = _on_long_tail(y[part], residuals.predicted[part])
            parts.append(_Part(part, [sizes[part], *skewed]))
    return parts


def _on_long_tail(y, predicted):
    """Return sizes of residuals on a scale that shortens the long tail of y: list of one array, empty without one."""
    low, middle, high = np.quantile(y, [0.1, 0.5, 0.9])
    short, long = sorted([middle - low, high - middle])
    if LONG_TAIL * short >= long:
        return []
    unit = short if short > 0 else float(np.median(np.abs(y - middle)[y != middle]))
    off = np.arcsinh((y - middle) / unit) - np.arcsinh((predicted - middle) / unit)
    return [np.abs(off - np.median(off))]


def chance_wrong(audit):
    """Return the chance that each number is wrong: ndarray of shape (n_samples,); 0 for rows that cannot be flagged."""
    chance = np.zeros(len(audit.codes))
    for rows, measured in _parts(audit):
        chance[rows] = np.min([fit_residual_mixture(sizes).wrong(sizes) for sizes in measured], axis=0)
    return chance


def flag_at_rate(audit, rate):
    """Flag as many numbers as have at most a share of right ones among them: ndarray of shape (n_samples,), bool."""
    mask = np.zeros(len(audit.codes), dtype=bool)
    for rows, measured in _parts(audit):
        flagged = np.ones(len(rows), dtype=bool)
        for sizes in measured:
            largest = np.sort(sizes)[::-1]
            enough = np.flatnonzero(expected_false(largest) <= rate * np.arange(1, len(rows) + 1))
            flagged &= sizes >= largest[enough[-1]] if enough.size else False
        mask[rows] = flagged
    return mask


def residual_sizes(audit):
    """Return the residual of each row over its scale, without its sign: ndarray of shape (n_samples,).

    Rows without a number have 0.
    """
    residuals = audit[Residuals]
    target = audit.labels.target
    return np.where(target.known, np.abs(target.given - residuals.predicted) / residuals.scale, 0.0)


class ResidualMixture(BaseRule):
    """Flag the numbers that are more likely wrong than right, by the size of their residuals.

    Residuals, each over its predicted scale, are a mixture: those of right numbers follow a t distribution with a tail
    that is learned from them, those of wrong ones a wider one. Where the tail alone explains the large residuals, none
    is flagged. Where y itself has a long tail on one side, a number must be far out on a scale like a logarithm too;
    and a number that very many rows have, such as 0, is compared with its like only.

    Parameters
    ----------
    threshold : float, default=0.5
        Flag above this chance of being wrong, in [0, 1].

    Notes
    -----
    It assumes that right residuals have one mode and tails like those of a t distribution, and that less than half of
    the numbers are wrong. It loses where errors are no larger than ordinary residuals: those are not flagged.

    Examples
    --------
    >>> from sklearn.datasets import load_diabetes
    >>> from skclean.detectors import RegressionResiduals
    >>> X, y = load_diabetes(return_X_y=True)
    >>> y[:3] *= 10
    >>> detector = RegressionResiduals(rule="residual_mixture", random_state=0).fit(X, y)
    >>> detector.noise_mask_[:3].tolist(), int(detector.noise_mask_.sum())
    ([True, True, True], 3)
    """

    alias = "residual_mixture"
    needs = (Residuals,)

    _parameter_constraints: dict = {"threshold": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, threshold: float = 0.5) -> None:
        self.threshold = threshold

    def _flag(self, audit):
        return chance_wrong(audit) > self.threshold


def expected_false(sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how many right numbers are expected to have residuals as large as each: ndarray of shape (n,).

    The tail is heavy on purpose, and counted twice: little is known about it.

    Parameters
    ----------
    sizes : ndarray of shape (n,)
        As of :func:`fit_residual_mixture`, in falling order.
    """
    mixture = fit_residual_mixture(sizes)
    return TAIL_COUNTS * len(sizes) * (1 - mixture.share) * mixture.right_beyond(sizes) + ONE_MORE
