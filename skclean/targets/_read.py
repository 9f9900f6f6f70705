"""Read y once for each call of a user: classes, numbers or records, by what the estimator takes."""

from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils import check_consistent_length, indexable

from skclean._kernels import check_format
from skclean.targets._class_target import UNLABELLED, ClassTarget
from skclean.targets._encode import encode_labels
from skclean.targets._protocol import Target
from skclean.utils._compat import num_samples
from skclean.utils._typing import Array, Bools, Codes, Estimator, Labels1d, Table
from skclean.utils._values import is_missing

__all__ = ["NumericTarget", "check_rows", "check_table", "read_target", "read_values"]


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

    def as_y(self) -> Array:
        """Return the values: ndarray of shape (n_samples,)."""
        return self.values

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


def read_target(y: Labels1d, estimator: Estimator | None = None) -> ClassTarget | NumericTarget:
    """Read y.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels of any type, numbers or records; missing values mean "not given".
    estimator : estimator or None, default=None
        A classifier, or None, gets classes; what other estimators get is handed on.

    Returns
    -------
    target : ClassTarget or NumericTarget

    Raises
    ------
    ValueError
        If `y` is empty, has several columns, no value at all, or labels of mixed types.

    Examples
    --------
    >>> from skclean.targets import read_target
    >>> read_target(["yes", "no", None]).classes.tolist()
    ['no', 'yes']
    """
    return encode_labels(y) if estimator is None or is_classifier(estimator) else read_values(y)


def check_rows(X: Table, y: Labels1d, estimator: Estimator | None = None) -> tuple[Any, Target]:
    """Check X and y together, and read y.

    Parameters
    ----------
    X : array-like of shape (n_samples, ...)
        As :func:`check_table` takes it.
    y : array-like of shape (n_samples,)
        As :func:`read_target` takes it.
    estimator : estimator or None, default=None
        As in :func:`read_target`.

    Returns
    -------
    X : indexable
    target : ClassTarget or NumericTarget

    Raises
    ------
    ValueError
        As of the two functions, or if lengths differ.
    """
    X = check_table(X)
    target = read_target(y, estimator)
    check_consistent_length(X, target.strata())
    return X, target


def check_class_rows(X: Table, y: Labels1d) -> tuple[Any, ClassTarget]:
    """Check X and y together, and read y as classes: (indexable, ClassTarget).

    Raises
    ------
    ValueError
        As :func:`check_rows`.
    """
    X = check_table(X)
    target = encode_labels(y)
    check_consistent_length(X, target.codes)
    return X, target


def check_table(X: Table) -> Any:
    """Return X with rows that can be indexed.

    Parameters
    ----------
    X : array-like of shape (n_samples, ...)
        Not converted, unless it is sparse in a format with rows that cannot be indexed.

    Returns
    -------
    X : indexable

    Raises
    ------
    ValueError
        If X has no row or no column, or is a malformed sparse matrix.
    """
    if num_samples(X) == 0:
        raise ValueError("X is empty: found 0 samples while a minimum of 1 is required.")
    if len(getattr(X, "shape", ())) == 2 and X.shape[1] == 0:
        raise ValueError(f"X is empty: found 0 feature(s) (shape={tuple(X.shape)}) while a minimum of 1 is required.")
    check_format("X", X)
    return indexable(X)[0]
