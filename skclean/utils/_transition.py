"""Check a transition matrix that the user gave."""

import numpy as np

from skclean.utils._typing import Floats, Numbers

__all__ = ["check_invertible", "given_transition"]

SUM_TOLERANCE = 1e-3
# A matrix with a smaller singular value has no inverse that could be used.
LEAST_SINGULAR = 1e-6


def given_transition(transition_matrix: Numbers, n_classes: int | None = None) -> Floats:
    """Check the shape and the entries of a transition matrix.

    Parameters
    ----------
    transition_matrix : array-like of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i).
    n_classes : int or None, default=None
        Number of classes of y; None allows any.

    Returns
    -------
    matrix : ndarray of shape (n_classes, n_classes), float64

    Raises
    ------
    ValueError
        If the shape is wrong, an entry is negative, or a row does not sum to 1.
    """
    matrix = np.asarray(transition_matrix, dtype=np.float64)
    if n_classes is not None and matrix.shape != (n_classes, n_classes):
        raise ValueError(
            f"transition_matrix must be of shape ({n_classes}, {n_classes}), with a row and a column for each of the "
            f"sorted classes of y, got {matrix.shape}."
        )
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or not len(matrix):
        raise ValueError(f"transition_matrix must be of shape (n_classes, n_classes), got {matrix.shape}.")
    if not (matrix >= 0).all() or not np.allclose(matrix.sum(axis=1), 1, atol=SUM_TOLERANCE):
        raise ValueError(
            "transition_matrix must hold probabilities, and its rows must sum to 1: [i, j] is P(observed j | true i)."
        )
    return matrix


def check_invertible(matrix: Floats) -> float:
    """Return the smallest singular value of a transition matrix: float.

    Raises
    ------
    ValueError
        If the matrix has no inverse.
    """
    smallest = float(np.linalg.svd(matrix, compute_uv=False)[-1])
    if smallest < LEAST_SINGULAR:
        raise ValueError(
            "transition_matrix has no inverse: some classes are recorded alike, so labels do not tell them apart. "
            "Merge these classes, or pass a matrix with other rows."
        )
    return smallest
