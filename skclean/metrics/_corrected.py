"""Accuracy, losses and ranking of a model on true labels, estimated from noisy ones and a transition matrix."""

import numpy as np

from skclean.metrics._correction import CorrectedScore, NoisyRows, noisy_rows
from skclean.targets import check_labels_and_proba, codes_of
from skclean.utils._compat import num_samples
from skclean.utils._typing import Floats, Labels1d, Numbers

__all__ = [
    "CorrectedScore",
    "corrected_accuracy",
    "corrected_balanced_accuracy",
    "corrected_brier_score",
    "corrected_log_loss",
    "corrected_losses",
]

# Probabilities are at least this in a log loss, as one sure mistake would otherwise decide it.
LEAST = 1e-6


def corrected_losses(
    y: Labels1d,
    losses: Numbers,
    transition_matrix: Numbers,
    *,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    transition_error: Numbers | None = None,
) -> CorrectedScore:
    """Estimate the mean of any loss on true labels.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels; a missing one leaves the row out.
    losses : array-like of shape (n_samples, n_classes)
        The loss of each row if it were of each class.
    transition_matrix : array-like of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i), such as :func:`skclean.noise.estimate_transition_matrix` gives.
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each row of the matrix; None means the sorted labels in `y`.
    sample_weight : array-like of shape (n_samples,) or None, default=None
    transition_error : array-like of shape (n_classes, n_classes) or None, default=None
        Standard error of each entry of the matrix. None takes it for exact, so the standard error of the score is too
        small where it was estimated.

    Returns
    -------
    score : CorrectedScore
        Score and standard error.

    Raises
    ------
    ValueError
        If shapes differ, or the matrix is none of probabilities or has no inverse.

    Warns
    -----
    UnidentifiableNoiseWarning
        If the matrix is nearly singular.

    Notes
    -----
    The noise must depend on the true class alone. Where it depends on the record, as near a boundary, no correction by
    a matrix is right.

    References
    ----------
    Natarajan, Dhillon, Ravikumar, Tewari, "Learning with Noisy Labels", NeurIPS 2013 (two classes, binary noise).

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.metrics import corrected_losses
    >>> losses = np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]])
    >>> float(round(corrected_losses([0, 1, 1], losses, [[0.9, 0.1], [0.1, 0.9]]).score, 3))
    0.292
    """
    rows = _rows(y, transition_matrix, classes, sample_weight, transition_error)
    values = np.asarray(losses, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != len(rows.classes) or len(values) <= rows.rows.max():
        raise ValueError(f"losses must be of shape (n_samples, {len(rows.classes)}), got {values.shape}.")
    return rows.score(values[rows.rows])


def corrected_accuracy(
    y: Labels1d,
    y_pred: Labels1d,
    transition_matrix: Numbers,
    *,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    transition_error: Numbers | None = None,
) -> CorrectedScore:
    """Estimate the accuracy on true labels.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels; a missing one leaves the row out.
    y_pred : array-like of shape (n_samples,)
        Predicted labels.
    transition_matrix, classes, sample_weight, transition_error
        As in :func:`corrected_losses`.

    Returns
    -------
    score : CorrectedScore

    Examples
    --------
    >>> from skclean.metrics import corrected_accuracy
    >>> y, y_pred = [0] * 45 + [1] * 55, [0] * 50 + [1] * 50
    >>> accuracy = corrected_accuracy(y, y_pred, [[0.9, 0.1], [0.0, 1.0]])
    >>> float(round(accuracy.score, 3))
    1.0
    """
    rows = _rows(y, transition_matrix, classes, sample_weight, transition_error)
    return rows.score(_hits(rows, y_pred, num_samples(y)))


def corrected_balanced_accuracy(
    y: Labels1d,
    y_pred: Labels1d,
    transition_matrix: Numbers,
    *,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    transition_error: Numbers | None = None,
) -> CorrectedScore:
    """Estimate the balanced accuracy on true labels: the mean of the recalls of the true classes.

    Parameters
    ----------
    y, y_pred, transition_matrix, classes, sample_weight, transition_error
        As in :func:`corrected_accuracy`.

    Returns
    -------
    score : CorrectedScore
        The standard error follows from the values of the rows to first order.

    Raises
    ------
    ValueError
        As in :func:`corrected_losses`, and if by the matrix no row is truly of one of the classes.

    Examples
    --------
    >>> from skclean.metrics import corrected_balanced_accuracy
    >>> y, y_pred = [0] * 45 + [1] * 55, [0] * 50 + [1] * 50
    >>> float(round(corrected_balanced_accuracy(y, y_pred, [[0.9, 0.1], [0.0, 1.0]]).score, 3))
    1.0
    """
    rows = _rows(y, transition_matrix, classes, sample_weight, transition_error)
    hits = _hits(rows, y_pred, num_samples(y))
    members = rows.members
    frequency = rows.weight @ members
    if (frequency <= 0).any():
        label = rows.classes[int(frequency.argmin())]
        raise ValueError(f"transition_matrix does not fit these labels: by it, no row is truly of class {label}.")
    recall = (rows.weight @ (members * hits)) / frequency
    # the influence of a row on the mean of ratios, as losses: their corrected mean is 0
    losses = (hits - recall) / frequency / len(recall)
    error = rows.score(losses).standard_error
    return CorrectedScore(float(recall.mean()), error)


def corrected_log_loss(
    y: Labels1d,
    y_proba: Numbers,
    transition_matrix: Numbers,
    *,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    transition_error: Numbers | None = None,
) -> CorrectedScore:
    """Estimate the log loss on true labels, in nats.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels; a missing one leaves the row out.
    y_proba : array-like of shape (n_samples, n_classes)
        Predicted probabilities, columns in the order of `classes`. They count as at least 1e-6.
    transition_matrix, classes, sample_weight, transition_error
        As in :func:`corrected_losses`.

    Returns
    -------
    score : CorrectedScore
        Low is good.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.metrics import corrected_log_loss
    >>> y_proba = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
    >>> float(round(corrected_log_loss([0, 1, 1], y_proba, [[0.9, 0.1], [0.1, 0.9]]).score, 3))
    0.397
    """
    rows, proba = _rows_and_proba(y, y_proba, transition_matrix, classes, sample_weight, transition_error)
    return rows.score(-np.log(np.clip(proba, LEAST, 1)))


def corrected_brier_score(
    y: Labels1d,
    y_proba: Numbers,
    transition_matrix: Numbers,
    *,
    classes: Labels1d | None = None,
    sample_weight: Numbers | None = None,
    transition_error: Numbers | None = None,
) -> CorrectedScore:
    """Estimate the Brier score on true labels.

    Parameters
    ----------
    y, y_proba, transition_matrix, classes, sample_weight, transition_error
        As in :func:`corrected_log_loss`.

    Returns
    -------
    score : CorrectedScore
        Low is good. With two classes it is half of the sum over classes, as in scikit-learn.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.metrics import corrected_brier_score
    >>> y_proba = np.array([[0.9, 0.1], [0.2, 0.8], [0.7, 0.3]])
    >>> float(round(corrected_brier_score([0, 1, 1], y_proba, [[0.9, 0.1], [0.1, 0.9]]).score, 3))
    0.138
    """
    rows, proba = _rows_and_proba(y, y_proba, transition_matrix, classes, sample_weight, transition_error)
    losses = (proba**2).sum(axis=1, keepdims=True) - 2 * proba + 1
    return rows.score(losses / 2 if proba.shape[1] == 2 else losses)


def _rows(y, transition_matrix, classes, sample_weight, transition_error):
    return noisy_rows(
        y, transition_matrix, classes=classes, sample_weight=sample_weight, transition_error=transition_error
    )


def _rows_and_proba(
    y: Labels1d,
    y_proba: Numbers,
    transition_matrix: Numbers,
    classes: Labels1d | None,
    sample_weight: Numbers | None,
    transition_error: Numbers | None,
) -> tuple[NoisyRows, Floats]:
    """Labelled rows and their probabilities."""
    _, labels, proba, _ = check_labels_and_proba(y, y_proba, classes=classes)
    rows = _rows(y, transition_matrix, labels, sample_weight, transition_error)
    return rows, np.asarray(proba[rows.rows], dtype=np.float64)


def _hits(rows, y_pred, n_samples):
    """1 where a class is the predicted one: ndarray of shape (n_rows, n_classes)."""
    if len(y_pred) != n_samples:
        raise ValueError(f"y_pred has {len(y_pred)} labels and y has {n_samples}; pass one for each row.")
    predicted = codes_of(y_pred, rows.classes, name="y_pred")[rows.rows]
    return (predicted[:, None] == np.arange(len(rows.classes))).astype(np.float64)
