"""Estimation of the noise transition matrix."""

from skclean.noise._joint import confident_joint, transition_of_joint

__all__ = ["estimate_transition_matrix"]


def estimate_transition_matrix(
    y, y_proba, *, method="confident_joint", classes=None, sample_weight=None, verified=None, n_jobs=None
):
    """Estimate how often each true class is recorded as each observed class.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels; a missing one leaves the row out.
    y_proba : array-like of shape (n_samples, n_classes), float32 or float64
        Out-of-sample class probabilities.
    method : {"confident_joint"}, default="confident_joint"
        "confident_joint" normalises the columns of the calibrated confident joint (Northcutt et al., JAIR 2021).
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each column; None means the sorted labels in `y`.
    sample_weight : array-like of shape (n_samples,) or None, default=None
        What each row counts for.
    verified : array-like of shape (n_samples,), bool, or None, default=None
        Rows whose label is known to be right.
    n_jobs : int or None, default=None
        Threads that read blocks of rows.

    Returns
    -------
    transition_matrix : ndarray of shape (n_classes, n_classes), float64
        ``[i, j]`` is P(observed j | true i); rows sum to 1.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import estimate_transition_matrix
    >>> y = [0, 0, 0, 1, 1, 1]
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> estimate_transition_matrix(y, y_proba)
    array([[1.  , 0.  ],
           [0.25, 0.75]])
    """
    if method != "confident_joint":
        raise ValueError(f"method={method!r} is not known; the methods are ['confident_joint'].")
    joint = confident_joint(y, y_proba, classes=classes, sample_weight=sample_weight, verified=verified, n_jobs=n_jobs)
    return transition_of_joint(joint)
