"""The automatic cut of SelfClean: what lies below the tail of a logistic law that fits most of the scores."""

from numbers import Real

import numpy as np
from scipy.special import expit, logit

from skclean.base import BaseRule
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval
from skclean.utils._typing import Floats

__all__ = ["LogisticCut", "logistic_cut"]

SMALLEST = 1e-9


def logistic_cut(scores: Floats, contamination: float = 0.1, level: float = 0.05) -> float:
    """Return the score below which rows do not belong to the others: float in [0, 1].

    The log odds of most scores are taken to follow a logistic law. Its place and scale follow from two quantiles, at
    `contamination` and at the root of half of it. Scores below its quantile at ``contamination * level`` are doubtful.

    Parameters
    ----------
    scores : ndarray of shape (n_rows,)
        In [0, 1], low is suspicious.
    contamination : float, default=0.1
        No more than this share of the rows is suspicious, in (0, 0.5).
    level : float, default=0.05
        Share of the contamination that may be flagged where nothing is wrong, in (0, 1].

    Returns
    -------
    cut : float
        0 where there are no scores, or both quantiles agree.

    References
    ----------
    Gröger et al., "Intrinsic Self-Supervision for Data Quality Audits" (SelfClean), NeurIPS 2024.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.rules._logistic_cut import logistic_cut
    >>> scores = np.append(np.linspace(0.6, 0.9, 200), [0.01, 0.02])
    >>> int((scores < logistic_cut(scores)).sum())
    2
    """
    if not len(scores):
        return 0.0
    upper = float(np.sqrt(contamination / 2))
    low, high = logit(np.clip(np.quantile(scores, [contamination, upper]), SMALLEST, 1 - SMALLEST))
    if high <= low:
        return 0.0
    scale = (high - low) / (logit(upper) - logit(contamination))
    return float(expit(high + scale * (logit(contamination * level) - logit(upper))))


class LogisticCut(BaseRule):
    """Flag rows with a label quality below the tail of a logistic law that fits most of the rows.

    It flags few rows where nothing is wrong: a share of ``contamination * level``, if the law fits. It misses wrong
    labels where they are more than the contamination.

    Parameters
    ----------
    contamination : float, default=0.4
        No more than this share of the labels is wrong, in (0, 0.5).
    level : float, default=0.025
        Share of the contamination that may be flagged where nothing is wrong, in (0, 1].
    max_cut : float, default=1.0
        In [0, 1]; the cut is never higher.

    Notes
    -----
    As in the paper: ``LogisticCut(contamination=0.1, level=0.05)``.

    Otherwise: with 10 % wrong labels on 18 tables that setting flags 8 % of them, since both quantiles lie among wrong
    labels; the defaults flag 43 % of them. Without wrong labels the former flags 0.5 % of all labels and the latter
    0.9 %, where Otsu's cut flags 17 %.

    References
    ----------
    Gröger et al., "Intrinsic Self-Supervision for Data Quality Audits" (SelfClean), NeurIPS 2024.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> sure = np.append(np.linspace(0.6, 0.9, 200), 0.01)
    >>> y_proba = np.column_stack([sure, 1 - sure])
    >>> y_proba[100:200] = y_proba[100:200, ::-1]
    >>> np.flatnonzero(find_label_issues([0] * 100 + [1] * 100 + [0], y_proba, rule="logistic_cut"))
    array([200])
    """

    alias = "logistic_cut"

    _parameter_constraints: dict = {
        "contamination": [Interval(Real, 0, 0.5, closed="neither")],
        "level": [Interval(Real, 0, 1, closed="right")],
        "max_cut": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(self, contamination: float = 0.4, level: float = 0.025, max_cut: float = 1.0) -> None:
        self.contamination = contamination
        self.level = level
        self.max_cut = max_cut

    def _flag(self, audit):
        rated = audit.quality[audit.open_codes != UNLABELLED]
        return audit.quality < min(self.max_cut, logistic_cut(rated, self.contamination, self.level))
