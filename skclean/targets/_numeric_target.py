"""One number a row, or one record."""

from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np

from skclean.targets._class_target import UNLABELLED
from skclean.targets._kinds import other_kinds
from skclean.utils._typing import Array, Bools, Codes, Labels1d, Positions
from skclean.utils._values import is_missing, shortened

__all__ = ["NumericTarget", "read_numbers", "read_values"]


class NumericTarget(NamedTuple):
    """One number a row, or one record, such as an event and its time.

    Attributes
    ----------
    values : ndarray of shape (n_samples,)
        As estimators get it; NaN where no number is known.
    known : ndarray of shape (n_samples,), bool
        Rows that have a value.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from skclean.targets import read_target
    >>> target = read_target([1.5, None, 2.0], LinearRegression())
    >>> target.kind, target.known.tolist(), target.strata().tolist()
    ('numeric', [True, False, True], [0, -1, 0])
    """

    values: Array
    known: Bools

    @property
    def n_strata(self) -> int:
        """Return 1: there are no classes."""
        return 1

    @property
    def kind(self) -> str:
        """Return "numeric", or "records" for a structured array."""
        return "numeric" if self.values.dtype.names is None else "records"

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.values)

    def strata(self) -> Codes:
        """Return 0 for rows that have a value and -1 for others: ndarray of shape (n_samples,), int32."""
        return np.where(self.known, np.int32(0), np.int32(UNLABELLED))

    @property
    def has_classes(self) -> bool:
        """Return False."""
        return False

    @property
    def classes(self) -> None:
        """Return None: there are none."""

    @property
    def given(self) -> Array:
        """The values: ndarray of shape (n_samples,)."""
        return self.values

    def as_y(self) -> Array:
        """Return the values: ndarray of shape (n_samples,)."""
        return self.values

    def decode(self, given: Array) -> Array:
        """Return other values of these rows as they are: ndarray of shape (n_samples,)."""
        return given

    def entries(self, given: Array) -> Array:
        """Return values for a table, None where there is none, records as tuples: ndarray of shape (n_samples,)."""
        if given.dtype.names is not None:  # DataFrames take no structured arrays
            column = np.empty(len(given), dtype=object)
            column[:] = given.tolist()
            return column
        if not self.known.all():
            given = given.astype(object)
            given[~self.known] = None
        return given

    def replaced(self, rows: Positions | Bools, given: Array) -> "NumericTarget":
        """Return the same target with other values in some rows: NumericTarget.

        Parameters
        ----------
        rows : ndarray of int or of bool
        given : ndarray of shape (n_replaced,)
            The new values.
        """
        values, known = self.values.copy(), self.known.copy()
        values[rows], known[rows] = given, True
        return NumericTarget(values, known)

    def for_fit(self) -> Array:
        """Return the values; rows without one are never trained on."""
        return self.values


def read_values(y: Labels1d) -> NumericTarget:
    """Read a target without classes.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Numbers, of which None and NaN mean "not given", or a structured array; anything else is left to the estimator.

    Returns
    -------
    target : NumericTarget

    Raises
    ------
    ValueError
        If `y` is None, has several columns, or no value at all.
    """
    if y is None:
        raise ValueError("a detector requires y to be passed, but the target y is None.")
    values = _as_array(y)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values.ravel()
    if values.ndim != 1:
        raise ValueError(
            f"y must have one column, got shape {values.shape}; audit several targets one by one, and pass the events "
            "and times of survival analysis as one structured array."
        )
    missing = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), dtype=bool)
    if missing.all():
        raise ValueError(f"y has no value at all: every one of its {len(values)} values is missing.")
    return NumericTarget(values, ~missing)


def _as_array(y: Any) -> Array:
    """`y` as an array; numbers among which some are None or ``pandas.NA`` become floats."""
    values = np.asarray(y)
    if values.dtype.kind == "O" and values.ndim == 1:
        with suppress(TypeError, ValueError):  # objects of another kind are for the estimator to check
            return np.array([np.nan if is_missing(value) else value for value in values], dtype=np.float64)
    return values


def read_numbers(y: Labels1d) -> NumericTarget:
    """Read one number a row, as float64.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Numbers; None, NaN and ``pandas.NA`` mean "not given". Texts are refused.

    Returns
    -------
    target : NumericTarget

    Raises
    ------
    ValueError
        If `y` is None, has several columns, no value at all, an infinite one, or one that is no number; the row is
        named.

    Examples
    --------
    >>> from skclean.targets import read_numbers
    >>> read_numbers([3, None, 5]).values.tolist()
    [3.0, nan, 5.0]
    """
    other = None if y is None else _first_other(np.asarray(y))
    if other is not None:
        raise ValueError(
            f"y must hold numbers, got {other}. Convert texts of numbers first; for {other_kinds('numeric')}."
        )
    values, known = read_values(y)
    numbers = values.astype(np.float64)
    if np.isinf(numbers).any():
        row = int(np.flatnonzero(np.isinf(numbers))[0])
        raise ValueError(f"y contains infinity (first in row {row}); correct the number, or make it missing (None).")
    return NumericTarget(numbers, known)


def _first_other(values: Array) -> str | None:
    """Return the first value that is no number, as text with its row; None where there is none."""
    if values.dtype.names is not None:
        return "a structured array"
    if values.dtype.kind == "c":
        raise ValueError("Complex data not supported: y must hold numbers; pass real and imaginary parts one by one.")
    if values.dtype.kind == "O" and values.ndim == 1:
        for row, value in enumerate(values.tolist()):
            if isinstance(value, (str, bytes, bool, set, frozenset, tuple, list, dict)):
                return f"{shortened(value)} in row {row}"
    return None if values.dtype.kind in "iufO" else f"values of type {values.dtype}"
