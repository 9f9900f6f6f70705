"""Missing values in Python objects of any library."""

import numpy as np

__all__ = ["is_missing"]


def is_missing(value):
    """Return whether `value` is None, NaN, NaT or ``pandas.NA``, without importing pandas."""
    if value is None or (isinstance(value, (float, np.floating)) and value != value):
        return True
    return type(value).__name__ in ("NAType", "NaTType")
