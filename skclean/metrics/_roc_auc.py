"""The area under the ROC curve on true labels of two classes."""

import numpy as np
from scipy.stats import rankdata

from skclean.metrics._correction import CorrectedScore, noisy_rows
from skclean.utils._typing import Labels1d, Numbers

__all__ = ["corrected_roc_auc"]


def corrected_roc_auc(
    y: Labels1d,
    y_score: Numbers,
    transition_matrix: Numbers,
    *,
    classes: Labels1d | None = None,
    transition_error: Numbers | None = None,
) -> CorrectedScore:
    """Estimate the area under the ROC curve on true labels of two classes.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels; a missing one leaves the row out.
    y_score : array-like of shape (n_samples,)
        High for the second class.
    transition_matrix : array-like of shape (2, 2)
    classes, transition_error
        As in :func:`corrected_losses`.

    Returns
    -------
    score : CorrectedScore
        The noisy area is moved away from 1/2 by ``1 / (1 - a - b)``, where a and b are the shares of wrong labels among
        given positives and given negatives (Menon, van Rooyen, Ong, Williamson, "Learning from Corrupted Binary Labels
        via Class-Probability Estimation", ICML 2015). The standard error is that of DeLong et al. (1988), magnified
        alike; those of the share of given positives and of the matrix are added to first order.

    Raises
    ------
    ValueError
        As in :func:`corrected_losses`, and if there are not two classes.

    Examples
    --------
    >>> from skclean.metrics import corrected_roc_auc
    >>> auc = corrected_roc_auc([0, 0, 1, 0, 1, 1], [1, 2, 3, 4, 5, 6], [[0.9, 0.1], [0.1, 0.9]])
    >>> float(round(auc.score, 3))
    0.986
    """
    rows = noisy_rows(y, transition_matrix, classes=classes, sample_weight=None, transition_error=transition_error)
    if len(rows.classes) != 2:
        raise ValueError(f"corrected_roc_auc is for two classes, and there are {len(rows.classes)}.")
    score = np.asarray(y_score, dtype=np.float64)
    if score.ndim != 1 or len(score) <= rows.rows.max() or not np.isfinite(score[rows.rows]).all():
        raise ValueError(f"y_score must hold one finite number a row, got an array of shape {score.shape}.")
    positive = rows.codes == 1
    if positive.all() or not positive.any():
        raise ValueError("y must have rows of both classes.")
    area, error = _noisy_area(score[rows.rows], positive)
    share = float(positive.mean())
    transition = np.linalg.inv(rows.inverse)
    kept = _kept(transition, share)
    # the area, the share of given positives and the matrix err independently of each other
    variance = (error / kept) ** 2
    variance += (
        _slope(lambda step: (area - 0.5) / _kept(transition, share + step)) ** 2 * share * (1 - share) / len(rows.rows)
    )
    if rows.error is not None:
        for entry in ((0, 1), (1, 0)):
            slope = _slope(lambda step, entry=entry: (area - 0.5) / _kept(_moved(transition, entry, step), share))
            variance += (slope * rows.error[entry]) ** 2
    return CorrectedScore(float(0.5 + (area - 0.5) / kept), float(np.sqrt(variance)))


def _noisy_area(score, positive):
    """Area under the ROC curve against the given labels, and its standard error by placements."""
    ranks = rankdata(score)
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    above = (ranks[positive] - rankdata(score[positive])) / n_negative  # share of negatives below each positive
    below = 1 - (ranks[~positive] - rankdata(score[~positive])) / n_positive
    variance = sum(part.var(ddof=1) / len(part) if len(part) > 1 else 0.25 for part in (above, below))
    return float(above.mean()), float(np.sqrt(variance))


def _kept(transition, share):
    """1 - a - b: how much of the distance of an area from 1/2 the noise leaves, with a share of given positives."""
    true = (share - transition[0, 1]) / (transition[1, 1] - transition[0, 1])  # share of true positives
    if not 0 < true < 1:
        raise ValueError(
            "transition_matrix does not fit these labels: by it, the share of true members of the second class is "
            f"{true:.2f}."
        )
    wrong_positive = (1 - true) * transition[0, 1] / share
    wrong_negative = true * transition[1, 0] / (1 - share)
    return 1 - wrong_positive - wrong_negative


def _moved(transition, entry, step):
    """The matrix with one entry beside the diagonal moved; its row still sums to 1."""
    moved = transition.copy()
    moved[entry] += step
    moved[entry[0], entry[0]] -= step
    return moved


def _slope(function, step=1e-6):
    """Derivative at 0."""
    return (function(step) - function(-step)) / (2 * step)
