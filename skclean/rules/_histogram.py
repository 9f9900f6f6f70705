"""Rules on the noise histogram of repeated cross-validation, from the binomial that it follows without noise.

One of them reads residuals of numbers as well.
"""

from numbers import Real

import numpy as np
from scipy.stats import false_discovery_control

from skclean.base import BaseRule, FoldCounts, Residuals
from skclean.rules._residual_mixture import flag_at_rate
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval

__all__ = ["FalseDiscoveryRate", "TwoSigma"]


class TwoSigma(BaseRule):
    """Flag rows that sat in the worst fold more often than the mean and some standard deviations of the binomial.

    A row that makes no difference is in the worst of k folds once in k repeats, give or take
    sqrt(n_repeats / k * (1 - 1/k)). Where no row makes a difference about one in 44 is beyond two standard deviations.
    Clean rows do make some difference: with labels drawn at random and 5 neighbours 8 % were flagged. With many wrong
    labels clean rows fall below the mean, and hardly any is flagged.

    Parameters
    ----------
    n_sigma : float, default=2.0
        Standard deviations above the mean, at least 0.

    Notes
    -----
    As in the paper: the mean and two standard deviations of the binomial, its first rule.

    Otherwise: nothing differs where `n_sigma` is 2.

    References
    ----------
    Chen, Ramanathan, Xu, Martel, "Detecting noisy labels with repeated cross-validations", MICCAI 2024 (arXiv
    2306.13990).

    Examples
    --------
    >>> from skclean.rules import TwoSigma
    >>> TwoSigma(n_sigma=3.0)
    TwoSigma(n_sigma=3.0)
    """

    alias = "two_sigma"
    needs = (FoldCounts,)

    _parameter_constraints: dict = {"n_sigma": [Interval(Real, 0, None, closed="left")]}

    def __init__(self, n_sigma: float = 2.0) -> None:
        self.n_sigma = n_sigma

    def _flag(self, audit):
        counts = audit[FoldCounts]
        share = 1 / counts.n_splits
        mean = counts.n_repeats * share
        return counts.worst > mean + self.n_sigma * np.sqrt(mean * (1 - share))


class FalseDiscoveryRate(BaseRule):
    """Flag as many rows as possible while at most a share of the flags is expected to be right.

    With residuals of numbers: how many right numbers have residuals of a size is expected from the tail of
    :class:`skclean.rules.ResidualMixture`, which is made heavy on purpose and counted twice, so that the share of right
    numbers among the flags is usually far below `alpha`.

    With the noise histogram of repeated cross-validation, a p-value is the chance that a row which makes no difference
    sits in the worst fold as often as this one did. Rows that do make a difference need not be wrong: hard rows do as
    well. So the rate holds for "matters", not for "wrong".

    Parameters
    ----------
    alpha : float, default=0.05
        Expected share of right rows, or of rows without influence, among the flagged ones, in (0, 1).

    Notes
    -----
    As in the paper: Benjamini and Hochberg's procedure, for the histogram at 0.05 on binomial p-values.

    Otherwise: the p-value of the histogram is P(count >= observed), where the authors' script has P(count > observed).
    That of a residual comes from a fitted distribution; a conformal one, which is its rank among rows known to be
    right, needs such rows.

    References
    ----------
    Benjamini, Hochberg, "Controlling the false discovery rate", JRSS B 1995. Chen, Ramanathan, Xu, Martel, "Detecting
    noisy labels with repeated cross-validations", MICCAI 2024 (arXiv 2306.13990).

    Examples
    --------
    >>> from skclean.rules import FalseDiscoveryRate
    >>> FalseDiscoveryRate(alpha=0.01)
    FalseDiscoveryRate(alpha=0.01)
    """

    alias = "false_discovery_rate"
    needs = ((Residuals, FoldCounts),)

    _parameter_constraints: dict = {"alpha": [Interval(Real, 0, 1, closed="neither")]}

    def __init__(self, alpha: float = 0.05) -> None:
        self.alpha = alpha

    def _flag(self, audit):
        if Residuals in audit:
            return flag_at_rate(audit, self.alpha)
        judged = np.flatnonzero(audit.open_codes != UNLABELLED)
        mask = np.zeros(len(audit.codes), dtype=bool)
        counts = audit[FoldCounts]
        if judged.size:
            mask[judged] = false_discovery_control(counts.p_values[judged]) <= self.alpha
        return mask
