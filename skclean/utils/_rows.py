"""Rows of X and y as the caller gave them: lengths agree, rows can be indexed, the index is remembered."""

import sys

import numpy as np
from sklearn.utils import check_consistent_length, indexable

from skclean._kernels import check_format
from skclean.utils._compat import check_feature_names, num_features, num_samples, safe_indexing
from skclean.utils._labels import encode_labels

__all__ = ["accept_any_table", "check_rows", "check_same_order", "record_features", "row_index", "take_labels"]


def accept_any_table(tags):
    """Say in the tags of an estimator that it takes text, categories, gaps and sparse matrices."""
    for name in ("sparse", "allow_nan", "string", "categorical"):
        setattr(tags.input_tags, name, True)


def check_rows(X, y):
    """X with rows that can be indexed, and encoded labels.

    Parameters
    ----------
    X : array-like of shape (n_samples, ...)
        Not converted, unless it is sparse in a format whose rows cannot be indexed.
    y : array-like of shape (n_samples,)
        Labels of any type; missing ones are unlabelled.

    Returns
    -------
    X : indexable
    labels : EncodedLabels

    Raises
    ------
    ValueError
        If X has no row or no column, or is a malformed sparse matrix, lengths differ, or the labels are malformed.
    """
    if num_samples(X) == 0:
        raise ValueError("X is empty: found 0 samples while a minimum of 1 is required.")
    if len(getattr(X, "shape", ())) == 2 and X.shape[1] == 0:
        raise ValueError(f"X is empty: found 0 feature(s) (shape={tuple(X.shape)}) while a minimum of 1 is required.")
    check_format("X", X)
    labels = encode_labels(y)
    check_consistent_length(X, labels.codes)
    return indexable(X)[0], labels


def check_same_order(**parts):
    """Refuse tables and columns of pandas that have the same index in another order: their rows were shuffled apart.

    Parameters
    ----------
    **parts : array-likes of n_samples rows, or None
        Under the names of the arguments; the first one with an index is what the others are compared with.

    Raises
    ------
    ValueError
        With both remedies.
    """
    first, index = None, None
    for name, part in parts.items():
        other = getattr(part, "index", None)
        if not hasattr(other, "isin"):  # a list has a method of this name
            continue
        if index is None:
            first, index = name, other
        elif len(index) == len(other) and not index.equals(other) and _same_members(index, other):
            row = int(np.flatnonzero(np.asarray(index != other))[0])
            raise ValueError(
                f"{first} and {name} have the same index in another order: row {row} is {index[row]} in {first} and "
                f"{other[row]} in {name}. If rows belong together by the index, pass {name}.loc[{first}.index]; if "
                f"they belong together by their position, pass {name}.to_numpy()."
            )


def _same_members(index, other):
    try:
        return bool(index.isin(other).all() and other.isin(index).all())
    except TypeError:  # values that cannot be hashed or compared
        return False


def row_index(X, y):
    """The index of the DataFrame X, else of the Series y, else positions: array of shape (n_samples,)."""
    for part in (X, y):
        index = getattr(part, "index", None)
        if index is not None and not callable(index) and len(index) == num_samples(X):
            return index
    return np.arange(num_samples(X))


def record_features(estimator, X):
    """Set ``n_features_in_`` and ``feature_names_in_`` where X has columns; forget those of an earlier fit."""
    for name in ("n_features_in_", "feature_names_in_"):
        estimator.__dict__.pop(name, None)
    try:
        estimator.n_features_in_ = num_features(X)
    except TypeError:  # rows without columns, such as a list of texts
        return
    check_feature_names(estimator, X, reset=True)


def take_labels(y, indices, labels, changed):
    """The labels of some rows in the caller's own container, with the changed ones replaced.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        List, array, pandas or polars Series; not touched.
    indices : ndarray of shape (n_selected,)
        Positions in `y`.
    labels : ndarray of shape (n_selected,)
        The labels they are to have.
    changed : ndarray of shape (n_selected,), bool
        Where these differ from `y`.

    Returns
    -------
    taken : same type as y
    """
    if hasattr(y, "to_series"):  # an index of pandas or a DataFrame of polars, which holds one column
        column = take_labels(y.to_series(), indices, labels, changed)
        return column.to_frame() if hasattr(column, "to_frame") and not hasattr(column, "iloc") else type(y)(column)
    taken = safe_indexing(y, indices)
    if not changed.any():
        return taken
    if isinstance(taken, list):
        return labels.tolist()
    if hasattr(taken, "combine_chunks") or hasattr(taken, "from_pandas"):  # pyarrow, which nobody can write to
        return _in_arrow(taken, labels)
    if hasattr(taken, "iloc") or isinstance(taken, np.ndarray) or not hasattr(taken, "name"):  # or a Categorical
        taken = taken.copy()
        places = taken.iloc if hasattr(taken, "iloc") else taken
        places[np.flatnonzero(changed)] = labels[changed].reshape(-1, *taken.shape[1:])  # of a column vector a column
        return taken
    return type(taken)(taken.name, labels.tolist(), dtype=taken.dtype)  # polars


def _in_arrow(taken, labels):
    """Labels as an array of pyarrow of the type, and in the container, of another one."""
    pyarrow = sys.modules["pyarrow"]  # it is there, or there would be no such array
    values = pyarrow.array(labels.tolist(), type=taken.type)
    return pyarrow.chunked_array([values]) if isinstance(taken, pyarrow.ChunkedArray) else values
