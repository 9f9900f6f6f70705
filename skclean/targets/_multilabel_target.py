"""Several tags a row: for each row and tag whether it is there."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, issparse

from skclean.targets._class_target import UNLABELLED
from skclean.targets._columns import label_array
from skclean.utils._typing import Array, Bools, Codes, Positions
from skclean.utils._values import is_missing, shortened

__all__ = ["MultilabelTarget", "is_tags", "read_tags"]

Cells = NDArray[np.int8]


class MultilabelTarget(NamedTuple):
    """Which tags each row has. A row without a known cell has no label.

    Attributes
    ----------
    cells : ndarray of shape (n_samples, n_tags), int8
        1 where the tag is present, 0 where it is absent, -1 where that is unknown.
    classes : ndarray of shape (n_tags,)
        Names of the tags: the columns of a DataFrame, the members of sets, else 0 … n_tags - 1.
    like : object
        What the caller's y was like: the type that held the tags of a row, or an empty matrix or DataFrame of its type.

    Examples
    --------
    >>> from skclean.targets import read_tags
    >>> target = read_tags([{"red", "round"}, {"red"}, None])
    >>> target.cells.tolist(), target.classes.tolist()
    ([[1, 1], [1, 0], [-1, -1]], ['red', 'round'])
    >>> target.entries(target.cells).tolist()
    [('red', 'round'), ('red',), None]
    """

    cells: Cells
    classes: Array
    like: Any

    @property
    def kind(self) -> str:
        """Return "tags"."""
        return "tags"

    @property
    def has_classes(self) -> bool:
        """Return False: a row has no class of its own."""
        return False

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.cells)

    @property
    def n_strata(self) -> int:
        """Return 1: a rule sees rows of one group."""
        return 1

    @property
    def known(self) -> Bools:
        """ndarray of shape (n_samples,), bool: rows with a cell that is known."""
        return np.asarray((self.cells != UNLABELLED).any(axis=1))

    @property
    def given(self) -> Cells:
        """The cells: ndarray of shape (n_samples, n_tags), int8."""
        return self.cells

    def strata(self) -> Codes:
        """Return 0 for rows with a cell that is known and -1 for others: ndarray of shape (n_samples,), int32."""
        return np.where(self.known, np.int32(0), np.int32(UNLABELLED))

    def as_y(self) -> Any:
        """Return what was given, in the caller's type."""
        return self.decode(self.cells)

    def for_fit(self) -> Cells:
        """Return the cells with 0 where one is unknown: ndarray of shape (n_samples, n_tags), int8."""
        return np.maximum(self.cells, np.int8(0))

    def decode(self, given: Cells) -> Any:
        """Return other cells of these rows in the caller's type: a list of sets, or a matrix or DataFrame.

        Parameters
        ----------
        given : ndarray of shape (n_rows, n_tags), int8
            An unknown cell becomes NaN in a matrix; a row without a known cell becomes None in a list of sets.
        """
        if isinstance(self.like, type):  # a container of tags a row
            rows = self.entries(given).tolist()
            return [None if row is None else self.like(row) for row in rows]
        if issparse(self.like):
            return type(self.like)(np.maximum(given, 0).astype(self.like.dtype))
        unknown = given == UNLABELLED
        cells = given.astype(self.like.to_numpy().dtype if hasattr(self.like, "to_numpy") else self.like.dtype)
        if unknown.any():
            cells = given.astype(np.float64)
            cells[unknown] = np.nan
        if hasattr(self.like, "columns"):
            return type(self.like)(cells, columns=self.like.columns)
        return cells

    def entries(self, given: Cells) -> Array:
        """Return a tuple of tags a row for a table, None where no cell is known: ndarray of shape (n_rows,)."""
        column = np.empty(len(given), dtype=object)
        names = self.classes.tolist()
        for row, cells in enumerate(given):
            known = (cells != UNLABELLED).any()
            column[row] = tuple(names[tag] for tag in np.flatnonzero(cells == 1)) if known else None
        return column

    def replaced(self, rows: Positions | Bools, given: Cells) -> "MultilabelTarget":
        """Return the same target with other cells in some rows: MultilabelTarget.

        Parameters
        ----------
        rows : ndarray of int or of bool
        given : ndarray of shape (n_replaced, n_tags), int8
        """
        cells = self.cells.copy()
        cells[rows] = given
        return MultilabelTarget(cells, self.classes, self.like)


def read_tags(Y: Any) -> MultilabelTarget:
    """Read several tags a row.

    Parameters
    ----------
    Y : array-like or sparse matrix of shape (n_samples, n_tags), DataFrame, or list of n_samples sets of tags
        Cells are bools, 0 or 1; None, NaN and, beside 0, -1 mean "unknown", None and NaN also for a whole set.

    Returns
    -------
    target : MultilabelTarget

    Raises
    ------
    ValueError
        If `Y` is None or one column, has a cell that is neither 0, 1 nor missing, or no known cell at all.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.targets import read_tags
    >>> read_tags(np.array([[1, 0], [np.nan, 1]])).cells.tolist()
    [[1, 0], [-1, 1]]
    """
    if Y is None:
        raise ValueError("this requires y to be passed, but the target y is None: give the tags of each row.")
    if issparse(Y):
        return _checked(
            _cells_of(np.asarray(csr_array(Y).todense())),
            np.arange(Y.shape[1]),
            type(Y)((0, Y.shape[1]), dtype=Y.dtype),
        )
    if hasattr(Y, "columns"):
        values = np.asarray(Y.to_numpy())
        return _checked(
            _cells_of(values), label_array(list(Y.columns)), Y.iloc[:0] if hasattr(Y, "iloc") else values[:0]
        )
    container = _container_of_sets(Y)
    if container is not None:
        return _read_sets(list(Y), container)
    values = np.asarray(Y)
    if values.ndim != 2:
        raise ValueError(
            f"Y must have one column for each tag, or hold a set of tags in each row, got an array of shape "
            f"{values.shape}. Labels of one class a row go to ConfidentLearning."
        )
    return _checked(_cells_of(values), np.arange(values.shape[1]), values[:0])


def is_tags(Y: Any) -> bool:
    """Return whether Y has several columns of 0 and 1, or holds sets of tags."""
    if issparse(Y):
        return True
    if hasattr(Y, "columns"):
        return len(Y.columns) > 1 and _is_matrix(Y.to_numpy())
    if getattr(Y, "ndim", None) == 2:
        return Y.shape[1] > 1 and _is_matrix(np.asarray(Y))
    return _container_of_sets(Y) is not None or (isinstance(Y, list) and np.ndim(Y[:1]) == 2 and _is_matrix(Y))


def _container_of_sets(Y: Any) -> type | None:
    """Return the type that holds the tags of a row, where Y is a list or column of such; else None."""
    if getattr(Y, "ndim", 1) != 1 or not isinstance(Y, Iterable):
        return None
    kinds = {type(row) for row in Y if not _nothing(row)}
    if kinds == {np.ndarray}:
        return None if _is_matrix(Y) else list
    for kind in (set, frozenset, tuple, list):
        if kinds and kinds <= {kind, np.ndarray}:
            is_matrix = kind in (list, tuple) and _is_matrix(Y)
            return None if is_matrix else kind
    return None


def _nothing(row: Any) -> bool:
    return row is None or (not isinstance(row, Iterable) and is_missing(row))


def _is_matrix(rows: Any) -> bool:
    """Return whether lists of equal length hold nothing but 0, 1 and missing values."""
    if isinstance(rows, np.ndarray) and rows.dtype.kind in "biuf":
        return bool(np.isin(rows[rows == rows], [-1, 0, 1]).all())  # NaN differs from itself
    lengths = {len(row) for row in rows if not _nothing(row)}
    return (
        len(lengths) == 1
        and lengths != {0}
        and not any(map(_nothing, rows))
        and all(is_missing(cell) or (not isinstance(cell, str) and cell in (-1, 0, 1)) for row in rows for cell in row)
    )


def _read_sets(rows: list[Any], container: type) -> MultilabelTarget:
    """Read a list of sets, lists or tuples of tags."""
    tags = {tag for row in rows if not _nothing(row) for tag in row}
    try:
        names = sorted(tags)
    except TypeError:
        kinds = sorted({type(tag).__name__ for tag in tags})
        raise ValueError(f"Y mixes tags of the types {kinds}; make them all str or all numbers.") from None
    if not names:
        raise ValueError("Y has no tag at all: every set is empty or missing.")
    place = {tag: column for column, tag in enumerate(names)}
    cells = np.zeros((len(rows), len(names)), dtype=np.int8)
    for number, row in enumerate(rows):
        if _nothing(row):
            cells[number] = UNLABELLED
        else:
            cells[number, [place[tag] for tag in row]] = 1
    return MultilabelTarget(cells, label_array(names), container)


def _cells_of(values: Array) -> Cells:
    """Return bools, 0 and 1 as 1 and 0, and missing values as -1."""
    if values.dtype.kind == "b":
        return values.astype(np.int8)
    if values.dtype.kind == "O":
        missing = np.array([[is_missing(cell) for cell in row] for row in values], dtype=bool).reshape(values.shape)
    else:
        missing = np.isnan(values) if values.dtype.kind == "f" else np.zeros(values.shape, dtype=bool)
    missing = missing | _minus_ones(values, missing)
    known = np.where(missing, 0, values)
    wrong = ~np.isin(known, [0, 1])
    if wrong.any():
        row, column = np.argwhere(wrong)[0].tolist()
        raise ValueError(
            f"Y has the value {shortened(values[row].tolist()[column])} in row {row}, column {column}; each cell is 1 "
            "(the tag is there), 0 (it is not) or missing. For several numbers a row, audit one column at a time."
        )
    return np.where(missing, UNLABELLED, known.astype(bool)).astype(np.int8)


def _minus_ones(values: Array, missing: Bools) -> Bools:
    """Return where -1 stands for "unknown": ndarray of shape (n_samples, n_tags), bool.

    Raises
    ------
    ValueError
        If there is no 0 as well, for -1 may then mean that the tag is not there.
    """
    found = np.asarray(np.where(missing, 0, values) == -1)
    if found.any() and not (values[~missing] == 0).any():
        raise ValueError(
            "Y holds -1 and 1, but no 0: write 0 where the tag is not there, and NaN where that is unknown."
        )
    return found


def _checked(cells: Cells, names: Array, like: Any) -> MultilabelTarget:
    """Refuse a matrix without rows, tags or known cells."""
    if cells.size == 0:
        raise ValueError(f"Y is empty: it has the shape {cells.shape}.")
    if (cells == UNLABELLED).all():
        raise ValueError("Y has no label at all: every cell is missing.")
    return MultilabelTarget(cells, names, like)
