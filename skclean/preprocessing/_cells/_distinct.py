"""The cells of one column: an array of numbers, or the distinct texts and where they stand."""

from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from skclean.utils._compat import safe_indexing
from skclean.utils._values import is_missing

__all__ = ["Distinct", "read_column"]

_NUMBERS = (bool, int, float, np.number, np.bool_, Decimal, Fraction)
_CONTAINERS = (dict, list, set, tuple, np.ndarray)


class Distinct(NamedTuple):
    """A column of texts, where each distinct text is kept once.

    Attributes
    ----------
    texts : list of str
        The distinct texts, in the order of their first row.
    codes : ndarray of shape (n_samples,), intp
        Position of each row's text in `texts`; -1 where the cell is missing.
    """

    texts: list
    codes: np.ndarray

    @property
    def n_present(self):
        """Number of rows that have a text."""
        return int(np.count_nonzero(self.codes >= 0))

    def spread(self, values):
        """Give each row the value of its text: float64 of shape (n_samples, ...), NaN where the cell is missing."""
        values = np.asarray(values, dtype=np.float64)
        missing = np.full((1, *values.shape[1:]), np.nan)
        return np.concatenate([values, missing])[self.codes]  # the code -1 reads the last place


def read_column(X, j):
    """Read column j of a table.

    Parameters
    ----------
    X : ndarray or DataFrame of shape (n_samples, n_features)
    j : int
        Position of the column.

    Returns
    -------
    column : ndarray of shape (n_samples,), or Distinct
        Numbers, and dates and durations of numpy as seconds, are an array with NaN for missing cells; the rest is text.

    Raises
    ------
    TypeError
        If a cell holds a list, a record or the like.
    """
    column = np.asarray(safe_indexing(X, j, axis=1)).ravel()
    kind = column.dtype.kind
    if kind in "biuf":
        return column
    if kind in "mM":
        return (column - np.array(0, dtype=column.dtype)) / np.timedelta64(1, "s")
    values = column.tolist() if kind in "OUT" else [str(value) for value in column]
    kinds = set(map(type, values))
    if kinds == {type(None)}:
        return np.full(len(values), np.nan)
    if not kinds <= {str, type(None)}:
        values = [None if is_missing(value) else value for value in values]
        _refuse_containers(values, kinds)
        if all(issubclass(kind, _NUMBERS) for kind in set(map(type, values)) - {type(None)}):
            numbers = _as_floats(values)
            if numbers is not None:
                return numbers
        values = [None if value is None else str(value) for value in values]
    return _distinct(values)


def _refuse_containers(values, kinds):
    if not any(issubclass(kind, _CONTAINERS) for kind in kinds):
        return
    value = next(value for value in values if isinstance(value, _CONTAINERS))
    raise TypeError(f"argument must be a string or a number: X holds a {type(value).__name__}, {value!r:.50}.")


def _as_floats(values):
    """Numbers as float64; None where one is too large for it."""
    try:
        return np.array([np.nan if value is None else float(value) for value in values])
    except OverflowError:
        return None


def _distinct(values):
    """Number the distinct texts by their first row; two passes that run in C."""
    position = dict.fromkeys(values)
    position.pop(None, None)
    texts = list(position)
    position = {text: code for code, text in enumerate(texts)}
    position[None] = -1
    return Distinct(texts, np.fromiter(map(position.__getitem__, values), dtype=np.intp, count=len(values)))
