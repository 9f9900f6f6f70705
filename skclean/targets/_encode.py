"""Labels of any type → integer codes and sorted classes.

A missing label (None, NaN, NaT, ``pandas.NA``) means *unlabelled*: its code is -1.
"""

from collections.abc import Collection
from typing import Any

import numpy as np

from skclean.targets._class_target import UNLABELLED, ClassTarget
from skclean.targets._columns import as_column, exact_numbers, label_array, listed
from skclean.utils._typing import Array, Bools, Codes, Labels1d, Positions
from skclean.utils._values import is_missing, shortened

__all__ = ["codes_of", "encode_labels"]

# Integer labels that span at most this many values are encoded by counting instead of sorting.
_COUNTING_SPAN = 1 << 16


def encode_labels(y: Labels1d, *, name: str = "y") -> ClassTarget:
    """Encode labels of any type.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        int, bool, str, whole float, pandas Categorical or nullable, polars. Missing values are allowed.
    name : str, default="y"
        How error messages call the argument.

    Returns
    -------
    labels : ClassTarget

    Raises
    ------
    ValueError
        If `y` is empty, not one column, continuous, infinite, of mixed types, or has no label at all.

    Examples
    --------
    >>> from skclean.targets import encode_labels
    >>> codes, classes = encode_labels(["yes", "no", None])
    >>> codes.tolist(), classes.tolist()
    ([1, 0, -1], ['no', 'yes'])
    """
    if y is None:
        raise ValueError(f"this requires {name} to be passed, but the target {name} is None: give one label per row.")
    if hasattr(getattr(y, "dtype", None), "categories") and hasattr(y, "to_numpy"):
        encoded = _encode_categorical(y)
    else:
        encoded = _encode_array(as_column(y, name), name)
    if encoded.codes.size == 0:
        raise ValueError(f"{name} is empty: at least one label is needed.")
    if encoded.classes.size == 0:
        raise ValueError(f"{name} has no label at all: every one of its {len(encoded.codes)} values is missing.")
    return encoded


def codes_of(y: Labels1d, classes: Labels1d, *, name: str = "y") -> Codes:
    """Codes of `y` within given `classes`, which need not be sorted nor all be present.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels; missing ones get code -1.
    classes : array-like of shape (n_classes,)
        The label of each code.
    name : str, default="y"
        How error messages call the argument.

    Returns
    -------
    codes : ndarray of shape (n_samples,), int32

    Raises
    ------
    ValueError
        If a label is not among `classes`, or `classes` repeats one; the row and the label are named.
    """
    codes, present = encode_labels(y, name=name)
    if np.ndim(classes) != 1:
        raise ValueError(f"classes must list one label per column of y_proba, got the shape {np.shape(classes)}.")
    labels = label_array(classes).tolist()
    position = {label: code for code, label in enumerate(labels)}
    if len(position) != len(labels):
        raise ValueError("classes lists a label more than once; each column of y_proba needs a label of its own.")
    lookup = np.array([position.get(label, UNLABELLED) for label in present.tolist()], dtype=np.int32)
    if (lookup == UNLABELLED).any():
        unknown = int(np.flatnonzero(lookup == UNLABELLED)[0])
        row = int(np.flatnonzero(codes == unknown)[0])
        raise ValueError(
            f"{name} has the label {shortened(present.item(unknown))} (first in row {row}), which is not among the "
            f"classes {listed(classes)}. Correct the label, make it missing (None), or pass all the labels as classes=."
        )
    return np.where(codes == UNLABELLED, np.int32(UNLABELLED), lookup[codes])


def _encode_array(values: Array, name: str) -> ClassTarget:
    kind = values.dtype.kind
    if kind == "O":
        return _encode_objects(values, name)
    if kind in "mM":
        missing = np.isnat(values)
    elif kind == "f":
        _check_whole(values, name)
        missing = np.isnan(values)
    else:
        missing = None
    if kind in "iub" and values.size:
        counted = _encode_by_counting(values)
        if counted is not None:
            return counted
    return _encode_sorted(values, missing, name)


def _encode_sorted(values: Array, missing: Bools | None, name: str) -> ClassTarget:
    """Encode by sorting the labels that are there."""
    codes = np.full(values.shape[0], UNLABELLED, dtype=np.int32)
    labelled = slice(None) if missing is None else ~missing
    try:
        classes, inverse = np.unique(values[labelled], return_inverse=True)
    except TypeError:
        kinds = sorted({type(value).__name__ for value in values[labelled]})
        raise ValueError(
            f"{name} mixes labels of the types {kinds}, which cannot be sorted; make them all str or all numbers."
        ) from None
    codes[labelled] = inverse.ravel()
    return ClassTarget(codes, classes)


def _encode_by_counting(values: Array) -> ClassTarget | None:
    """Encode integers of a small span in linear time and one byte or four a row; None for a large span."""
    low, high = int(values.min()), int(values.max())
    if high - low >= _COUNTING_SPAN or high > np.iinfo(np.int64).max:
        return None
    if values.dtype.kind == "b":
        offsets = values.view(np.uint8)
        low = 0
    else:
        offsets = values.astype(np.int64, copy=False)
        if low:
            offsets = offsets - low
    present = _present(offsets, high - low + 1)
    classes = (present + low).astype(values.dtype)
    if len(present) == high - low + 1 and (values.dtype.kind != "b" or len(present) == 2):
        return ClassTarget(offsets.astype(np.int32), classes)
    lookup = np.full(int(high - low) + 2, UNLABELLED, dtype=np.int32)
    lookup[present] = np.arange(len(present), dtype=np.int32)
    return ClassTarget(lookup[offsets], classes)


def _present(offsets: Array, span: int) -> Positions:
    """Sorted distinct values within 0 … span - 1; the first rows often show them all."""
    for rows in (slice(16 * span), slice(None)):
        seen = np.bincount(offsets[rows], minlength=span) > 0
        if seen.all():
            break
    return np.flatnonzero(seen)


def _encode_objects(values: Array, name: str) -> ClassTarget:
    """Encode Python objects: find the missing ones, give the rest back their own type, then sort."""
    missing = np.fromiter((is_missing(value) for value in values), dtype=np.bool_, count=len(values))
    present = values[~missing]
    kinds = {type(value) for value in present}
    if kinds and not any(issubclass(kind, str) for kind in kinds):
        typed = exact_numbers(present.tolist(), name)
        if typed.ndim == 1 and typed.dtype.kind in "iubf":
            if typed.dtype.kind == "f":
                _check_whole(typed, name)
            present = typed
    if present.dtype.kind == "O" and not all(issubclass(kind, str) for kind in kinds):
        if len(kinds) == 1:
            kind = kinds.pop()
            remedy = " For several tags a row use MultiLabelConfidentLearning." if issubclass(kind, Collection) else ""
            raise ValueError(f"Unknown label type: {name} holds objects of type {kind.__name__}.{remedy}")
        names = sorted(kind.__name__ for kind in kinds)
        raise ValueError(f"{name} mixes labels of the types {names}; make them all str or all numbers.")
    encoded = _encode_array(present, name) if present.dtype.kind != "O" else _encode_sorted(present, None, name)
    codes = np.full(len(values), UNLABELLED, dtype=np.int32)
    codes[~missing] = encoded.codes
    return ClassTarget(codes, encoded.classes)


def _encode_categorical(y: Any) -> ClassTarget:
    """pandas or polars categories: sort the few categories instead of the many rows."""
    accessor = getattr(y, "cat", y)
    if not hasattr(accessor, "codes"):  # polars
        return _encode_array(np.asarray(y.to_numpy()), "y")
    codes = np.asarray(accessor.codes)
    categories = np.asarray(accessor.categories)
    used = np.zeros(len(categories), dtype=bool)
    used[np.unique(codes[codes >= 0])] = True
    if not used.any():
        return ClassTarget(np.full(len(codes), UNLABELLED, dtype=np.int32), categories[:0])
    inner = _encode_array(categories[used], "y")
    lookup = np.full(len(categories) + 1, UNLABELLED, dtype=np.int32)  # the last place serves pandas' code -1
    lookup[:-1][used] = inner.codes
    return ClassTarget(lookup[codes], inner.classes)


def _check_whole(values: Array, name: str) -> None:
    """Reject numbers that cannot be labels."""
    if np.isinf(values).any():
        row = int(np.flatnonzero(np.isinf(values))[0])
        raise ValueError(f"Input {name} contains infinity (first in row {row}): a label must be finite.")
    finite = values[~np.isnan(values)]
    n_bits = np.finfo(values.dtype).nmant + 1
    if (np.abs(finite) >= 2**n_bits).any():
        raise ValueError(
            f"{name} holds {values.dtype} numbers of 2**{n_bits} and more, where not every whole number has its own, "
            "so that different labels may have become the same; pass whole numbers (of a column with gaps as Int64) "
            "or texts."
        )
    if (finite != np.floor(finite)).any():
        raise ValueError(
            f"Unknown label type: continuous. {name} holds numbers that are not whole; use RegressionResiduals, or bin "
            "them into classes first."
        )
