"""Check arguments before a kernel reads them."""

from copy import copy

import numpy as np
from scipy import sparse

from skclean._kernels.proba._validate import codes_within, first_csr_fault

__all__ = [
    "as_array",
    "as_floats",
    "check_codes",
    "check_count",
    "check_counts",
    "check_csr",
    "check_floats",
    "check_format",
    "check_given",
    "check_mask",
    "check_proba",
    "check_summary",
    "check_thresholds",
    "check_weight",
    "readable",
]

_CSR_FAULTS = (
    None,
    "indptr must rise from 0 to the number of indices",
    "indices must lie in 0..{last}",
    "indices must rise within each row; call sum_duplicates()",
)


def as_array(name, values):
    """An array of whatever type NumPy takes the values for."""
    try:
        return np.asarray(values)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name} must be an array, got a {type(values).__name__} of parts that fit no array") from None


def as_floats(name, values):
    """Numbers as an aligned, C-contiguous float64 array, converted only where they are something else."""
    values = as_array(name, values)
    if values.dtype.kind == "O":
        try:
            values = values.astype(np.float64)
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"{name} must hold numbers that float64 can hold, got objects") from None
    if values.dtype.kind not in "biuf":
        raise ValueError(f"{name} must hold numbers, got {values.dtype}")
    return np.require(values, dtype=np.float64, requirements="CA")


def readable(name, values, dtype, n_dimensions=None):
    """An array that kernels read where it lies: aligned and C-contiguous. It is copied only where it is not.

    Raises
    ------
    ValueError
        If its type or its number of dimensions is another one.
    """
    values = as_array(name, values)
    if values.dtype != dtype:
        raise ValueError(f"{name} must be {np.dtype(dtype)} in native order, got {values.dtype}")
    if n_dimensions is not None and values.ndim != n_dimensions:
        raise ValueError(f"{name} must have {n_dimensions} dimensions, got the shape {values.shape}")
    return np.require(values, requirements="CA")


def check_count(name, value, least=1):
    """A whole number of at least so many."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"{name} must be a whole number of at least {least}, got {value!r}")
    return int(value)


def check_proba(proba):
    """A float32 or float64 matrix, as a plain ndarray over the same memory."""
    proba = as_array("proba", proba)
    if proba.ndim != 2:
        raise ValueError(f"proba must be a matrix of rows by classes, got {proba.ndim} dimensions")
    if proba.dtype not in (np.float32, np.float64):
        raise ValueError(f"proba must be float32 or float64 in native order, got {proba.dtype}")
    if proba.size == 0:
        raise ValueError(f"proba is empty: its shape is {proba.shape}")
    return proba


def check_codes(codes, n_rows, n_classes):
    """Class codes in -1..n_classes-1 as a contiguous int32 array, converted only if needed."""
    codes = as_array("codes", codes)
    if codes.dtype.kind not in "iu":
        raise ValueError(f"codes must be integers, got {codes.dtype}")
    if codes.shape != (n_rows,):
        raise ValueError(f"codes must have shape ({n_rows},), got {codes.shape}")
    if n_rows == 0:
        raise ValueError("codes is empty")
    if codes.dtype == np.int32:
        codes = np.require(codes, requirements="CA")
        within = codes_within(codes, n_classes)  # one pass and nothing made; the other way takes three times as long
    else:  # before the conversion, which would wrap numbers that int32 cannot hold
        within = codes.min() >= -1 and codes.max() < n_classes
    if not within:
        raise ValueError(f"codes must lie in -1..{n_classes - 1}, got {codes.min()}..{codes.max()}")
    return np.require(codes, dtype=np.int32, requirements="CA")


def check_floats(name, values, shape):
    """Finite float64 numbers of one shape."""
    values = as_floats(name, values)
    if values.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds NaN or infinite values")
    return values


def check_mask(mask, codes):
    """A boolean a row, as the bytes that kernels read."""
    mask = as_array("mask", mask)
    if mask.dtype != bool or mask.shape != codes.shape:
        raise ValueError(f"mask must be bool of shape {codes.shape}, got {mask.dtype} of shape {mask.shape}")
    return np.ascontiguousarray(mask).view(np.uint8)


def check_weight(weight, n_rows):
    """Row weights; None becomes the empty array that kernels read as "all ones"."""
    if weight is None:
        return np.empty(0)
    return check_floats("weight", weight, (n_rows,))


def check_thresholds(thresholds, n_classes, dtype):
    """Thresholds in the matrix's own type, so that comparing needs no up-cast.

    Each is rounded up: a float32 probability reaches the threshold exactly when it reaches the
    least float32 that is not below it. Infinity, for a class that nobody is given, becomes the
    largest finite number, because the kernel's flags do not know infinities.
    """
    thresholds = as_floats("thresholds", thresholds)
    if thresholds.shape != (n_classes,):
        raise ValueError(f"thresholds must have shape ({n_classes},), got {thresholds.shape}")
    if np.isnan(thresholds).any():
        raise ValueError(f"thresholds[{int(np.isnan(thresholds).argmax())}] is NaN")
    largest = np.finfo(dtype).max
    thresholds = np.clip(thresholds, -float(largest), float(largest))
    rounded = thresholds.astype(dtype)
    short = rounded.astype(np.float64) < thresholds
    rounded[short] = np.nextafter(rounded[short], largest, dtype=dtype)
    return rounded


def check_counts(counts, shape):
    """Whole numbers of rows to pick, none negative."""
    counts = as_array("counts", counts)
    if counts.dtype.kind not in "iu":
        raise ValueError(f"counts must be integers, got {counts.dtype}")
    if counts.shape != shape:
        raise ValueError(f"counts must have shape {shape}, got {counts.shape}")
    if counts.size and counts.min() < 0:
        raise ValueError(f"counts must not be negative, got {counts.min()}")
    if counts.size and counts.max() > np.iinfo(np.int64).max:
        raise ValueError(f"counts must fit int64, got {counts.max()}")
    return np.require(counts, dtype=np.int64, requirements="CA")


def check_given(given):
    """Refuse probabilities of the given classes of which one is negative, NaN or infinite."""
    bad = ~((given >= 0) & (given < np.inf))
    if bad.any():
        row = int(bad.argmax())
        raise ValueError(f"proba must hold numbers of at least 0, got {given[row]} for the class of row {row}")


def check_summary(rows, proba):
    """Refuse a summary of a matrix of another shape or type."""
    if rows.proba.shape != proba.shape or rows.proba.dtype != proba.dtype:
        raise ValueError(
            f"rows must be a summary of proba, {proba.dtype} of shape {proba.shape}; got one of {rows.proba.dtype} of "
            f"shape {rows.proba.shape}"
        )


def check_csr(rows):
    """Starts, columns and values of a CSR matrix with sorted columns, none of which leads outside the arrays.

    Raises
    ------
    ValueError
        If the format is malformed: kernels would write outside their arrays.
    """
    starts = readable("rows.indptr", rows.indptr, np.int32, 1)
    columns = readable("rows.indices", rows.indices, np.int32, 1)
    values = readable("rows.data", rows.data, np.float64, 1)
    if len(starts) != rows.shape[0] + 1 or len(values) != len(columns):
        raise ValueError(
            f"rows of shape {rows.shape} must have {rows.shape[0] + 1} numbers in indptr and as many in indices as in "
            f"data, got {len(starts)}, {len(columns)} and {len(values)}"
        )
    fault = first_csr_fault(starts, columns, rows.shape[1])
    if fault:
        raise ValueError(f"rows: {_CSR_FAULTS[fault].format(last=rows.shape[1] - 1)}")
    return starts, columns, values


def check_format(name: str, X: object) -> None:
    """Refuse a compressed sparse matrix with index arrays that lead outside its values: SciPy itself would read there.

    Parameters
    ----------
    name : str
        How the error calls it.
    X : object
        Anything but a compressed sparse matrix passes.
    """
    try:
        if sparse.issparse(X) and hasattr(X, "check_format"):
            copy(X).check_format(full_check=True)  # which may replace arrays of the object
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise ValueError(f"{name} is a malformed sparse matrix: {error}; build it anew") from None
