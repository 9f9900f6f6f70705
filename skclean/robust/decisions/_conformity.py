"""Conformity scores of classes, their distribution on true labels, and the rows that it is estimated from.

A score says how badly a class suits a row; a set of classes holds those with scores below a threshold. The distribution
of the score of the true class is estimated from noisy labels: each row counts for each class by its membership, which
may be negative, so the estimate may fall in places. Isotonic regression makes it monotone. The smallest threshold after
which the estimate stays above a level (Penso, Goldberger, Fetaya, 2025) is larger: over tables with 30 % noise, sets
held the true class more often than asked.
"""

from typing import NamedTuple

import numpy as np
from sklearn.isotonic import isotonic_regression
from sklearn.model_selection import train_test_split
from sklearn.utils import check_random_state

from skclean.utils._typing import Array, Floats, Proba

__all__ = ["SCORES", "ScoreDistribution", "fit_distribution", "guarantee_margin", "split_for_calibration"]

# The guarantee holds but for this probability over the calibration rows.
FAILS = 0.1


def lac_scores(proba: Proba) -> Floats:
    """Least ambiguous sets (Sadinle, Lei, Wasserman, JASA 2019): 1 - probability of the class."""
    return 1 - np.asarray(proba, dtype=np.float64).astype(np.float64)


def aps_scores(proba: Proba) -> Floats:
    """Adaptive sets (Romano, Sesia, Candès, NeurIPS 2020): the probability of all likelier classes, and a random part
    of the class's own. The part is a function of the probabilities, so that equal rows have equal sets.
    """
    proba = np.asarray(proba, dtype=np.float64)
    order = np.argsort(-proba, axis=1, kind="stable")
    ranked = np.take_along_axis(proba, order, axis=1)
    before = np.cumsum(ranked, axis=1) - ranked
    scores = np.zeros(proba.shape)
    np.put_along_axis(scores, order, before + _random_part(proba)[:, None] * ranked, axis=1)
    return scores


def _random_part(proba):
    """A number in [0, 1) for each row that depends on its rounded probabilities alone (splitmix64)."""
    state = np.zeros(len(proba), dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in np.round(proba * 2**24).astype(np.uint64).T:
            state = (state ^ column) + np.uint64(0x9E3779B97F4A7C15)
            state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            state ^= state >> np.uint64(31)
    return (state >> np.uint64(11)) * 2.0**-53


SCORES = {"aps": aps_scores, "lac": lac_scores}


class ScoreDistribution(NamedTuple):
    """Estimated distribution of the score of the true class.

    Attributes
    ----------
    values : ndarray of shape (n_values,)
        Scores, sorted and distinct.
    below : ndarray of shape (n_values,)
        P(score of the true class <= value), sorted, in [0, 1].
    n_rows : int
        Calibration rows.
    """

    values: Array
    below: Floats
    n_rows: int

    def p_values(self, scores: Floats) -> Floats:
        """Return P(score of the true class >= score): ndarray of the shape of `scores`, in (0, 1]."""
        places = np.searchsorted(self.values, scores, side="left")
        share = 1 - np.append(0.0, self.below)[places]
        return (self.n_rows * share + 1) / (self.n_rows + 1)


def fit_distribution(scores: Floats, members: Floats) -> ScoreDistribution:
    """Estimate the distribution of the score of the true class.

    Parameters
    ----------
    scores : ndarray of shape (n_rows, n_classes)
    members : ndarray of shape (n_rows, n_classes)
        How much each row counts as a member of each class; rows sum to 1.

    Returns
    -------
    distribution : ScoreDistribution
    """
    values, places = np.unique(scores.ravel(), return_inverse=True)
    mass = np.bincount(places.ravel(), weights=members.ravel() / len(scores))
    below = np.clip(isotonic_regression(np.cumsum(mass)), 0, 1)
    return ScoreDistribution(values, below, len(scores))


def guarantee_margin(matrix, n_rows):
    """What is added to the confidence, so that it holds but for a probability of 0.1 over the calibration rows: float.

    Parameters
    ----------
    matrix : ndarray of shape (n_classes, n_classes)
        The transition matrix.
    n_rows : int
        Calibration rows.
    """
    width = float(np.abs(np.linalg.inv(matrix)).sum(axis=1).max())
    return width * float(np.sqrt(np.log(2 / FAILS) / (2 * n_rows)))


def split_for_calibration(labels, test_size, random_state):
    """Split rows into those to fit the model on and those to calibrate on, by class where each has two rows.

    Parameters
    ----------
    labels : ClassTarget
        Every row has a label.
    test_size : float
        Share of the calibration rows, in (0, 1).
    random_state : int, RandomState instance or None

    Returns
    -------
    train, calibration : ndarrays of int

    Raises
    ------
    ValueError
        If no row of a class is left to fit the model on.
    """
    rows, codes = np.arange(len(labels.codes)), labels.codes
    stratify = codes if np.bincount(codes).min() > 1 else None
    seed = check_random_state(random_state)
    train, calibration = train_test_split(rows, test_size=test_size, stratify=stratify, random_state=seed)
    missing = np.setdiff1d(codes, codes[train])
    if missing.size:
        raise ValueError(
            f"calibration='split' left no row of class {labels.classes.item(missing[0])!r} to fit the model on; use "
            "calibration='cross', or a smaller test_size."
        )
    return train, calibration
