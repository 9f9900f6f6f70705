"""The transition matrix that the default model finds, out of bag."""

import numpy as np

from skclean.evidence.default_model._default import default_estimator, default_proba
from skclean.noise import estimate_transition_matrix
from skclean.utils._transition import check_invertible, given_transition

__all__ = ["default_matrix", "matrix_and_inverse"]


def default_matrix(X, target, weight=None, random_state=None, n_jobs=None):
    """Estimate the transition matrix by "em" with the default model out of bag.

    A model that is trained with the matrix, or chosen by it, has no part in the estimate.

    Parameters
    ----------
    X : table of n_samples rows
    target : ClassTarget
    weight : ndarray of shape (n_samples,) or None, default=None
    random_state : int, RandomState instance or None, default=None
    n_jobs : int or None, default=None
        Trees grown side by side.

    Returns
    -------
    matrix : ndarray of shape (n_classes, n_classes)
        ``[i, j]`` is P(observed j | true i).
    """
    forest = default_estimator(X, n_classes=len(target.classes), n_jobs=n_jobs)
    proba = default_proba(forest, X, target, weight=weight, random_state=random_state)
    return estimate_transition_matrix(target.as_y(), proba, method="em", classes=target.classes, sample_weight=weight)


def matrix_and_inverse(transition_matrix, X, target, weight=None, random_state=None, n_jobs=None):
    """Return a transition matrix that is given, estimated or None, and its inverse.

    Parameters
    ----------
    transition_matrix : array-like of shape (n_classes, n_classes), "estimate" or None
        None means that labels are right: the identity.
    X, target, weight, random_state, n_jobs
        As in :func:`default_matrix`, for "estimate".

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
        matrix = default_matrix(X, target, weight, random_state, n_jobs)
    else:
        matrix = given_transition(transition_matrix, n_classes)
    check_invertible(matrix)
    return matrix, np.linalg.inv(matrix)
