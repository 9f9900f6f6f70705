"""Lists as arrays in which every value is what it was: NumPy's common type may merge two that differ."""

import numpy as np

from skclean.utils._shortened import shortened

__all__ = ["exact_numbers", "label_array"]

# From here on not every whole number is a float64.
_LARGEST_EXACT = 2.0**53


def label_array(labels, name="classes"):
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


def _objects(labels):
    values = np.empty(len(labels), dtype=object)
    values[:] = labels
    return values


def exact_numbers(labels, name):
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
