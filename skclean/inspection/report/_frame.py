"""Any table as a DataFrame of columns with unique names, and its cells as short texts."""

from typing import Any

import numpy as np
from scipy.sparse import issparse

from skclean.inspection._extras import import_extra
from skclean.utils._compat import num_samples
from skclean.utils._values import is_missing

__all__ = ["cell_text", "column_type", "label_text", "one_line", "table_frame"]

pd = import_extra("pandas", "a report")

MAX_TEXT = 80
# Fractions are shown with so many digits; whole numbers in full.
DIGITS = 4


def table_frame(X: Any) -> Any:
    """Return a table with unique column names and rows counted from 0; no cell is changed.

    Parameters
    ----------
    X : array-like, DataFrame or sparse matrix of shape (n_samples, n_features), or sequence of n_samples objects
        Objects, such as texts, become the one column "value".
    """
    if issparse(X):
        frame = pd.DataFrame.sparse.from_spmatrix(X.tocsc())
    elif hasattr(X, "iloc") and hasattr(X, "columns"):
        frame = X.reset_index(drop=True)
    elif hasattr(X, "to_pandas"):
        frame = X.to_pandas()
    else:
        values = X if hasattr(X, "ndim") else np.asarray(X, dtype=object)
        if values.ndim != 2:
            texts = pd.Series(list(X), dtype=object)
            return pd.DataFrame({"value": texts})
        frame = pd.DataFrame(values)
        if values.dtype == object:
            frame = frame.infer_objects()
    if len(frame) != num_samples(X):
        raise ValueError(f"X has {num_samples(X)} rows, and its table {len(frame)}; pass a table with one row a label.")
    plain = all(isinstance(name, str) for name in frame.columns)
    names = list(frame.columns) if plain else [f"column {name}" for name in frame.columns]
    return frame.set_axis(_unique(names), axis=1)


def _unique(names):
    """Names without doubles: the second "a" becomes "a (2)"."""
    seen, taken, unique = {}, set(names), []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        new = name
        while seen[name] > 1 and (new == name or new in taken):
            new = f"{name} ({seen[name]})"
            seen[name] += new in taken
        taken.add(new)
        unique.append(new)
    return unique


def column_type(dtype: Any) -> str:
    """Return "boolean", "integer", "number", "date" or "text": what the cells of a column are."""
    dtype = getattr(dtype, "subtype", dtype)  # of sparse columns
    kinds = pd.api.types
    if kinds.is_bool_dtype(dtype):
        return "boolean"
    if kinds.is_integer_dtype(dtype):
        return "integer"
    if kinds.is_float_dtype(dtype):
        return "number"
    return "date" if kinds.is_datetime64_any_dtype(dtype) else "text"


def cell_text(value: Any, longest: int = MAX_TEXT) -> str:
    """Return a cell as text on one line: fractions with four digits, dates without a midnight time, "" for missing."""
    if is_missing(value):
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return _number_text(float(value))
    if isinstance(value, (pd.Timestamp, np.datetime64)):
        stamp = pd.Timestamp(value)
        return stamp.strftime("%Y-%m-%d") if stamp == stamp.normalize() else stamp.isoformat(sep=" ")
    return one_line(str(value), longest)


def _number_text(value):
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if 1_000 <= abs(value) < 1e15:
        return f"{value:.0f}"
    return f"{value:.{DIGITS}g}"


def label_text(label: Any) -> str:
    """Return a label, or the name of a row, as text in full: "(missing)" where there is none."""
    if is_missing(label):
        return "(missing)"
    if isinstance(label, (float, np.floating)):
        return repr(float(label))
    return str(label)


def one_line(text: str, longest: int = MAX_TEXT) -> str:
    """Return text on one line, without control characters, of at most `longest` characters."""
    text = text[: 4 * longest]
    text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text if len(text) <= longest else text[: longest - 1] + "…"
