"""Intervals and corrections for many tests that several checks share."""

import numpy as np
from scipy.stats import norm, t

from skclean.inspection.checks._check import Interval
from skclean.utils._typing import Floats, Numbers

__all__ = ["adjusted", "mean_interval", "wilson"]


def adjusted(p_values: Numbers) -> Floats:
    """Return p-values adjusted by Benjamini-Hochberg: ndarray of the same length, float64.

    Rejecting those at most q keeps the expected share of false rejections at most q.

    References
    ----------
    Benjamini, Hochberg, "Controlling the false discovery rate", JRSS B 1995.

    Examples
    --------
    >>> from skclean.inspection.checks._statistics import adjusted
    >>> adjusted([0.01, 0.02, 0.9]).round(3).tolist()
    [0.03, 0.03, 0.9]
    """
    values = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(-values, kind="stable")
    n_tests = len(values)
    scaled = values[order] * n_tests / np.arange(n_tests, 0, -1)
    result = np.empty(n_tests)
    result[order] = np.minimum(np.minimum.accumulate(scaled), 1.0) if n_tests else scaled
    return result


def wilson(count: float, total: float, level: float = 0.9) -> Interval:
    """Return a share with its Wilson interval: Interval.

    References
    ----------
    Wilson, "Probable inference, the law of succession, and statistical inference", JASA 1927.
    """
    if total <= 0:
        return Interval(0.0, 0.0, 1.0)
    z, share = norm.isf((1 - level) / 2), count / total
    middle = (share + z**2 / (2 * total)) / (1 + z**2 / total)
    half = z / (1 + z**2 / total) * np.sqrt(share * (1 - share) / total + z**2 / (4 * total**2))
    return Interval(float(share), float(max(0.0, middle - half)), float(min(1.0, middle + half)))


def mean_interval(values: Numbers, level: float = 0.9) -> Interval:
    """Return the mean of at least two values with the interval of Student's t: Interval."""
    values = np.asarray(values, dtype=np.float64)
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
    half = t.isf((1 - level) / 2, len(values) - 1) * error
    return Interval(float(mean), float(mean - half), float(mean + half))
