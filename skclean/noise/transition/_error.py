"""How exact a transition matrix is that is counted on checked rows, before any row is checked."""

from numbers import Integral, Real

import numpy as np
from scipy.stats import binom
from sklearn.utils import check_scalar

from skclean.utils._transition import given_transition
from skclean.utils._typing import Floats, Numbers

__all__ = ["rows_needed", "transition_error"]


def transition_error(transition_matrix: Numbers, n_rows: int | Numbers, *, frequencies: Numbers | None = None) -> float:
    """Return the error to expect of a transition matrix that is counted on checked rows.

    Parameters
    ----------
    transition_matrix : array-like of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i): a guess of what will be found.
    n_rows : int or array-like of shape (n_classes,)
        Rows that are checked: their number in each true class, or in all where they are drawn at random.
    frequencies : array-like of shape (n_classes,) or None, default=None
        Share of each true class, where `n_rows` is one number; they are scaled to sum to 1. None means equal shares.

    Returns
    -------
    error : float
        Root of the expected squared distance (Frobenius norm) between the counted matrix and the true one. Where the
        rows of a class are random, a sample without any row of a class is left out.

    Raises
    ------
    ValueError
        If the matrix is none of probabilities, or a number or a share is not positive.

    References
    ----------
    Hedderich, Zhu, Klakow, "Analysing the Noise Model Error for Realistic Noisy Label Data", AAAI 2021.

    Examples
    --------
    >>> from skclean.noise import transition_error
    >>> round(transition_error([[0.9, 0.1], [0.2, 0.8]], [100, 50]), 3)
    0.091
    """
    matrix = given_transition(transition_matrix)
    variance = (matrix * (1 - matrix)).sum(axis=1)
    if np.ndim(n_rows) == 0:
        check_scalar(n_rows, "n_rows", Integral, min_val=1)
        shares = _shares(frequencies, len(matrix))
        return float(np.sqrt(variance @ [_mean_inverse(n_rows, share) for share in shares]))
    counts = np.asarray(n_rows, dtype=np.float64)
    if counts.shape != variance.shape or not (counts >= 1).all():
        raise ValueError(f"n_rows must hold at least 1 row for each of the {len(matrix)} classes.")
    if frequencies is not None:
        raise ValueError("frequencies are for n_rows as one number; leave them out where it counts each class.")
    return float(np.sqrt((variance / counts).sum()))


def rows_needed(transition_matrix: Numbers, error: float, *, frequencies: Numbers | None = None) -> int:
    """Return how many rows to check at random so that the counted matrix has no larger error than asked for.

    Parameters
    ----------
    transition_matrix : array-like of shape (n_classes, n_classes)
        A guess of the matrix.
    error : float
        As :func:`transition_error` gives it; above 0.
    frequencies : array-like of shape (n_classes,) or None, default=None
        Share of each true class; None means equal shares.

    Returns
    -------
    n_rows : int
        At least so many that every class is expected to have a row.

    Examples
    --------
    >>> from skclean.noise import rows_needed
    >>> rows_needed([[0.9, 0.1], [0.2, 0.8]], 0.1, frequencies=[0.7, 0.3])
    135
    """
    matrix = given_transition(transition_matrix)
    check_scalar(error, "error", Real, min_val=0, include_boundaries="neither")
    shares = _shares(frequencies, len(matrix))
    low = int(np.ceil(1 / shares.min())) - 1  # with fewer rows, a class without any would be left out
    high = low + 1
    while transition_error(matrix, high, frequencies=shares) > error:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if transition_error(matrix, middle, frequencies=shares) > error:
            low = middle
        else:
            high = middle
    return high


def _mean_inverse(n_rows, share):
    """Mean of 1 / n over binomial n > 0."""
    if share == 1:
        return 1 / n_rows
    deviation = np.sqrt(n_rows * share * (1 - share))
    low = max(1, int(n_rows * share - 10 * deviation))
    values = np.arange(low, min(n_rows, int(n_rows * share + 10 * deviation) + 10) + 1)
    chances = binom.pmf(values, n_rows, share)
    return float((chances / values).sum() / chances.sum())


def _shares(frequencies, n_classes) -> Floats:
    shares = np.ones(n_classes) if frequencies is None else np.asarray(frequencies, dtype=np.float64)
    if shares.shape != (n_classes,) or not (shares > 0).all() or not np.isfinite(shares).all():
        raise ValueError(f"frequencies must hold one positive share for each of the {n_classes} classes.")
    return shares / shares.sum()
