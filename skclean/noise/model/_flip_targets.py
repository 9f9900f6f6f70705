"""Where the flips of a class go: to all other classes alike, or to a few.

The shares of the other classes are a draw from a Dirichlet distribution. Its strength is unknown. Each class has an
average over several strengths, weighted by their evidence, so that uniform noise (all other classes alike) and pair
flips (one other class) are both found.

References
----------
Minka, "Estimating a Dirichlet distribution", 2000 (evidence of the Dirichlet-multinomial).
Cheeseman, Stutz, "Bayesian classification (AutoClass): theory and results", 1996 (evidence where counts are expected).
"""

import numpy as np
from scipy.special import gammaln, logsumexp, softmax, xlogy

__all__ = ["evidence_of_targets", "mean_targets"]

# Strengths of the Dirichlet prior of where flips go, in pseudo-rows over all other classes.
STRENGTHS = np.array([0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0])


def mean_targets(flips, allowed):
    """Return where the flips of each class go, averaged over strengths of the prior by their evidence.

    Parameters
    ----------
    flips : ndarray of shape (n_classes, n_classes)
        ``[k, j]``: expected number of rows of true class k that are recorded as j; 0 where that is not allowed.
    allowed : ndarray of shape (n_classes, n_classes), bool
        Pairs that may be confused; False on the diagonal.

    Returns
    -------
    targets : ndarray of shape (n_classes, n_classes)
        Rows sum to 1, or to 0 where nothing is allowed.
    """
    flipped, n_others = flips.sum(axis=1), _n_others(allowed)
    means = [np.where(allowed, flips + s / n_others, 0.0) / (flipped + s)[:, None] for s in STRENGTHS]
    return np.einsum("sk,skj->kj", softmax(_evidence(flips, allowed), axis=0), np.array(means))


def evidence_of_targets(flips, targets, allowed):
    """Return the evidence of the flips, over their likelihood under given targets, as a logarithm.

    A likelihood of labels is one under single targets. With this added it is about the evidence: the likelihood in the
    mean over all targets that the prior allows. So targets that had to be chosen among many are not favoured. With a
    prior chance of a half each, classes have strengths of their own or one strength for all.

    Parameters
    ----------
    flips, allowed
        As in :func:`mean_targets`.
    targets : ndarray of shape (n_classes, n_classes)
        Where flips go; rows sum to 1, or to 0 where a class has no flips.

    Returns
    -------
    evidence : float
        At most 0 where `targets` are the most likely ones.
    """
    evidence, likelihood = _evidence(flips, allowed), xlogy(flips, np.maximum(targets, np.finfo(np.float64).tiny))
    n_strengths, n_classes = evidence.shape
    each = logsumexp(evidence, axis=0).sum() - n_classes * np.log(n_strengths)
    shared = logsumexp(evidence.sum(axis=1)) - np.log(n_strengths)
    return float(np.logaddexp(each, shared) - np.log(2) - likelihood.sum())


def _evidence(flips, allowed):
    """Logarithm of the evidence of each strength in each class: (n_strengths, n_classes)."""
    flipped, n_others, evidence = flips.sum(axis=1), _n_others(allowed), []
    for strength in STRENGTHS:
        cell = strength / n_others
        rising = np.where(allowed, gammaln(flips + cell) - gammaln(cell), 0.0).sum(axis=1)
        evidence.append(rising + gammaln(strength) - gammaln(strength + flipped))
    return np.array(evidence)


def _n_others(allowed):
    return np.maximum(allowed.sum(axis=1, keepdims=True), 1)
