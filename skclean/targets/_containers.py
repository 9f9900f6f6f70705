"""Labels given back in the container of the caller: list, array, column of pandas, polars or pyarrow."""

import sys
from typing import Any

import numpy as np

from skclean.targets._protocol import Target
from skclean.utils._compat import safe_indexing
from skclean.utils._typing import Array, Bools, Positions

__all__ = ["take_given", "take_labels"]


def take_given(target: Target, y: Any, indices: Positions, given: Array, chosen: Array) -> Any:
    """What some rows are to have, in the caller's own container.

    Parameters
    ----------
    target : Target
        That `y` was read as.
    y : array-like of shape (n_samples,) or (n_samples, n_tags)
        Not touched.
    indices : ndarray of shape (n_selected,)
        Positions in `y`.
    given : ndarray of shape (n_samples, ...)
        What `y` holds, as the target has it.
    chosen : ndarray of shape (n_selected, ...)
        What the rows are to have, in the same form.

    Returns
    -------
    taken : same type as y
        Whole numbers become floats where one is replaced.
    """
    changed = chosen != given[indices]
    changed = changed.any(axis=1) if changed.ndim > 1 else changed
    if not changed.any():
        return safe_indexing(y, indices)
    values = target.decode(chosen)
    if target.kind == "numeric":
        is_whole = getattr(getattr(y, "dtype", None), "kind", "") in ("i", "u")
        return take_labels(y.astype(np.float64) if is_whole else y, indices, values, changed)
    if target.kind in ("tags", "survival") and hasattr(y, "iloc"):
        return _in_pandas(safe_indexing(y, indices), values)
    return values if target.kind == "tags" else take_labels(y, indices, values, changed)


def _in_pandas(taken: Any, values: Any) -> Any:
    """Sets of tags in a Series, or columns of tags or of events and times in a DataFrame, under the index of rows."""
    if not hasattr(taken, "columns"):
        return type(taken)(values, index=taken.index, name=taken.name, dtype=object)
    if isinstance(values, np.ndarray):  # records
        values = {name: values[name] for name in values.dtype.names}
    return type(taken)(values).set_index(taken.index)[list(taken.columns)]


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
