"""What every door asks of its arguments before a kernel sees them."""

import numpy as np

from skclean.kernels._sound import codes_within


def check_proba(proba):
    """A float32 or float64 matrix, as a plain ndarray over the same memory."""
    proba = np.asarray(proba)
    if proba.ndim != 2:
        raise ValueError(f"proba must be a matrix of rows by classes, got {proba.ndim} dimensions")
    if proba.dtype not in (np.float32, np.float64):
        raise ValueError(f"proba must be float32 or float64 in native order, got {proba.dtype}")
    if proba.size == 0:
        raise ValueError(f"proba is empty: its shape is {proba.shape}")
    return proba


def check_codes(codes, n_rows, n_classes):
    """Class codes in -1..n_classes-1 as a contiguous int32 array, converted only if needed."""
    codes = np.asarray(codes)
    if codes.dtype.kind not in "iu":
        raise ValueError(f"codes must be integers, got {codes.dtype}")
    if codes.shape != (n_rows,):
        raise ValueError(f"codes must have shape ({n_rows},), got {codes.shape}")
    if n_rows == 0:
        raise ValueError("codes is empty")
    if codes.dtype == np.int32:
        codes = np.ascontiguousarray(codes)
        within = codes_within(codes, n_classes)  # one pass and nothing made; the other way takes three times as long
    else:  # before the conversion, which would wrap numbers that int32 cannot hold
        within = codes.min() >= -1 and codes.max() < n_classes
    if not within:
        raise ValueError(f"codes must lie in -1..{n_classes - 1}, got {codes.min()}..{codes.max()}")
    return np.ascontiguousarray(codes, dtype=np.int32)


def check_floats(name, values, shape):
    """Finite float64 numbers of one shape."""
    values = np.ascontiguousarray(values, dtype=np.float64)
    if values.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, got {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds NaN or infinite values")
    return values


def check_mask(mask, codes):
    """A boolean a row, as the bytes that kernels read."""
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
    thresholds = np.asarray(thresholds, dtype=np.float64)
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
    counts = np.asarray(counts)
    if counts.dtype.kind not in "iu":
        raise ValueError(f"counts must be integers, got {counts.dtype}")
    if counts.shape != shape:
        raise ValueError(f"counts must have shape {shape}, got {counts.shape}")
    if counts.min() < 0:
        raise ValueError(f"counts must not be negative, got {counts.min()}")
    return counts.astype(np.int64, copy=False)
