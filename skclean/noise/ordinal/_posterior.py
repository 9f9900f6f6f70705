"""P(true class | row, recorded class) of ordered classes."""

from typing import NamedTuple

import numpy as np

from skclean.noise.ordinal._slips import Slips, fit_slips
from skclean.noise.ordinal._thresholds import ThresholdModel, fit_thresholds, rank_moments
from skclean.utils._typing import Bools, Codes, Floats, Proba

__all__ = ["OrdinalPosterior", "cost_matrix", "ordinal_posterior"]

# What all classes together have at least in the probabilities of a model; with less, a far label would look impossible.
FLOOR = 0.03
FLOOR_OF_MEAN = 1e-4
# Share of the threshold model in the probabilities of a model before both are joined: with many classes, a forest has
# seen too few rows of each to give it a probability. Over 84 cases of at most 7 classes average precision was 0.593
# without it, 0.596 with a half; in a table of 80 grades it rose from 0.32 to 0.9.
SMALLEST_SHARE, FEW_CLASSES = 0.5, 10


class OrdinalPosterior(NamedTuple):
    """The true class of each row, as far as models and the recorded class tell.

    Attributes
    ----------
    truth : ndarray of shape (n_samples, n_classes)
        P(true class | row).
    posterior : ndarray of shape (n_samples, n_classes)
        P(true class | row, recorded class); `truth` where no class was recorded.
    thresholds : ThresholdModel
    slips : Slips
    """

    truth: Floats
    posterior: Floats
    thresholds: ThresholdModel
    slips: Slips

    def right(self, codes: Codes) -> Floats:
        """Return P(recorded class is the true one): ndarray of shape (n_samples,), 1 where none was recorded."""
        return np.where(codes < 0, 1.0, self.posterior[np.arange(len(codes)), codes])


def ordinal_posterior(
    proba: Proba,
    codes: Codes,
    *,
    weight: Floats | None = None,
    verified: Bools | None = None,
) -> OrdinalPosterior:
    """Join class probabilities and a threshold model, and estimate the slips between true and recorded classes.

    P(true class | row) is the normalised geometric mean of `proba` and of the threshold model. The first follows the
    rows in detail. The second does not learn far labels by heart. Over 17 tables with six kinds of wrong labels the
    mean had an average precision of 0.61, the threshold model alone 0.60, and the probabilities alone 0.55.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        Out-of-sample probabilities, columns in the order of the classes.
    codes : ndarray of shape (n_samples,), int
        Recorded classes; -1 where there is none.
    weight : ndarray of shape (n_samples,) or None, default=None
        What each row counts for.
    verified : ndarray of shape (n_samples,), bool, or None, default=None
        Rows with a class that is known to be right.

    Returns
    -------
    found : OrdinalPosterior
    """
    by_model: Floats = _normalised(np.asarray(proba, dtype=np.float64))
    n_classes = by_model.shape[1]
    known = np.flatnonzero(codes >= 0 if weight is None else (codes >= 0) & (weight > 0))
    of_known = None if weight is None else weight[known]
    place, spread = rank_moments(by_model)
    thresholds = fit_thresholds(place[known], spread[known], codes[known], n_classes, of_known)
    by_thresholds = thresholds.proba(place, spread)
    share = 1 - (1 - SMALLEST_SHARE) * min(1.0, FEW_CLASSES / n_classes)
    mixed = (1 - share) * by_model + share * by_thresholds
    truth = _normalised(np.sqrt(mixed * by_thresholds) + FLOOR_OF_MEAN)
    truth = _normalised(truth + FLOOR / n_classes)
    frequency = np.bincount(codes[known], of_known, n_classes)
    slips = fit_slips(
        truth[known],
        codes[known],
        frequency / frequency.sum(),
        weight=of_known,
        verified=None if verified is None else verified[known],
    )
    return OrdinalPosterior(truth, slips.posterior(truth, codes), thresholds, slips)


def cost_matrix(costs: object, n_classes: int) -> Floats:
    """Return what it costs to record each class in the place of each other one.

    Parameters
    ----------
    costs : {"absolute", "squared"} or array-like of shape (n_classes, n_classes)
        The distance of the ranks, its square, or ``[i, j]``: the cost of recording j where i is true.
    n_classes : int

    Returns
    -------
    matrix : ndarray of shape (n_classes, n_classes), float64

    Raises
    ------
    ValueError
        If the matrix has another shape, a cost below 0 or not finite, a cost on its diagonal, or none at all.
    """
    if isinstance(costs, str):
        if costs not in ("absolute", "squared"):
            raise ValueError(f"costs={costs!r} is not known; pass 'absolute', 'squared' or a matrix of costs.")
        distance = np.abs(np.arange(n_classes)[:, None] - np.arange(n_classes)).astype(np.float64)
        return distance if costs == "absolute" else distance**2
    matrix = np.asarray(costs, dtype=np.float64)
    if matrix.shape != (n_classes, n_classes):
        raise ValueError(
            f"costs must have one row and one column for each of the {n_classes} classes, got the shape {matrix.shape}."
        )
    if not (np.isfinite(matrix) & (matrix >= 0)).all() or np.diag(matrix).any() or not matrix.any():
        raise ValueError(
            "costs must be finite and at least 0, with zeros on the diagonal and a positive cost elsewhere."
        )
    return matrix


def _normalised(values):
    return values / values.sum(axis=1, keepdims=True)
