"""Rows as points, for detectors that look at distances beside probabilities."""

from skclean.preprocessing import as_points, is_table

__all__ = ["table_points"]


def table_points(given, who):
    """Points of the labelled rows.

    Parameters
    ----------
    given : Given
        What `fit` was given.
    who : str
        The detector, for messages.

    Returns
    -------
    points : ndarray or sparse matrix of shape (n_labelled, n_columns), float64

    Raises
    ------
    ValueError
        If X is no table, has no columns, or groups must be kept together.
    """
    if not is_table(given.X):
        raise ValueError(
            f"{who} looks at distances between rows, so X must have rows and columns; ConfidentLearning takes whatever "
            "its estimator takes."
        )
    if given.split_params.get("groups") is not None:
        raise ValueError(
            f"{who} looks at distances to rows of the same group too, so it cannot keep groups together; leave groups "
            "out, or use ConfidentLearning, which uses the estimator alone."
        )
    return as_points(given.X)[given.labelled]
