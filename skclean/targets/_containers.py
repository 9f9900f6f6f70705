"""Labels given back in the container of the caller: list, array, column of pandas, polars or pyarrow."""

import sys
from typing import Any

import numpy as np

from skclean.utils._compat import safe_indexing
from skclean.utils._typing import Array, Bools, Positions

__all__ = ["take_labels"]


def take_labels(y: Any, indices: Positions, labels: Array, changed: Bools) -> Any:
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
    if hasattr(taken, "combine_chunks") or hasattr(taken, "from_pandas"):  # pyarrow, which is read-only
        return _in_arrow(taken, labels)
    if hasattr(taken, "iloc") or isinstance(taken, np.ndarray) or not hasattr(taken, "name"):  # or a Categorical
        taken = taken.copy()
        places = taken.iloc if hasattr(taken, "iloc") else taken
        places[np.flatnonzero(changed)] = labels[changed].reshape(-1, *taken.shape[1:])  # of a column vector a column
        return taken
    return type(taken)(taken.name, labels.tolist(), dtype=taken.dtype)  # polars


def _in_arrow(taken: Any, labels: Array) -> Any:
    """Labels as an array of pyarrow of the type, and in the container, of another one."""
    pyarrow = sys.modules["pyarrow"]  # it is there, or there would be no such array
    values = pyarrow.array(labels.tolist(), type=taken.type)
    return pyarrow.chunked_array([values]) if isinstance(taken, pyarrow.ChunkedArray) else values
