"""Kind of a column: decided once from its distinct values, then applied to any rows."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from skclean.preprocessing._cells._dates import date_readers
from skclean.preprocessing._cells._durations import read_duration
from skclean.preprocessing._cells._numbers import NumberReader, number_readers
from skclean.preprocessing._cells._words import WordReader
from skclean.utils._compat import safe_indexing
from skclean.utils._values import is_missing

__all__ = ["ColumnReader", "Distinct", "read_column", "recognise"]

# Words for a missing value, in lower case. They mean it only beside numbers, dates and the like.
_MISSING = {
    *("", "?", "??", "-", "--", "---", "–", "—", ".", "..", "...", "*", "/", "na", "n/a", "n.a.", "n.a", "#n/a", "nan"),
    *("null", "none", "nil", "nat", "<na>", "(null)", "#value!", "#ref!", "#div/0!", "missing", "unknown", "unk"),
    *("not available", "not applicable", "not known", "undefined", "not specified", "blank", "empty", "tbd"),
}
_FLAGS = [
    {"true": 1.0, "t": 1.0, "false": 0.0, "f": 0.0},
    {"yes": 1.0, "y": 1.0, "no": 0.0, "n": 0.0},
    {"on": 1.0, "off": 0.0},
]
_DIGITS = {"1": 1.0, "0": 0.0, "1.0": 1.0, "0.0": 0.0}
# Besides words for missing, one stray text is allowed for so many that are read.
READ_FOR_ONE_STRAY = 10
FIRST_LOOK = 50  # texts that decide whether the others are tried
# Below so many rows distinct texts are no sign of an identifier.
MIN_ROWS = 20
MAX_CATEGORIES = 50


class ColumnReader(NamedTuple):
    """Turns the cells of a column into numbers.

    Attributes
    ----------
    kind : {"number", "flag", "date", "duration", "category", "words", "identifier"}
    read : callable or dict or None
        From one text to a number or None; for "flag" and "category" a dict; for "words" from texts to an array.
    """

    kind: str
    read: object = None

    @property
    def width(self):
        """Number of columns that it becomes."""
        return {"identifier": 0, "words": getattr(self.read, "width", 0)}.get(self.kind, 1)

    def __call__(self, column):
        """Numbers of each row: float64 of shape (n_samples, width), NaN where a cell is missing or not understood.

        Parameters
        ----------
        column : ndarray of shape (n_samples,) or Distinct
        """
        if isinstance(column, np.ndarray) and self.kind in ("number", "date", "duration"):
            return column.reshape(-1, 1)
        column = _as_distinct(column)
        if self.kind == "identifier":
            return np.empty((len(column.codes), 0))
        if self.kind == "words":
            return column.spread(self.read(column.texts))
        if self.kind == "category":
            values = [self.read.get(text, np.nan) for text in column.texts]
        elif self.kind == "flag":
            values = [self.read.get(text.strip().lower(), np.nan) for text in column.texts]
        else:
            values = [np.nan if (value := self.read(text)) is None else value for text in column.texts]
        return column.spread(values).reshape(-1, 1)


def recognise(column):
    """Decide what a column is.

    Parameters
    ----------
    column : ndarray of shape (n_samples,) or Distinct
        Of :func:`read_column`.

    Returns
    -------
    reader : ColumnReader
    """
    if isinstance(column, np.ndarray):
        return ColumnReader("number", NumberReader())
    texts = [text for text in column.texts if text.strip().lower() not in _MISSING]
    for recognised in (_flags, _numbers, _dates, _durations):
        reader = recognised(texts)
        if reader is not None:
            return reader
    return _text(column)


def _as_distinct(column):
    """Texts of a column that was text in `fit` and holds numbers only now."""
    if isinstance(column, Distinct):
        return column
    values, codes = np.unique(column[~np.isnan(column)], return_inverse=True)
    every = np.full(len(column), -1, dtype=np.intp)
    every[~np.isnan(column)] = codes.ravel()
    return Distinct([str(int(value)) if value % 1 == 0 else str(value) for value in values.tolist()], every)


def _flags(texts):
    words = {text.strip().lower() for text in texts}
    for family in _FLAGS:
        if {family.get(word) for word in words} >= {0.0, 1.0} and words <= family.keys() | _DIGITS.keys():
            return ColumnReader("flag", family | _DIGITS)
    return None


def _numbers(texts):
    return _best("number", number_readers(texts[:FIRST_LOOK]), texts, lambda: number_readers(texts))


def _dates(texts):
    return _best("date", date_readers(texts[:FIRST_LOOK]), texts, lambda: date_readers(texts))


def _durations(texts):
    return _best("duration", [read_duration], texts, lambda: [read_duration])


def _best(kind, first, texts, readers):
    """The reader that understands most of the texts, if it understands nearly all; the first of equal ones."""
    look = texts[:FIRST_LOOK]
    if not any(2 * _n_read(read, look) > len(look) for read in first):
        return None
    best, most = None, 0
    for read in readers():
        n_read = _n_read(read, texts)
        if n_read > most:
            best, most = read, n_read
    n_stray = len(texts) - most
    return ColumnReader(kind, best) if n_stray * READ_FOR_ONE_STRAY <= most and most else None


def _n_read(read, texts):
    return sum(read(text) is not None for text in texts)


def _text(column):
    """Free text, identifiers or categories."""
    n_distinct, n_present = len(column.texts), column.n_present
    share = n_distinct / max(n_present, 1)
    if n_distinct >= MIN_ROWS and (share > 0.5 or n_distinct > MAX_CATEGORIES):
        n_words = np.mean([len(text.split()) for text in column.texts])
        if n_words >= (2 if share > 0.5 else 3):
            words = WordReader(column.texts)
            if words.covered > 0.5:
                return ColumnReader("words", words)
        if share >= 0.9:
            return ColumnReader("identifier")
    ranked = sorted(column.texts, key=_natural)
    return ColumnReader("category", {text: float(rank) for rank, text in enumerate(ranked)})


def _natural(text):
    """The order in which a person sorts texts: 2 years comes before 10 years."""
    parts = re.split(r"([0-9]+)", text)
    return [(len(part.lstrip("0")), part.lstrip("0")) if place % 2 else part for place, part in enumerate(parts)], text


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
