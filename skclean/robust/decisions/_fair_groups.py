"""The group of each row: an argument, or a column of X."""

import numpy as np

from skclean.targets import codes_of, encode_labels
from skclean.utils._compat import num_samples, safe_indexing

__all__ = ["groups_to_fit", "groups_to_predict"]


def groups_to_fit(X, groups, column):
    """Codes of the groups, and the sorted groups; a single one where none are given.

    Parameters
    ----------
    X : table of n_samples rows
    groups : array-like of shape (n_samples,) or None
    column : str, int or None
        Column of X that holds the groups, where `groups` is None.

    Returns
    -------
    codes : ndarray of shape (n_samples,), int32
    groups : ndarray of shape (n_groups,)

    Raises
    ------
    ValueError
        If a row has no group, or X has no such column.
    """
    groups = _given(X, groups, column)
    if groups is None:
        return np.zeros(num_samples(X), dtype=np.int32), np.array([0])
    codes, labels = encode_labels(groups, name="groups")
    return _one_a_row(codes, X), labels


def groups_to_predict(X, groups, column, known):
    """Codes of the groups of new rows: ndarray of shape (n_samples,), int32.

    Parameters
    ----------
    X, groups, column
        As in :func:`groups_to_fit`.
    known : ndarray of shape (n_groups,)
        Groups of the fit; where there is a single one, `groups` may be None.

    Raises
    ------
    ValueError
        If groups are missing, or one was not seen in the fit.
    """
    groups = _given(X, groups, column)
    if len(known) == 1:
        return np.zeros(num_samples(X), dtype=np.int32)
    if groups is None:
        raise ValueError("groups is missing: pass the group of each row, as in fit, or set group_column.")
    return _one_a_row(codes_of(groups, known, name="groups"), X)


def _given(X, groups, column):
    if groups is not None or column is None:
        return groups
    if isinstance(column, str):
        if column not in list(getattr(X, "columns", [])):
            raise ValueError(f"group_column={column!r} is no column of X; pass a DataFrame that has it.")
        return X[column]
    return np.asarray(safe_indexing(X, column, axis=1)).ravel()


def _one_a_row(codes, X):
    if len(codes) != num_samples(X) or (codes < 0).any():
        raise ValueError(f"groups must have a group for each of the {num_samples(X)} rows; give one to every row.")
    return codes
