"""What the estimators of this folder share: correctness under noisy labels, and features for a model of decisions."""

import numpy as np
from scipy import sparse

from skclean.evidence import default_estimator, default_proba
from skclean.noise import estimate_transition_matrix
from skclean.preprocessing import PointEncoder

__all__ = ["Features", "chance_right", "inverse_of"]

# More columns than this are left out of the model of decisions: probabilities alone decide.
MAX_COLUMNS = 500


def inverse_of(transition_matrix, X, target, weight=None, random_state=None):
    """The transition matrix and its inverse; the identity for None.

    Parameters
    ----------
    transition_matrix : array-like of shape (n_classes, n_classes), "estimate" or None
        "estimate" takes "em" with the default model out of bag.
    X : table of n_samples rows
    target : ClassTarget
    weight : ndarray of shape (n_samples,) or None, default=None
    random_state : int, RandomState instance or None, default=None

    Returns
    -------
    matrix, inverse : ndarrays of shape (n_classes, n_classes)

    Raises
    ------
    ValueError
        If the matrix has another shape, rows that do not sum to 1, or no inverse.
    """
    n_classes = len(target.classes)
    if transition_matrix is None:
        return np.eye(n_classes), np.eye(n_classes)
    if isinstance(transition_matrix, str):
        proba = default_proba(
            default_estimator(X, n_classes=n_classes), X, target, weight=weight, random_state=random_state
        )
        matrix = estimate_transition_matrix(
            target.as_y(), proba, method="em", classes=target.classes, sample_weight=weight
        )
    else:
        matrix = np.asarray(transition_matrix, dtype=np.float64)
        if matrix.shape != (n_classes, n_classes) or not np.allclose(matrix.sum(axis=1), 1, atol=1e-3):
            raise ValueError(
                f"transition_matrix must be of shape ({n_classes}, {n_classes}), with rows that sum to 1: [i, j] is "
                "P(observed j | true i)."
            )
    if np.linalg.svd(matrix, compute_uv=False)[-1] < 1e-6:
        raise ValueError("transition_matrix has no inverse: labels do not tell some classes apart.")
    return matrix, np.linalg.inv(matrix)


def chance_right(predicted, codes, inverse):
    """How right predictions are, corrected for noise in the labels: ndarray of shape (n_rows,).

    The mean over rows estimates the accuracy on true labels; single values may lie outside [0, 1].

    Parameters
    ----------
    predicted, codes : ndarrays of shape (n_rows,), int
    inverse : ndarray of shape (n_classes, n_classes)
        Of the transition matrix.
    """
    return inverse[codes, predicted]


class Features:
    """Rows and probabilities as numbers: points of the table beside the probabilities.

    A table that is sparse or very wide is left out.
    """

    def fit(self, X):
        """Learn how to turn the table into points."""
        self._encoder = None
        if not sparse.issparse(X):
            encoder = PointEncoder().fit(X)
            if encoder.transform(X[:1] if not hasattr(X, "iloc") else X.iloc[:1]).shape[1] <= MAX_COLUMNS:
                self._encoder = encoder
        return self

    def of(self, X, *proba):
        """Features of rows: ndarray of shape (n_rows, n_features)."""
        margins = [_margin(p) for p in proba]
        parts = [*proba, *margins]
        if self._encoder is not None:
            parts.append(np.asarray(self._encoder.transform(X), dtype=np.float64))
        return np.column_stack(parts)


def _margin(proba):
    """Largest probability minus the second largest, as a column."""
    ordered = np.partition(proba, -2, axis=1)
    return ordered[:, -1:] - ordered[:, -2:-1]
