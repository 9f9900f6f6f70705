"""Checksums of rows: they tell whether a row is still the one that somebody decided on.

A file is read again by another process, perhaps after some of its cells were corrected. So a cell is written as what it
means: 3, 3.0 and "3" give the same text, however the type of the column was inferred from the other rows.
"""

import re
from hashlib import sha256

import numpy as np
from scipy.sparse import issparse

from skclean.utils._compat import safe_indexing
from skclean.utils._typing import Numbers, Table
from skclean.utils._values import is_missing

__all__ = ["row_checksums"]

DIGITS = 12  # hexadecimal, 48 bits: among a million rows two that differ are alike with a chance of 0.2 %
_SEPARATOR = "\x1f"
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]00:00:00(\.0+)?")
_TRUTH = {"true": "True", "false": "False"}


def row_checksums(X: Table, rows: Numbers) -> list[str]:
    """Compute a checksum of the cells of each row.

    Parameters
    ----------
    X : array, sparse matrix, data frame or list of shape (n_samples, n_features)
        Features alone: without labels, names of rows and columns that are not learned from.
    rows : array-like of int, shape (n_rows,)
        Positions.

    Returns
    -------
    checksums : list of str, length n_rows
        12 hexadecimal digits each, the first from a to f. Equal rows have equal checksums. It does not matter whether a
        number is stored as an integer, as a float or as text, and a date of pandas is as its ISO text.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.inspection._row_keys import row_checksums
    >>> first, second = row_checksums([[1, "a"], ["1.0", " a "]], [0, 1])
    >>> len(first), first == second
    (12, True)
    """
    rows = np.asarray(rows, dtype=np.intp)
    if not rows.size:
        return []
    lines = zip(*map(_texts, _columns(safe_indexing(X, rows))), strict=True)
    return [_digits(sha256(_SEPARATOR.join(line).encode("utf-8", "surrogatepass")).hexdigest()) for line in lines]


def _digits(found):
    """The first digits, one from a to f before them: a spreadsheet would read digits alone, or 1e23, as a number."""
    return "abcdef"[int(found[0], 16) % 6] + found[1:DIGITS]


def _columns(part):
    """The cells of each column: list of lists."""
    if hasattr(part, "iloc"):
        return [part.iloc[:, position].tolist() for position in range(part.shape[1])]
    if hasattr(part, "get_columns"):  # polars
        return [column.to_list() for column in part.get_columns()]
    if issparse(part):
        part = part.toarray()
    if isinstance(part, np.ndarray):
        part = part.reshape(len(part), -1)
        return [part[:, position].tolist() for position in range(part.shape[1])]
    return [list(column) for column in zip(*part, strict=True)]


def _texts(cells):
    """Canonical text of each cell of one column; equal cells are written once."""
    if set(map(type, cells)) == {float}:  # most columns of large tables, and hardly a value is there twice
        return ["" if cell != cell else repr(cell + 0.0) for cell in cells]
    known = {}
    texts = []
    for cell in cells:
        try:
            text = known.get((type(cell), cell))
        except TypeError:  # a list or a record
            texts.append(_text(cell))
            continue
        if text is None:
            text = known[type(cell), cell] = _text(cell)
        texts.append(text)
    return texts


def _text(cell):
    if is_missing(cell):
        return ""
    if isinstance(cell, (bool, np.bool_)):
        return str(bool(cell))
    if hasattr(cell, "isoformat"):
        return _MIDNIGHT.sub(r"\1", cell.isoformat())
    text = str(cell).strip()
    if isinstance(cell, str):
        if _NUMBER.fullmatch(text):
            return _number(float(text), text)
        return _TRUTH.get(text.lower()) or _MIDNIGHT.sub(r"\1", text)
    try:
        number = float(cell)
    except (TypeError, ValueError, OverflowError):
        return text
    return _number(number, text if number != cell else "")


def _number(number, text):
    """The text of a float, or that of a longer number: a float holds its first digits only."""
    if text.lstrip("+-").isdecimal() and int(text) != number if np.isfinite(number) else bool(text):
        return text
    return repr(number + 0.0)  # no negative zero
