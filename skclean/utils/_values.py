"""Single values of any library: is one missing, and how is it written in a message."""

import numpy as np

__all__ = ["is_missing", "shortened"]


def is_missing(value: object) -> bool:
    """Return whether `value` is None, NaN, NaT or ``pandas.NA``, without importing pandas."""
    if value is None or (isinstance(value, (float, np.floating)) and value != value):
        return True
    return type(value).__name__ in ("NAType", "NaTType")


def shortened(value: object, most: int = 80) -> str:
    """Return the representation of a value, cut where it is long.

    Parameters
    ----------
    value : object
    most : int, default=80
        Characters that are kept.

    Returns
    -------
    text : str
    """
    try:
        text = repr(value)
    except ValueError:  # Python writes no whole number of more than 4300 digits
        text = f"<very large {type(value).__name__}>"
    return text if len(text) <= most else f"{text[: most - 1]}…"
