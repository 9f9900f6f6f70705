"""Row effects by approximate message passing, for rows of which most are alike and some are not.

The centred scores b of the folds are B x plus what does not add up, with B the centred membership of rows in folds and
x the effects of the rows. Adding up the scores of the folds that a row sat in, r = B'b / c with c the squared length of
a column, gives its effect plus the noise of all other rows. Each pass takes away what is known of the others already:

    r = x + B'z / c           what is seen of every row: its effect, plus normal noise
    x = E[effect | r]         what that tells of the effect, where effects are a mixture of two normal distributions
    z = b - B x + e z         the residual, plus a share e of the one before (Onsager correction)

The last term keeps the noise in r normal and independent of x; without it r would contain what the row itself added to
the scores before. So r stays an estimate with known noise, from which the mixture is learnt by EM as it goes. The
mixture is what least squares cannot know: once a row is seen to be right, its effect is nearly known, and so is no
longer noise to all others. Then there can be far fewer folds than rows. The share e depends on how the folds were
drawn: see _onsager.py.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit

__all__ = ["RowMixture", "onsager_of_spectrum", "onsager_when_alone", "pass_messages", "r_of_compressed_projection"]

MAX_PASSES = 50
# Passes end when the noise falls by less than this share: the order of rows no longer changes.
TOLERANCE = 2e-3
# Noise that grows by more than this says that the columns of B are not as independent as is assumed.
MAX_GROWTH = 1.05


def pass_messages(design, target, strata, ridge, onsager):
    """Effects of rows, each with about the same normal noise.

    Assumes that rows fell into folds at random within their stratum, by themselves or evenly. Where the folds keep rows
    together, as those of groups, the passes do not settle; then there is no result. The mean over a stratum cannot be
    seen in folds that hold equal shares of it, but for what rounding of the shares shows, which takes many passes to
    gather; so the means are those of the ridge.

    Parameters
    ----------
    design : CentredMembership
        B, of m = n_repeats (n_splits - 1) independent rows.
    target : ndarray of shape (n_repeats, n_splits)
        b, not all zero.
    strata : ndarray of shape (n_samples,), int
        Among which rows were spread equally; -1 for rows in no fold.
    ridge : ndarray of shape (n_samples,)
        A first estimate of the effects.
    onsager : callable
        ``onsager(n_repeats, slope)`` gives e for the mean derivative of x by r, and the variance of the noise in r
        over that of an entry of z.

    Returns
    -------
    effects : ndarray of shape (n_samples,), or None
        r of the last pass, not E[effect | r]: both rank alike, but the latter crowds the rows of each group together.
        None where the passes do not settle.

    References
    ----------
    Donoho, Maleki, Montanari, "Message-passing algorithms for compressed sensing", PNAS 2009. Bayati, Montanari, "The
    dynamics of message passing on dense graphs", IEEE Transactions on Information Theory 2011. Vila, Schniter,
    "Expectation-maximization Gaussian-mixture approximate message passing", IEEE Transactions on Signal Processing
    2013.
    """
    rows = np.flatnonzero(strata >= 0)
    means = _StratumMeans(strata[rows], ridge[rows])
    n_equations = design.n_repeats * (design.n_splits - 1)
    length = design.n_repeats * (1 - 1 / design.n_splits)
    effects, residual, least, mixture = np.zeros(len(strata)), target, np.inf, None
    widening = 1.0
    for _ in range(MAX_PASSES):
        noise = widening * np.sum(residual**2) / (n_equations * length)
        if noise > MAX_GROWTH * least:
            return None
        seen = means.put_into(effects[rows] + design.row_sums(residual)[rows] / (length * means.excess))
        if np.ptp(seen) == 0:
            return None
        if least - noise < TOLERANCE * noise:
            effects[rows] = seen
            return effects
        least = min(least, noise)
        mixture = RowMixture.guess(seen) if mixture is None else mixture
        mixture = mixture.learn(seen, noise)
        effects[rows], slope = mixture.denoise(seen, noise)
        back, widening = onsager(design.n_repeats, slope)
        residual = target - design.fold_sums(effects) + back * residual
    return None


class _StratumMeans:
    """Means of strata that estimates are moved to, and what spreading a stratum equally does to its columns.

    Rows of a stratum that is dealt out in equal shares avoid one another. Within the stratum that lengthens the
    columns, squared, by `excess`: size / (size - 1).
    """

    def __init__(self, strata, estimate):
        self._strata = strata
        self._sizes = np.maximum(np.bincount(strata), 1)
        self._means = self._of(estimate)
        self.excess = (self._sizes / np.maximum(self._sizes - 1, 1))[strata]

    def put_into(self, estimate):
        return estimate + (self._means - self._of(estimate))[self._strata]

    def _of(self, estimate):
        return np.bincount(self._strata, estimate) / self._sizes


# Share of the equations that may be fitted; before the noise is known, the slope may claim more.
MAX_FITTED = 0.98
MIN_R = 1e-9


def onsager_when_alone(slope, ratio):
    """Return the Onsager correction, and the variance of the noise over that of z, for rows drawn one by one.

    Parameters
    ----------
    slope : float
        Mean derivative of the estimated effects by what is seen of them.
    ratio : float
        Rows beside independent equations, n / m.

    Returns
    -------
    onsager, widening : float
    """
    return slope * ratio, 1.0


def onsager_of_spectrum(r_transform, slope, ratio):
    """As `onsager_when_alone`, for any spectrum.

    Parameters
    ----------
    r_transform : callable
        R(-x) for x >= 0, falling from R(0) = 1.
    slope, ratio : float
    """
    slope = max(0.0, min(slope, MAX_FITTED / ratio))
    # Rounding may lift R a hair above one, and then no sign would change.
    at = brentq(lambda r: r - min(r_transform(slope / r), 1.0), MIN_R, 1.0)
    return 1 - at, at / (1 - slope * ratio)


def r_of_compressed_projection(x, kept, wide):
    """R(-x) where rows and columns were taken at random out of an orthogonal matrix.

    The shares `kept` of its rows and `wide` of its columns make B, whose columns are scaled to length one. R of a
    projection solves a quadratic equation; taking columns scales the argument (Nica, Speicher, "Lectures on the
    Combinatorics of Free Probability", 2006, 14.10).
    """
    if kept == 1:
        return 1.0
    w = -wide * x / kept
    # (w - 1 + root) / 2w by its conjugate, for w may be small.
    return 2 / (np.sqrt((w - 1) ** 2 + 4 * w * kept) + 1 - w)


# Steps of EM: from the guess, and from what the last noise level came to.
FIRST_STEPS, STEPS = 30, 5
# The guess: a fifth of the rows about the first decile, the others a bit above the median, neither spread far.
FIRST_SHARE, FIRST_PLACES, FIRST_SPREAD = 0.2, (0.1, 0.6), 0.1
# Least variance of a group, beside that of all rows.
MIN_SPREAD = 1e-6


@dataclass(frozen=True)
class RowMixture:
    """Effects of rows from two normal distributions, thought of as rows with a wrong and with a right label.

    Nothing depends on that thought: where there is one group, or a long tail, the two share it between them.

    Parameters
    ----------
    share : float
        Share of the rows in the first group.
    mean, variance : ndarrays of shape (2, 1)
    is_guess : bool, default=False
        Whether it has still to be learnt from scratch.
    """

    share: float
    mean: np.ndarray
    variance: np.ndarray
    is_guess: bool = False

    @classmethod
    def guess(cls, seen):
        """Return where EM starts for rows that are seen at ``seen``, shape (n_rows,)."""
        mean = np.quantile(seen, FIRST_PLACES)[:, None]
        return cls(FIRST_SHARE, mean, np.full((2, 1), FIRST_SPREAD * seen.var()), is_guess=True)

    def learn(self, seen, noise):
        """The mixture after some steps of EM, for rows seen with normal noise of variance `noise`."""
        mixture = self
        for _ in range(FIRST_STEPS if self.is_guess else STEPS):
            mixture = mixture._after_a_step(seen, noise)
        return mixture

    def _after_a_step(self, seen, noise):
        first = self._chance_of_first(seen, noise)
        chance = np.stack([first, 1 - first])
        total = np.maximum(chance.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
        mean = chance @ seen[:, None] / total
        variance = np.sum(chance * (seen - mean) ** 2, axis=1, keepdims=True) / total - noise
        share = np.clip(first.mean(), 1 / len(seen), 1 - 1 / len(seen))
        return RowMixture(float(share), mean, np.maximum(variance, MIN_SPREAD * seen.var()))

    def denoise(self, seen, noise):
        """Mean of the effect of each row given what is seen of it, and the mean over rows of its derivative.

        Parameters
        ----------
        seen : ndarray of shape (n_rows,)
        noise : float
            Variance of the normal noise in it.

        Returns
        -------
        effects : ndarray of shape (n_rows,)
        slope : float
        """
        first = self._chance_of_first(seen, noise)
        total = self.variance + noise
        gain = self.variance / total
        inside = self.mean + gain * (seen - self.mean)
        apart = inside[0] - inside[1]
        pull = (self.mean - seen) / total
        slopes = gain[1] + first * (gain[0] - gain[1]) + first * (1 - first) * (pull[0] - pull[1]) * apart
        return inside[1] + first * apart, float(slopes.mean())

    def _chance_of_first(self, seen, noise):
        """Posterior probability that a row is of the first group: ndarray of shape (n_rows,)."""
        total = self.variance + noise
        fits = -0.5 * ((seen - self.mean) ** 2 / total + np.log(total))
        return expit(fits[0] - fits[1] + np.log(self.share / (1 - self.share)))
