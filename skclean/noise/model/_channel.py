"""The noise channel: how given labels arise from true classes, and what a given label says about the true one.

Out-of-sample probabilities are learned from the given labels, so they mix three things: how sure the model is, how the
classes overlap, and how labels were corrupted. Two parts separate them as far as labels alone can:

1. the true class of a row has the probabilities softmax(slope_k * log p_k + bias_k), a calibration of p;
2. a true class k is recorded as j with probability transition[k, j], whatever the row.

Both are fitted together by maximum likelihood of the given labels (see _channel_fit.py). Where classes only overlap,
the labels follow the probabilities down to 0 and the transition matrix stays the identity. Where labels were flipped,
rows with a sure model carry other labels too, and no slope explains these.

Probabilities that were learned from flipped labels contain the flips: where a fifth of class a is recorded as b, a row
of class a has a fifth of its probability on b. No slope takes that out. So the calibration may start at probabilities
that the flips were taken out of (:func:`without_flips`).

Labels alone cannot show noise that follows the evidence, such as annotators who confuse exactly the rows that the model
finds hard: it looks like overlap. How much of the overlap counts as noise is an assumption, the *ambiguity*: 0 where
labels are outcomes, so that the same record can go either way; above 0 where labels are annotations, so that an expert
could tell the true class. Reviewed rows allow to estimate it (see _ambiguity.py).
"""

from typing import NamedTuple

import numpy as np
from scipy.special import softmax

from skclean.targets import UNLABELLED

__all__ = ["BLOCK", "NoiseChannel", "log_proba", "uniform_transition", "without_flips"]

# Forests give probabilities of 0; this much is spread over all classes before the logarithm is taken.
SMOOTHING = 0.001
# Entries of a probability matrix that are calibrated at once, so that a matrix larger than memory is read in parts;
# about ten times as many numbers are held meanwhile.
BLOCK = 250_000
# Rounds of taking flips out of probabilities. More of them magnify errors of the probabilities, and rank no better.
ROUNDS = 5
# Probabilities of recorded classes below this would let quotients overflow.
SMALLEST = 1e-300


class NoiseChannel(NamedTuple):
    """A calibration of probabilities, and the noise that labels went through.

    Attributes
    ----------
    slope : ndarray of shape (n_classes,)
        Above 0; above 1 where the probabilities are less sure than they could be.
    bias : ndarray of shape (n_classes,)
        Added to each class's log-probability.
    transition : ndarray of shape (n_classes, n_classes)
        ``[k, j]`` is P(recorded j | true k); rows sum to 1.
    contained : ndarray of shape (n_classes, n_classes) or None, default=None
        Transition matrix of the flips that are taken out of the probabilities before they are calibrated.
    """

    slope: np.ndarray
    bias: np.ndarray
    transition: np.ndarray
    contained: np.ndarray | None = None

    def logs(self, proba):
        """Return the logarithms that the slopes multiply: ndarray of shape (n_rows, n_classes)."""
        return log_proba(proba if self.contained is None else without_flips(proba, self.contained))

    def truth(self, proba):
        """Return P(true class | row), before the given label is known: ndarray of shape (n_rows, n_classes)."""
        return softmax(self.slope * self.logs(proba) + self.bias, axis=1)

    def posterior(self, truth, codes):
        """Return P(true class | row, given label), by Bayes' rule.

        Parameters
        ----------
        truth : ndarray of shape (n_rows, n_classes)
            P(true class | row), as :meth:`truth` returns it.
        codes : ndarray of shape (n_rows,), int
            The given label of each row.

        Returns
        -------
        posterior : ndarray of shape (n_rows, n_classes)
            Rows sum to 1. A row whose given label has no chance under the channel keeps `truth`.
        """
        joint = truth * self.transition[:, codes].T
        total = joint.sum(axis=1, keepdims=True)
        return np.divide(joint, total, out=truth.copy(), where=total > 0)

    def of_given(self, codes, proba):
        """Return the chances of each given label under the channel; unlabelled rows count as right.

        Parameters
        ----------
        codes : ndarray of shape (n_samples,), int32
            Given labels; -1 where a row is unlabelled.
        proba : ndarray of shape (n_samples, n_classes)
            Read in parts, so it may be a memory map.

        Returns
        -------
        right : ndarray of shape (n_samples,), float64
            P(true class is the given one | row, given label).
        truth : ndarray of shape (n_samples,), float64
            P(true class is the given one | row).
        likeliest : ndarray of shape (n_samples,), bool
            True where the given class has the largest P(true class | row).
        """
        right, truth = np.ones(len(codes)), np.ones(len(codes))
        likeliest = np.ones(len(codes), dtype=bool)
        labelled = np.flatnonzero(codes != UNLABELLED)
        for part in np.array_split(labelled, len(labelled) * proba.shape[1] // BLOCK + 1):
            of_part, own = self.truth(proba[part]), (np.arange(len(part)), codes[part])
            truth[part] = of_part[own]
            likeliest[part] = truth[part] >= of_part.max(axis=1)
            right[part] = self.posterior(of_part, codes[part])[own]
        return right, truth, likeliest

    def wrong(self, truth, ambiguity=0.0):
        """Return the chance that each label would be wrong if it was given: ndarray of shape (n_rows, n_classes).

        A given label j is right with probability ``truth[j] * transition[j, j] / sum_k truth[k] * transition[k, j]``,
        times ``1 - ambiguity * (1 - truth[j])``.
        """
        given = truth @ self.transition
        right = truth * np.diag(self.transition) / np.maximum(given, np.finfo(np.float64).tiny)
        return np.clip(1 - right * (1 - ambiguity * (1 - truth)), 0, 1)

    @property
    def flip_rates(self):
        """ndarray of shape (n_classes,): P(recorded as another class | true class)."""
        return 1 - np.diag(self.transition)


def uniform_transition(rate, n_classes):
    """Return a matrix that flips a share `rate` of each class to all others alike: (n_classes, n_classes)."""
    transition = np.full((n_classes, n_classes), rate / max(n_classes - 1, 1))
    np.fill_diagonal(transition, 1 - rate)
    return transition


def log_proba(proba):
    """Return the logarithm of smoothed probabilities: ndarray of the same shape, float64."""
    proba = np.asarray(proba, dtype=np.float64)
    return np.log((proba + SMOOTHING / proba.shape[1]) / (1 + SMOOTHING))


def without_flips(proba, transition):
    """Take flips out of probabilities that were learned from flipped labels.

    Each row is moved towards the probabilities of true classes that, sent through the matrix, give the row: a few
    rounds of expectation-maximisation that start at the row itself.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
        Probabilities of recorded classes; rows sum to 1.
    transition : ndarray of shape (n_classes, n_classes)
        ``[k, j]`` is P(recorded j | true k); rows sum to 1.

    Returns
    -------
    truth : ndarray of shape (n_rows, n_classes), float64
        Rows sum to 1.

    References
    ----------
    Richardson, "Bayesian-based iterative method of image restoration", JOSA 1972; Vardi, Lee, "From image deblurring to
    optimal investments: maximum likelihood solutions for positive linear inverse problems", JRSS B 1993.
    """
    proba = np.asarray(proba, dtype=np.float64)
    truth = proba
    for _ in range(ROUNDS):
        recorded = truth @ transition
        ratios = np.divide(proba, recorded, out=np.zeros_like(proba), where=recorded > SMALLEST)
        moved = truth * (ratios @ transition.T)
        total = moved.sum(axis=1, keepdims=True)
        # a row that the matrix can hardly have recorded stays as it is
        truth = np.divide(moved, total, out=truth.copy(), where=total > 0)
    return truth
