"""Selection of right labels in two dimensions, class by class, as TABASCO does it.

Lu, Zhang, Han, Cheung, Wang, "Label-Noise Learning with Intrinsically Long-Tailed Data", ICCV 2023, and the authors'
code. Their features are those of a network, their probabilities those of its training; here both are given.
"""

import warnings
from typing import NamedTuple

import numpy as np
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture
from sklearn.utils import check_random_state

from skclean.evidence.geometry._divergence import label_divergence

__all__ = ["TailSelection", "select_in_two_dimensions"]

# Constants of the authors' code: of the mixtures, of the choice of a dimension, and of two centroids that are close.
MIXTURE = {"max_iter": 30, "tol": 1e-2, "reg_covar": 5e-4}
RATIO_OF_SPREADS = 0.65
CLOSE = 0.1
MIN_SPREAD = 0.1
TINY = 1e-12


class TailSelection(NamedTuple):
    """Result of the selection.

    Attributes
    ----------
    chance : ndarray of shape (n_rows,), float64
        Posterior of the component of right labels in the row's class.
    divergence, nearness : ndarray of shape (n_rows,), float64
        The two dimensions: weighted divergence from the label, and similarity to the adaptive centroid of the class.
    by_divergence : ndarray of shape (n_classes,), bool
        Whether a class is split by divergence.
    """

    chance: np.ndarray
    divergence: np.ndarray
    nearness: np.ndarray
    by_divergence: np.ndarray


def select_in_two_dimensions(proba, points, codes, random_state=None):
    """Split every class into right and wrong labels by the dimension that the paper's conditions choose.

    Parameters
    ----------
    proba : ndarray of shape (n_rows, n_classes)
        Probabilities of a model.
    points : ndarray of shape (n_rows, n_columns)
        Features.
    codes : ndarray of shape (n_rows,), int
        Given classes, each of which has a row.
    random_state : int, RandomState instance or None, default=None
        Starts the mixtures.

    Returns
    -------
    selection : TailSelection
    """
    rng = check_random_state(random_state)
    n_classes = proba.shape[1]
    members = [np.flatnonzero(codes == code) for code in range(n_classes)]
    means = np.array([proba[rows].mean(axis=0) for rows in members])
    divergence = bounded_divergence(proba, codes, means)
    unit = _unit(points - points.mean(axis=0))
    made = [_centroid(unit, proba, rows, mean) for rows, mean in zip(members, means, strict=True)]
    centroids, n_sure = np.array([centroid for centroid, _ in made]), [size for _, size in made]
    nearness = np.einsum("ij,ij->i", unit, centroids[codes])
    chance, by_divergence = np.empty(len(codes)), np.empty(n_classes, dtype=bool)
    for code, rows in enumerate(members):
        by_distance, sides = _split(nearness[rows], rng)
        by_loss, _ = _split(divergence[rows], rng)
        by_divergence[code] = _loss_separates(divergence[rows], sides, by_loss)
        if by_divergence[code]:
            chance[rows] = by_loss.chance_low
        elif _is_swamped(code, centroids, n_sure):
            chance[rows] = by_distance.chance_low
        else:
            chance[rows] = 1 - by_distance.chance_low
    return TailSelection(chance, divergence, nearness, by_divergence)


def bounded_divergence(proba, codes, means):
    """Jensen-Shannon divergence (in nats) of predictions from labels, times clip(max p / p_y, 1, max m / m_y).

    `means` are the mean predictions of the rows of each given class, shape (n_classes, n_classes). The upper bound is
    what spares classes whose rows are mostly predicted to be of another one.
    """
    own = proba[np.arange(len(codes)), codes].astype(np.float64)
    bound = means.max(axis=1) / np.maximum(np.diag(means), TINY)
    weight = np.clip(proba.max(axis=1) / np.maximum(own, TINY), 1, bound[codes])
    return weight * np.maximum(label_divergence(own), 0)


def _centroid(unit, proba, rows, mean):
    """Mean direction of the rows of a class of which the model is surer than usual, and how many they are."""
    usual, top = proba[rows], int(mean.argmax())
    usual = usual.astype(np.float64)
    usual[:, top] *= np.maximum(usual[:, top] / max(mean[top], TINY), 1)
    usual = usual.mean(axis=0)
    top = int(usual.argmax())
    sure = rows[(proba[rows].argmax(axis=1) == top) & (proba[rows, top] > usual[top])]
    sure = sure if sure.size else rows
    return unit[sure].mean(axis=0), len(sure)


def _unit(vectors):
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), TINY)


class _Components(NamedTuple):
    """A mixture of two components of values scaled from 0 to 1."""

    scaled: np.ndarray
    mixture: GaussianMixture | None
    chance_low: np.ndarray


def _split(values, rng):
    """Two normal components of the values of a class, and which rows are in the lower one."""
    span = np.ptp(values)
    if len(values) < 2 or span <= TINY:
        return _Components(np.zeros(len(values)), None, np.full(len(values), 0.5)), np.zeros(len(values), dtype=bool)
    scaled = (values - values.min()) / span
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # 30 steps, as in the authors' code
        mixture = GaussianMixture(2, random_state=rng.randint(2**31 - 1), **MIXTURE).fit(scaled[:, None])
    chance = mixture.predict_proba(scaled[:, None])[:, mixture.means_.argmin()]
    return _Components(scaled, mixture, chance), chance > 0.5


def _loss_separates(divergence, sides, by_loss):
    """The paper's conditions: both sides of the distance have a high divergence, or their spreads differ much."""
    if by_loss.mixture is None or not sides.any() or sides.all():
        return True
    low, high = by_loss.mixture.means_.argmin(), by_loss.mixture.means_.argmax()
    spreads, places = [1.0, 1.0], []
    for side in (sides, ~sides):
        of_side = by_loss.scaled[side]
        places.append(int(by_loss.mixture.predict([[of_side.mean()]])[0]))
        spreads[places[-1]] = of_side.std() or MIN_SPREAD
    return (places[0] == places[1] == high) or spreads[high] / spreads[low] < RATIO_OF_SPREADS


def _is_swamped(code, centroids, n_sure):
    """Return whether the centroid is about that of a larger class, so that its near rows are of that one."""
    likeness = softmax(centroids @ centroids.T, axis=1)[code]
    others = np.where(np.arange(len(likeness)) == code, 0, likeness)
    other = int(others.argmax())
    return abs(likeness[code] - others[other]) < CLOSE * likeness[code] and n_sure[code] < n_sure[other]
