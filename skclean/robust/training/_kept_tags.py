"""One positive tag of a row is known, drawn from all that it has: how likely each other tag is there too.

P(tag k is the one that was kept | x) = p_k E[1 / (1 + N)], with N the number of other tags of the row, each there with
its own chance. E[1 / (1 + N)] is the integral over t in [0, 1] of the product of (1 - p_j + p_j t), a polynomial.
"""

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit, log_softmax

__all__ = ["kept_chances", "pool_of_logs", "tag_chances"]

# Nodes of Gauss and Legendre on [0, 1]; exact up to 15 other tags, and near it for more.
_nodes, _shares = np.polynomial.legendre.leggauss(8)
NODES, SHARES = (_nodes + 1) / 2, _shares / 2
# Precision of the slope around 1 and of the intercepts around 0.
SLOPE, INTERCEPTS = 5.0, 1.0
CERTAIN = 0.99
MIN_PROBA = 1e-4


def pool_of_logs(members, kept):
    """Return the exponents of several probabilities whose product predicts the kept tags best.

    Parameters
    ----------
    members : ndarray of shape (n_members, n_rows, n_tags)
        Probability of each tag to be the kept one, of models that were trained without the row.
    kept : ndarray of shape (n_rows, n_tags)
        What each row counts for in each tag.

    Returns
    -------
    exponents : ndarray of shape (n_members,), at least 0
    """
    logs = np.log(np.maximum(members, MIN_PROBA))
    if len(members) == 1:
        return np.ones(1)

    def loss(exponents):
        return -float((kept * log_softmax(np.tensordot(exponents, logs, 1), axis=1)).sum())

    start = np.full(len(members), 1 / len(members))
    return minimize(loss, start, method="L-BFGS-B", bounds=[(0, None)] * len(members)).x


def kept_chances(log_shares, kept):
    """Fit the chance that a tag is there to the shares of kept tags.

    Parameters
    ----------
    log_shares : ndarray of shape (n_rows, n_tags)
        Logarithm of the probability that a tag is the kept one.
    kept : ndarray of shape (n_rows, n_tags)
        What each row counts for in each tag; 0 in tags that are not known.

    Returns
    -------
    slope : float
    intercepts : ndarray of shape (n_tags,)
        The chance is expit(slope * log_shares + intercepts).
    """
    other = kept == 0
    mass = kept.sum(axis=1, keepdims=True)

    def loss(values):
        proba = expit(values[0] * log_shares + values[1:])
        total = 1 + (other * proba).sum(axis=1, keepdims=True)
        fit = (kept * np.log(proba + 1e-12)).sum() - (mass * np.log(total)).sum()
        by_score = kept * (1 - proba) - mass * other * proba * (1 - proba) / total
        penalty = SLOPE * (values[0] - 1) ** 2 + INTERCEPTS * (values[1:] ** 2).sum()
        slope = -(by_score * log_shares).sum() + SLOPE * (values[0] - 1)
        return penalty / 2 - fit, np.append(slope, INTERCEPTS * values[1:] - by_score.sum(axis=0))

    start = np.append(1.0, np.zeros(kept.shape[1]))
    found = minimize(loss, start, jac=True, method="L-BFGS-B").x
    return float(found[0]), found[1:]


def tag_chances(chances, kept):
    """P(tag is there | x, which tag was kept): 1 for kept tags.

    Parameters
    ----------
    chances : ndarray of shape (n_rows, n_tags)
        P(tag is there | x).
    kept : ndarray of shape (n_rows, n_tags), bool

    Returns
    -------
    posterior : ndarray of shape (n_rows, n_tags)
    """
    proba = np.minimum(chances, CERTAIN)
    with_it, without = np.zeros((2, *proba.shape))
    for node, share in zip(NODES, SHARES, strict=True):
        logs = np.where(kept, 0.0, np.log1p(-proba * (1 - node)))
        rest = share * np.exp(logs.sum(axis=1, keepdims=True) - logs)
        without += rest
        with_it += node * rest
    posterior = proba * with_it / (proba * with_it + (1 - proba) * without)
    return np.where(kept, 1.0, posterior)
