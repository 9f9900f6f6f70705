"""How sure an ensemble is of its vote, and whether a confidence ranks the mistakes last."""

import numpy as np
from scipy.stats import binom

__all__ = ["best_norm", "normed_confidence", "p_of_lead", "risk_area"]

NORMS = (2, 4, 8)
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


def best_norm(proba, wrong):
    """The norm in {2, 4, 8} under which mistakes have the least confidence: int.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
        Out of sample.
    wrong : ndarray of shape (n_rows,)
        Probability that the prediction is wrong.
    """
    return min(NORMS, key=lambda norm: risk_area(normed_confidence(proba, norm), wrong))
