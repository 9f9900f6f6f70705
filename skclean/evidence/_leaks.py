"""Columns that hide wrong labels: the label itself, numbers of the rows, identifiers.

A model that sees a copy of the given label agrees with every wrong one. The number of the row does the same in a table
that was sorted by its label. What tells them from good features:

- A copy has one value for each class and agrees with the given label in every row, the wrong labels included. A
  feature that separates the classes is rarely as simple: a measurement has many values. Where a copy was edited it
  agrees in most rows, and where it differs has nothing to do with the other columns (see _edited_copies.py).
- A numbering has a constant step from row to row, or its distinct whole numbers fill their range more densely than
  numbers drawn at random could without a repeat (the birthday problem). Amounts repeat, or lie far apart.
- An identifier is a text that differs in every row, and no date, number or free text.
"""

import math
from typing import NamedTuple

import numpy as np

from skclean.evidence._edited_copies import agreement_with_label, edited_copies
from skclean.preprocessing._cells import read_column, recognise
from skclean.preprocessing._table import is_table
from skclean.targets import UNLABELLED
from skclean.utils._compat import num_features, num_samples

__all__ = ["Leak", "find_leaks", "identifies_rows"]

# Below so many rows a feature may agree with every label, or never repeat, by chance.
MIN_ROWS = 20
# Every class must have so many members, for a copy of a rare class is easily a coincidence.
MIN_MEMBERS = 3
# At most one cell in so many of each class may differ from the label, as where a copy was edited.
CELLS_FOR_ONE_EDIT = 500
# Logarithm of the probability that random whole numbers of the same range are all distinct.
BY_CHANCE = math.log(1e-6)
FIRST_LOOK = 1000  # rows that decide whether the others are read


class Leak(NamedTuple):
    """A column that a model should not see.

    Attributes
    ----------
    column : int
        Its position.
    name : str or int
        Its name, or its position where X has no names.
    reason : str
        Why it is one: "is the label", "is nearly the label", "is a part of the label", "numbers the rows" or
        "identifies the rows".
    """

    column: int
    name: object
    reason: str


def find_leaks(X, labels):
    """Find the columns that copy the label, number the rows or identify them.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Any table. Nothing is found in sparse matrices, with fewer than 20 rows, or where X is not two-dimensional.
    labels : ClassTarget
        The given labels; unlabelled rows say nothing about copies.

    Returns
    -------
    leaks : list of Leak
        In the order of the columns.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.evidence import find_leaks
    >>> from skclean.targets import encode_labels
    >>> y = np.arange(40) % 2
    >>> X = np.column_stack([np.sin(np.arange(40)), y + 5, np.arange(40)])
    >>> [(leak.name, leak.reason) for leak in find_leaks(X, encode_labels(y))]
    [(1, 'is the label'), (2, 'numbers the rows')]
    """
    if hasattr(X, "toarray") or not is_table(X) or num_samples(X) < MIN_ROWS:
        return []
    if not hasattr(X, "shape"):
        X = np.asarray(X, dtype=object)
    names, reasons, pieces, agreeing = _names(X), {}, {}, {}
    for j in range(num_features(X)):
        column = read_column(X, j)
        reasons[j] = _copy(column, labels) or identifies_rows(column)
        if reasons[j] is None:
            pieces[j] = _piece(column, labels)
            agrees = _agreement(column, labels)
            if agrees is not None:
                agreeing[j] = agrees
    reasons |= dict.fromkeys(_one_hot(pieces, len(labels.classes)), "is a part of the label")
    if agreeing:
        leaking = {j for j, reason in reasons.items() if reason is not None}
        reasons |= dict.fromkeys(edited_copies(X, labels, agreeing, leaking), "is nearly the label")
    return [Leak(j, names[j], reason) for j, reason in sorted(reasons.items()) if reason is not None]


def identifies_rows(column):
    """Return "numbers the rows" or "identifies the rows" for a column that does so, else None.

    Parameters
    ----------
    column : ndarray of shape (n_samples,), or Distinct
        As :func:`skclean.preprocessing._cells.read_column` reads it; of fewer than 20 rows nothing is said.
    """
    n_rows = len(column) if isinstance(column, np.ndarray) else len(column.codes)
    return (_row_number(column) or _identifier(column)) if n_rows >= MIN_ROWS else None


def _names(X):
    names = getattr(X, "column_names", None)  # pyarrow
    names = getattr(X, "columns", None) if names is None else names
    return list(range(num_features(X)) if names is None else names)


def _codes(column):
    """Codes of the values of a column and their number; -1 where a cell is missing."""
    if not isinstance(column, np.ndarray):
        return column.codes, len(column.texts)
    missing = np.isnan(column)
    values, codes = np.unique(column[~missing], return_inverse=True)
    every = np.full(len(column), -1, dtype=np.intp)
    every[~missing] = codes.ravel()
    return every, len(values)


def _few_values(column, most):
    """Return whether the first rows of a column have no more values than `most`: a cheap look before all rows are
    read."""
    first = column[:FIRST_LOOK] if isinstance(column, np.ndarray) else column.codes[:FIRST_LOOK]
    return len(np.unique(first[~np.isnan(first)] if isinstance(column, np.ndarray) else first[first >= 0])) <= most


def _copy(column, labels):
    """Return whether a column has one value for each class and agrees with the label wherever both are present."""
    n_classes = len(labels.classes)
    if not _few_values(column, n_classes):
        return None
    codes, n_values = _codes(column)
    if n_values != n_classes:
        return None
    known = (codes >= 0) & (labels.codes != UNLABELLED)
    table = np.zeros((n_classes, n_values), dtype=np.int64)
    np.add.at(table, (labels.codes[known], codes[known]), 1)
    agree, counts = table.max(axis=1), table.sum(axis=1)
    one_to_one = len(np.unique(table.argmax(axis=1))) == n_classes
    enough = counts.sum() >= MIN_ROWS and counts.min() >= MIN_MEMBERS and 2 * known.sum() >= len(codes)
    if enough and one_to_one and (counts - agree <= counts // CELLS_FOR_ONE_EDIT).all():
        return "is the label"
    return None


def _agreement(column, labels):
    """Return where a column agrees with the label, if it may be an edited copy; None elsewhere."""
    if len(labels.codes) < MIN_ROWS or not _few_values(column, len(labels.classes)):
        return None
    return agreement_with_label(*_codes(column), labels)


def _piece(column, labels):
    """The class that a column of two values tells from all others without an exception; None if there is none."""
    if len(labels.classes) < 3 or not _few_values(column, 2):
        return None
    codes, n_values = _codes(column)
    known = (codes >= 0) & (labels.codes != UNLABELLED)
    if n_values != 2 or known.sum() < max(MIN_ROWS, len(codes) // 2):
        return None
    for value in (0, 1):
        own = np.unique(labels.codes[known & (codes == value)])
        if len(own) == 1 and own[0] not in labels.codes[known & (codes != value)]:
            return int(own[0])
    return None


def _one_hot(pieces, n_classes):
    """Columns that together are the one-hot label: all classes but one have a piece.

    A piece alone may be a feature: only birds have feathers.
    """
    found = {j: code for j, code in pieces.items() if code is not None}
    return list(found) if len(set(found.values())) >= n_classes - 1 else []


def _row_number(column):
    """Return whether whole numbers, also as text, number the rows or a denser part of them than chance explains."""
    if not isinstance(column, np.ndarray):
        if len(column.texts) < max(MIN_ROWS, 0.9 * len(column.codes)):
            return None
        reader = recognise(column)
        if reader.kind != "number":
            return None
        column = reader(column).ravel()
    if not _whole_and_distinct(column[:FIRST_LOOK]) or not _whole_and_distinct(column):
        return None
    if column.dtype.kind == "b":
        return None
    steps = np.diff(column.astype(np.float64))
    if (steps == steps[0]).all():
        return "numbers the rows"
    span = float(column.max()) - float(column.min()) + 1
    if span == len(column):
        return "numbers the rows"
    return "identifies the rows" if _log_chance_distinct(len(column), span) < BY_CHANCE else None


def _whole_and_distinct(column):
    if column.dtype.kind == "f" and not (np.isfinite(column).all() and (column % 1 == 0).all()):
        return False
    return len(np.unique(column)) == len(column)


def _log_chance_distinct(n, span):
    """Logarithm of the probability that `n` whole numbers drawn from `span` ones are all distinct."""
    if span > 10 * n:
        return -n * (n - 1) / (2 * span)  # where the differences of logarithms would have no digits left
    return math.lgamma(span + 1) - math.lgamma(span - n + 1) - n * math.log(span)


def _identifier(column):
    if isinstance(column, np.ndarray) or len(column.texts) < 0.9 * len(column.codes):
        return None
    return "identifies the rows" if recognise(column).kind == "identifier" else None
