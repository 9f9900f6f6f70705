"""Text that a person typed, or that a spreadsheet rewrote, found among known values."""

from collections.abc import Hashable, Iterable

from skclean.utils._texts import text_key

__all__ = ["KnownValues", "same_text"]


def same_text(first: object, second: object) -> bool:
    """Return whether two values have the same text, or texts that are alike."""
    return str(first) == str(second) or text_key(first) == text_key(second)


class KnownValues:
    """Values of a table, to be found by their text.

    Parameters
    ----------
    values : iterable
        Labels, or names of rows. A value may be there more than once.
    """

    def __init__(self, values: Iterable[object]) -> None:
        self._same: dict[str, list[int]] = {}
        self._alike: dict[Hashable, list[int]] = {}
        for position, value in enumerate(values):
            self._same.setdefault(str(value), []).append(position)
            self._alike.setdefault(text_key(value), []).append(position)

    def find(self, text: object) -> list[int]:
        """Return the positions of the values that have this text, or else of those that are alike: list of int."""
        return self._same.get(str(text)) or self._alike.get(text_key(text), [])
