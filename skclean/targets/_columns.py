"""One column of labels as an array in which every value is what it was; several columns are refused.

NumPy's common type for a list may merge two labels that differ.
"""

from typing import Any

import numpy as np
from sklearn.utils.validation import column_or_1d

from skclean.utils._typing import Array, Labels1d
from skclean.utils._values import shortened

__all__ = ["as_column", "exact_numbers", "label_array", "listed", "refuse_several"]

_WHAT_THERE_IS = (
    "Labels are one column. For several tags a row use MultiLabelConfidentLearning. For several annotators, pass the "
    "label that most of them gave, None where they do not agree, and the share that agrees as sample_weight. For "
    "several numbers, use RegressionResiduals on one column at a time."
)
_HOLDERS = (list, tuple, set, frozenset, dict, np.ndarray)
# From here on not every whole number is a float64.
_LARGEST_EXACT = 2.0**53


def as_column(y: Any, name: str) -> Array:
    """`y` as a 1-d array, without guessing a type for lists that hold None."""
    refuse_several(y, name)
    if hasattr(y, "toarray"):
        raise TypeError(f"Sparse data was passed for {name}, but dense labels of shape (n_samples,) are needed.")
    values = label_array(y, name)
    if isinstance(y, np.ma.MaskedArray) and np.ma.is_masked(y):
        values = np.where(np.ma.getmaskarray(y), np.array(None), values.astype(object))
    elif values.dtype.kind == "T":  # texts of variable width, whose missing value NumPy cannot sort
        values = values.astype(object)
    elif values.dtype.kind == "f" and _holds_integers(y):  # a missing value came as NaN, and 1 as 1.0
        values = np.array(list(y), dtype=object)
    if values.dtype.kind == "c":
        raise ValueError(f"Complex data not supported: {name} must hold labels.")
    if values.dtype.names is not None:
        raise ValueError(
            f"{name} is a structured array: labels of shape (n_samples,) are needed. For events and times use "
            "SurvivalAudit."
        )
    if values.ndim == 0:
        raise ValueError(f"{name} should be a 1d array, got a single value {shortened(values.item())} instead.")
    if values.size == 0:
        raise ValueError(f"{name} is empty: at least one label is needed.")
    return values if values.ndim == 1 else column_or_1d(values, warn=True)


def _holds_integers(y: Any) -> bool:
    """Return whether the column is one of whole numbers, with or without missing values, in pandas or polars."""
    dtype: Any = getattr(y, "dtype", None)
    if isinstance(dtype, np.dtype):
        return False
    return getattr(dtype, "kind", None) in ("i", "u") or (hasattr(dtype, "is_integer") and dtype.is_integer())


def refuse_several(y: Any, name: str) -> None:
    """Raise where `y` has several columns, or holds lists or sets of labels.

    Parameters
    ----------
    y : array-like
    name : str
        How messages call it.

    Raises
    ------
    ValueError
        With what can be done instead.
    """
    shape = getattr(y, "shape", None)
    if shape is not None and len(shape) > 1 and shape[-1] != 1:
        raise ValueError(f"{name} should be a 1d array, got an array of shape {tuple(shape)} instead. {_WHAT_THERE_IS}")
    of_objects = getattr(getattr(y, "dtype", None), "kind", None) == "O"
    for row, value in enumerate(y if of_objects or isinstance(y, (list, tuple)) else ()):
        if isinstance(value, _HOLDERS) and len(value) != 1:
            raise ValueError(f"{name} should be a 1d array, got {value!r} in row {row}. {_WHAT_THERE_IS}")


def label_array(labels: Labels1d, name: str = "classes") -> Array:
    """Labels as an array in which each is what it was in the list; of objects where NumPy would change one.

    NumPy turns None beside texts into "None" and 1 into "1", drops zero characters at the end of a text, and rounds
    whole numbers above 2**53 beside a float.
    """
    try:
        values = np.asarray(labels)
    except OverflowError:  # a whole number that no float can hold, beside one
        return _objects(labels)
    except ValueError:  # lists of unequal lengths
        raise ValueError(f"{name} must hold one label each, got lists of unequal lengths.") from None
    if not isinstance(labels, (list, tuple)) or values.ndim != 1:
        return values
    kind = values.dtype.kind
    if kind == "f":
        lossy = bool((np.abs(values) >= _LARGEST_EXACT).any())
    else:
        lossy = kind in "US" and (len({type(label) for label in labels}) > 1 or values.tolist() != list(labels))
    return _objects(labels) if lossy else values


def _objects(labels: Any) -> Array:
    values = np.empty(len(labels), dtype=object)
    values[:] = labels
    return values


def exact_numbers(labels: list[Any], name: str) -> Array:
    """Python's numbers as an array that holds each of them exactly; anything else as NumPy takes it."""
    try:
        values = np.array(labels)
        whole = all(isinstance(label, (int, np.integer)) for label in labels)
        if values.dtype.kind == "O" and not whole:
            return values
        if values.dtype.kind not in "fO" or not (whole or (np.abs(values) >= _LARGEST_EXACT).any()):
            return values
        if not whole and values.tolist() == labels:
            return values
        values = np.array([int(label) if np.isfinite(float(label)) else label for label in labels])
    except OverflowError:
        values = np.array([], dtype=object)
    if values.dtype.kind not in "iu":
        largest = max(labels, key=abs)
        raise ValueError(
            f"{name} holds the number {shortened(largest)}, and no type of number holds all of its labels exactly; "
            "pass them as texts."
        )
    return values


def listed(classes: Labels1d, most: int = 10) -> str:
    """The first classes as text."""
    labels = label_array(classes).tolist()
    return f"[{', '.join(shortened(label) for label in labels[:most])}{', …' if len(labels) > most else ''}]"
