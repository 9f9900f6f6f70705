"""How sure votes and probabilities are, and how well this ranks mistakes."""

import numpy as np
from scipy.stats import binom

__all__ = ["normed_confidence", "p_of_lead", "risk_area"]

LEAST = 1e-6


def p_of_lead(votes):
    """P-value of the two-sided binomial test that the first class of the vote leads the second by chance."""
    ordered = np.sort(votes, axis=1)
    second, first = ordered[:, -2], ordered[:, -1]
    return np.minimum(1, 2 * binom.cdf(second, first + second, 0.5))


def normed_confidence(proba, norm):
    """Largest centred log-probability over the norm of all of the row."""
    logs = np.log(np.maximum(proba, LEAST))
    logs -= logs.mean(axis=1, keepdims=True)
    size = np.linalg.norm(logs, ord=norm, axis=1)
    return np.divide(logs.max(axis=1), size, out=np.zeros(len(logs)), where=size > 0)


def risk_area(confidence, wrong):
    """Area under the curve of the mean error of the rows that are at least so sure (AURC)."""
    ordered = wrong[np.argsort(-confidence, kind="stable")]
    return float((np.cumsum(ordered) / np.arange(1, len(ordered) + 1)).mean())
