"""Text that a person typed, or that a spreadsheet rewrote, found among known values."""

import re
from decimal import Decimal

__all__ = ["KnownValues", "text_key"]


def text_key(text):
    """Return what is alike in texts that differ only by blanks, case, or the digits of a number, as 1, 01 and 1.0."""
    key = str(text).strip().casefold()
    return Decimal(key) if re.fullmatch(r"[+-]?\d+(\.\d*)?", key) else key


class KnownValues:
    """Values of a table, to be found by their text.

    Parameters
    ----------
    values : iterable
        Labels, or names of rows. A value may be there more than once.
    """

    def __init__(self, values):
        self._same, self._alike = {}, {}
        for position, value in enumerate(values):
            self._same.setdefault(str(value), []).append(position)
            self._alike.setdefault(text_key(value), []).append(position)

    def find(self, text):
        """Return the positions of the values that have this text, or else of those that are alike: list of int."""
        return self._same.get(str(text)) or self._alike.get(text_key(text), [])
