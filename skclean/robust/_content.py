"""Hash of a table by its values, names and types, and not by what a library found out on the way.

pandas and scipy remember in the object whether columns are sorted or hold gaps. A hash of the whole object would change
once somebody has looked at it.
"""

import numpy as np
from scipy.sparse import issparse

__all__ = ["content_of"]

_SPARSE_ARRAYS = ("data", "indices", "indptr", "coords", "row", "col", "offsets")


def content_of(data):
    """Return plain lists and arrays that are equal where two tables, columns or arrays are equal; others as they are.

    Parameters
    ----------
    data : object
        X, y or a fit parameter; of any container.

    Returns
    -------
    content : object
    """
    if issparse(data) and data.format not in ("dok", "lil"):
        parts = vars(data)
        return [type(data).__name__, data.shape, *(parts.get(name) for name in _SPARSE_ARRAYS)]
    if hasattr(data, "iloc") and hasattr(data, "columns"):
        columns = [_column(data.iloc[:, position]) for position in range(data.shape[1])]
        return [type(data).__name__, data.index, data.columns, columns]
    if hasattr(data, "iloc"):
        return [type(data).__name__, data.index, data.name, _column(data)]
    return data


def _column(column):
    """The values of a column of pandas, its type and its categories."""
    kind, categories = column.dtype, getattr(column.dtype, "categories", None)
    named = [str(kind), getattr(kind, "ordered", None), None if categories is None else categories.to_numpy()]
    return [*named, np.ascontiguousarray(column.to_numpy())]
