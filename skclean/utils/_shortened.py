"""Values in messages: short, and without characters that a terminal obeys."""

__all__ = ["shortened"]


def shortened(value, most=80):
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
