"""Single values of any library: is one missing, and how is it written in a message, a plot or a page."""

import numpy as np

__all__ = ["is_missing", "plain_text", "shortened"]


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


def plain_text(value: object, most: int = 80) -> str:
    """Return the text of a value on one line, without control characters, cut where it is long.

    Parameters
    ----------
    value : object
    most : int, default=80
        Characters that are kept.

    Returns
    -------
    text : str
        Line breaks, control characters and marks of writing direction are spaces. A text that shows nothing is quoted.

    Examples
    --------
    >>> from skclean.utils._values import plain_text
    >>> plain_text("two\\nlines"), plain_text(" "), plain_text("abcdef", most=4)
    ('two lines', "' '", 'abc…')
    """
    try:
        text = str(value)
    except ValueError:  # as in `shortened`
        return shortened(value, most)
    text = text if len(text) <= most else f"{text[: most - 1]}…"
    text = "".join(character if character.isprintable() else " " for character in text)
    return text if text.strip() else repr(text)
