"""Text that a person typed, or that a spreadsheet rewrote, found among known values."""

from skclean.utils._texts import text_key

__all__ = ["KnownValues", "text_key"]


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
