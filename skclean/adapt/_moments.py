"""Class weights from moments, or by expectation-maximisation: how frequencies of classes have changed.

Training rows and new rows have the same p(x | y), and other frequencies of classes: w[k] = new / old frequency. For
any function h of a row, the mean over new rows is the mean over training rows in which a row of class k counts w[k]
times. With as many functions as classes, that is a linear system for w.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls
from scipy.stats import chi2

__all__ = [
    "Moments",
    "Weights",
    "checked_prior",
    "elsa_weights",
    "em_weights",
    "estimate_weights",
    "matched_weights",
    "moment_weights",
    "prior_behind",
    "shift_p_value",
]

# How much heavier the sum to one counts in least squares than a moment.
SUM_WEIGHT = 100.0
EM_ROUNDS, EM_SETTLED = 2000, 1e-7
MATCH_ROUNDS, MATCH_SETTLED = 1000, 1e-8
# Eigenvalues of a covariance below this share of the largest belong to moments that depend on the others.
LEAST_EIGENVALUE = 1e-8


class Weights(NamedTuple):
    """Ratios of new and old frequencies of classes.

    Attributes
    ----------
    ratio : ndarray of shape (n_classes,)
    error : ndarray of shape (n_classes,)
        Standard errors.
    """

    ratio: np.ndarray
    error: np.ndarray


class Moments(NamedTuple):
    """What moments are taken of.

    Attributes
    ----------
    old : ndarray of shape (n_old, n_classes)
        Out-of-sample probabilities of training rows.
    members : ndarray of shape (n_old, n_classes)
        How much each training row is of each class: one-hot, or corrected for noise, which may be negative.
    weight : ndarray of shape (n_old,)
        Sums to 1.
    new : ndarray of shape (n_new, n_classes)
        Probabilities of the new rows.
    """

    old: np.ndarray
    members: np.ndarray
    weight: np.ndarray
    new: np.ndarray

    @property
    def prior(self):
        """Old frequencies of classes: ndarray of shape (n_classes,)."""
        return self.weight @ self.members

    @property
    def n_old(self):
        """Effective number of training rows."""
        return 1 / float(self.weight @ self.weight)

    def covariance(self, old, new):
        """Covariance of a difference of means: of values of training rows and of new rows, one column a moment."""
        centred = old - self.weight @ old
        ours = (centred * self.weight[:, None] ** 2).T @ centred
        theirs = np.atleast_2d(np.cov(new, rowvar=False)) / len(new)
        return ours + theirs


def moment_weights(moments, old=None, new=None):
    """Solve the moment equations by least squares with weights of at least 0: Weights.

    Parameters
    ----------
    moments : Moments
    old, new : ndarrays of shape (n_old, n_moments), (n_new, n_moments), or None
        The functions h of the rows; None means the probabilities themselves, which is soft BBSE.
    """
    old = moments.old if old is None else old
    new = moments.new if new is None else new
    matrix = (old * moments.weight[:, None]).T @ moments.members
    target = new.mean(axis=0)
    scale = 1 / max(np.abs(matrix).max(), 1e-300)
    prior = moments.prior
    stacked = np.vstack([matrix * scale, SUM_WEIGHT * prior])
    ratio, _ = nnls(stacked, np.append(target * scale, SUM_WEIGHT))
    ratio /= max(prior @ ratio, 1e-300)
    inverse = np.linalg.pinv(matrix)
    spread = inverse @ moments.covariance(old * (moments.members @ ratio)[:, None], new) @ inverse.T
    return Weights(ratio, np.sqrt(np.maximum(np.diag(spread), 0)))


def elsa_weights(moments):
    """Solve once with the probabilities, then with the functions that are efficient at that solution: Weights."""
    first = moment_weights(moments).ratio
    share = len(moments.new) / moments.n_old

    def efficient(proba):
        return proba / np.maximum(proba @ first**2 * share + proba @ first, 1e-6)[:, None]

    return moment_weights(moments, efficient(moments.old), efficient(moments.new))


def em_weights(proba, prior, unknown=None):
    """Frequencies of classes by expectation-maximisation on calibrated probabilities.

    Parameters
    ----------
    proba : ndarray of shape (n_new, n_classes)
    prior : ndarray of shape (n_classes,)
        Old frequencies.
    unknown : ndarray of shape (n_new,) or None, default=None
        Density of a row under "none of the classes", relative to that of the training rows.

    Returns
    -------
    weights : Weights
        The errors are those of the likelihood of the new rows; that of the model is not in them.
    share : float
        Of new rows that are of no known class.
    """
    relative = proba / prior
    if unknown is not None:
        relative = np.column_stack([relative, unknown])
    new = np.append(prior, 0.05) / 1.05 if unknown is not None else prior.copy()
    for _ in range(EM_ROUNDS):
        joint = relative * new
        after = (joint / np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)).mean(axis=0)
        moved = np.abs(after - new).max()
        new = after
        if moved < EM_SETTLED:
            break
    scores = relative / np.maximum(relative @ new, 1e-300)[:, None]
    n_all = len(new)
    flat = np.eye(n_all) - 1 / n_all  # frequencies sum to one
    spread = np.linalg.pinv(flat @ (scores.T @ scores) @ flat)
    share = float(new[-1]) if unknown is not None else 0.0
    known = new[: len(prior)] / max(1 - share, 1e-300)
    error = np.sqrt(np.maximum(np.diag(spread)[: len(prior)], 0)) / prior
    return Weights(known / prior, error), share


def matched_weights(proba, wanted):
    """Scale probabilities by class until their mean is as wanted: ndarray of shape (n_classes,).

    Parameters
    ----------
    proba : ndarray of shape (n_new, n_classes)
    wanted : ndarray of shape (n_classes,)
        Above 0; sums to 1.
    """
    ratio = np.ones(proba.shape[1])
    for _ in range(MATCH_ROUNDS):
        scaled = proba * ratio
        mean = (scaled / np.maximum(scaled.sum(axis=1, keepdims=True), 1e-300)).mean(axis=0)
        ratio *= wanted / np.maximum(mean, 1e-12)
        ratio /= ratio.max()
        if np.abs(mean - wanted).max() < MATCH_SETTLED:
            break
    return ratio


def prior_behind(observed, matrix):
    """Frequencies of true classes that explain the observed ones best: ndarray of shape (n_classes,).

    Parameters
    ----------
    observed : ndarray of shape (n_classes,)
        Frequencies of observed labels.
    matrix : ndarray of shape (n_classes, n_classes)
        P(observed j | true i) in [i, j].
    """
    prior = np.full(len(observed), 1 / len(observed))
    for _ in range(EM_ROUNDS):
        after = prior * (matrix @ (observed / np.maximum(prior @ matrix, 1e-300)))
        moved = np.abs(after - prior).max()
        prior = after / after.sum()
        if moved < EM_SETTLED:
            break
    return prior


def shift_p_value(moments, ratio):
    """P-value of "only the frequencies of classes have changed", by the means of squared probabilities.

    Weights explain the means of the probabilities themselves, whatever has changed. The means of their squares then
    have to agree as well, up to chance.

    Parameters
    ----------
    moments : Moments
    ratio : ndarray of shape (n_classes,)

    Returns
    -------
    p_value : float
    """
    weighted = (moments.members @ ratio)[:, None]
    old, new = moments.old, moments.new
    first = (old * moments.weight[:, None]).T @ moments.members
    second = (old**2 * moments.weight[:, None]).T @ moments.members
    carried = second @ np.linalg.pinv(first)  # by the error of the weights
    ours = old**2 * weighted - (old * weighted) @ carried.T
    theirs = new**2 - new @ carried.T
    gap = moments.weight @ ours - theirs.mean(axis=0)
    values, vectors = np.linalg.eigh(moments.covariance(ours, theirs))
    kept = values > LEAST_EIGENVALUE * max(values.max(), 1e-300)
    statistic = ((vectors.T @ gap)[kept] ** 2 / values[kept]).sum()
    return float(chi2.sf(statistic, max(int(kept.sum()), 1)))


def checked_prior(prior, n_classes):
    """Check frequencies that are known: ndarray of shape (n_classes,) that sums to 1.

    Raises
    ------
    ValueError
        If there is another number of them, one is not above 0, or they do not sum to 1.
    """
    values = np.asarray(prior, dtype=np.float64)
    if values.shape != (n_classes,) or not (values > 0).all() or not np.isclose(values.sum(), 1, atol=1e-3):
        raise ValueError(f"prior must hold {n_classes} numbers above 0 that sum to 1, one for each class.")
    return values / values.sum()


def estimate_weights(method, moments, prior, unknown=None):
    """Ratios of new and old frequencies by a method of :class:`skclean.adapt.LabelShiftClassifier`.

    Parameters
    ----------
    method : {"em", "bbse", "elsa"}
    moments : Moments
    prior : ndarray of shape (n_classes,)
        Frequencies among training rows, for "em".
    unknown : ndarray of shape (n_new,) or None, default=None
        Odds that a new row is of no known class, for "em".

    Returns
    -------
    weights : Weights
    unknown_share : float
        Share of new rows of no known class.
    """
    if method == "em":
        return em_weights(moments.new, prior, unknown)
    return (moment_weights(moments) if method == "bbse" else elsa_weights(moments)), 0.0
