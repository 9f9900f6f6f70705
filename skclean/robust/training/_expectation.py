"""The E-step of learning from imperfect labels: P(true class | row, what was said about it).

What was said about a row is a :class:`skclean.targets.CandidateTarget`. It enters through one matrix,
``compatibility[i, k]``, the chance of what was said about row i if its true class is k:

- a label j: ``transition[k, j]``;
- a set: 1 for its members and 0 for the others;
- nothing: 1 for all classes;
- a label that is known to be right: 1 for its class and 0 for the others.

So other kinds of weak labels need another such matrix, and nothing else.
"""

from typing import NamedTuple

import numpy as np

from skclean.noise.transition._shrinkage import transition_of_counts
from skclean.targets import UNLABELLED

__all__ = ["Expectation", "compatibility", "expect", "expected_transition", "run_em"]

# This much is spread over all classes of a prediction: a model's 0 must not rule out the only class that is possible.
SMOOTHING = 0.001


class Expectation(NamedTuple):
    """What one E-step says.

    Attributes
    ----------
    posterior : ndarray of shape (n_samples, n_classes)
        P(true class | row, what was said); rows sum to 1.
    log_likelihood : ndarray of shape (n_samples,)
        Logarithm of the chance of what was said, by the model and the transition matrix.
    """

    posterior: np.ndarray
    log_likelihood: np.ndarray


def compatibility(target, transition):
    """Return the chance of what was said about each row if it is of each class: ndarray of (n_samples, n_classes).

    Parameters
    ----------
    target : CandidateTarget
    transition : ndarray of shape (n_classes, n_classes)
        ``[k, j]`` is P(recorded j | true k).
    """
    labelled = (target.codes != UNLABELLED)[:, None]
    return np.where(labelled, transition[:, target.codes].T, target.allowed)


def expect(proba, chances, smoothing=SMOOTHING):
    """Apply Bayes' rule.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        P(true class | row), before what was said is known.
    chances : ndarray of shape (n_samples, n_classes)
        As :func:`compatibility` returns them; every row has one above 0.
    smoothing : float, default=0.001
        So much of each row is spread over all classes first.

    Returns
    -------
    expectation : Expectation
    """
    joint = (proba + smoothing / proba.shape[1]) / (1 + smoothing) * chances
    total = np.maximum(joint.sum(axis=1), np.finfo(np.float64).tiny)
    return Expectation(joint / total[:, None], np.log(total))


def expected_transition(posterior, target, weight, prior_rows):
    """Estimate the transition matrix from the labels that may be wrong: ndarray of shape (n_classes, n_classes).

    Parameters
    ----------
    posterior : ndarray of shape (n_samples, n_classes)
    target : CandidateTarget
    weight : ndarray of shape (n_samples,)
    prior_rows : float
        Rows with the average noise that are added to each class.
    """
    n_classes = posterior.shape[1]
    rows = np.flatnonzero(target.codes != UNLABELLED)
    mass = posterior[rows] * weight[rows, None]
    counts = np.stack([np.bincount(target.codes[rows], column, n_classes) for column in mass.T])
    if prior_rows:
        return transition_of_counts(counts, prior_rows)
    totals = counts.sum(axis=1, keepdims=True)
    return np.divide(counts, totals, out=np.eye(n_classes), where=totals > 0)


def run_em(learn, target, weight, start, transition=None, *, prior_rows, max_rounds, tol, smoothing=SMOOTHING):
    """Alternate between models and expectations until the expectations settle.

    Parameters
    ----------
    learn : callable
        From targets of shape (n_samples, n_classes) to P(true class | row) of the same shape, by models that were
        fitted on the targets: out of sample, or in sample where the likelihood must never fall.
    target : CandidateTarget
    weight : ndarray of shape (n_samples,)
        What each row counts for.
    start : ndarray of shape (n_samples, n_classes)
        The first expectations.
    transition : ndarray of shape (n_classes, n_classes) or None, default=None
        A known transition matrix; None means that each round estimates it.
    prior_rows : float
        As in :func:`expected_transition`.
    max_rounds : int
    tol : float
        Rounds end when the mean change of the expectations is below.
    smoothing : float, default=0.001
        As in :func:`expect`.

    Returns
    -------
    posterior : ndarray of shape (n_samples, n_classes)
    transition : ndarray of shape (n_classes, n_classes)
    losses : list of float
        Mean of the negative log-likelihood in each round.
    converged : bool
    """
    posterior, losses, converged = start, [], False
    known = transition is not None
    while len(losses) < max_rounds and not converged:
        if not known:
            transition = expected_transition(posterior, target, weight, prior_rows)
        before = posterior
        posterior, log_likelihood = expect(learn(before), compatibility(target, transition), smoothing)
        losses.append(-float(weight @ log_likelihood) / weight.sum())
        converged = np.abs(posterior - before).mean() < tol
    return posterior, transition, losses, bool(converged)
