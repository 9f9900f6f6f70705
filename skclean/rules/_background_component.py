"""The third rule of ReCoV: p-values of the noise histogram under the component that most rows belong to."""

import warnings
from numbers import Real

import numpy as np
from scipy.stats import false_discovery_control, norm
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

from skclean.base import BaseRule, FoldCounts
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval

__all__ = ["BackgroundComponent"]

MAX_COMPONENTS = 10


class BackgroundComponent(BaseRule):
    """Flag rows whose count in the worst fold is too large for the component that most rows belong to.

    The counts of ReCoV's noise histogram are described by a mixture of 1 to 10 normal components, as many as the
    Bayesian information criterion prefers. The component of the largest weight is the background. Each count has a
    p-value under it, and Benjamini and Hochberg's procedure flags rows. It needs no binomial, so it also serves where
    heavy noise, or a target whose scores vary much, moves all counts.

    Parameters
    ----------
    alpha : float, default=0.05
        Expected share of background rows among the flagged ones, in (0, 1).

    Notes
    -----
    As in the paper: 1 to 10 components by the Bayesian information criterion, p-values under the background component,
    Benjamini and Hochberg at 0.05.

    Otherwise: the background is the component of the largest weight; the authors' script takes the first one that the
    fit lists, which is any of them.

    References
    ----------
    Chen, Ramanathan, Xu, Martel, "Detecting noisy labels with repeated cross-validations", MICCAI 2024 (arXiv
    2306.13990), third rule. Benjamini, Hochberg, "Controlling the false discovery rate", JRSS B 1995.

    Examples
    --------
    >>> from skclean.rules import BackgroundComponent
    >>> BackgroundComponent(alpha=0.01)
    BackgroundComponent(alpha=0.01)
    """

    alias = "background_component"
    needs = (FoldCounts,)

    _parameter_constraints: dict = {"alpha": [Interval(Real, 0, 1, closed="neither")]}

    def __init__(self, alpha: float = 0.05) -> None:
        self.alpha = alpha

    def _flag(self, audit):
        counts = audit[FoldCounts].worst.astype(np.float64)
        rated = np.flatnonzero(audit.open_codes != UNLABELLED)
        mask = np.zeros(len(counts), dtype=bool)
        if rated.size:
            mask[rated] = false_discovery_control(_p_values(counts[rated])) <= self.alpha
        return mask


def _p_values(counts):
    """P(count or more) under the background component; 1 where all counts are equal."""
    if np.ptp(counts) == 0:
        return np.ones(len(counts))
    column = counts[:, None]
    most = min(MAX_COMPONENTS, len(np.unique(counts)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # a fit that has not settled has a worse criterion
        fits = [GaussianMixture(n, max_iter=1000, random_state=0).fit(column) for n in range(1, most + 1)]
    best = min(fits, key=lambda fit: fit.bic(column))
    background = best.weights_.argmax()
    return norm.sf(counts, best.means_[background, 0], np.sqrt(best.covariances_[background, 0, 0]))
