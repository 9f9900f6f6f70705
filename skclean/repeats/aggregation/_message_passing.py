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

import numpy as np

from skclean.repeats.aggregation._row_mixture import RowMixture

__all__ = ["pass_messages"]

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
