"""What checks read: a table with each column read once, and the findings of a fitted detector."""

from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skclean.base import Audit
from skclean.evidence import identifies_rows
from skclean.inspection.checks._check import NotApplicable
from skclean.noise import NoiseModel
from skclean.preprocessing import as_points, is_table
from skclean.preprocessing._cells import read_column, recognise
from skclean.preprocessing._table import with_columns
from skclean.targets import ClassTarget, encode_labels
from skclean.utils._compat import num_features, num_samples, safe_indexing
from skclean.utils._typing import Array, Bools, Codes, Floats, Labels1d, Positions, Table

__all__ = ["Findings", "TableView", "findings_of", "labels_of"]


class TableView:
    """A table. Each of its columns is read at most once, however many checks look at it.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
    """

    def __init__(self, X: Table) -> None:
        self._given_names = _names_of(X)
        # scikit-learn refuses names that are there twice, and names of several types
        self.X = X.set_axis(range(len(X.columns)), axis=1) if _are_odd(self._given_names, X) else X
        self.n_rows = num_samples(X)
        self._read: dict[int, Any] = {}
        self._readers: dict[int, Any] = {}
        self._codes: dict[int, Any] = {}
        self._spreads: dict[int, tuple[float, float]] = {}

    @classmethod
    def of(cls, X: Table) -> "TableView":
        """Return the view of a table; a view stays as it is."""
        return X if isinstance(X, TableView) else cls(X)

    @classmethod
    def with_columns(cls, X: Table) -> "TableView":
        """Return the view of a table with columns; raise NotApplicable for sparse matrices and what has no columns."""
        view = cls.of(X)
        if hasattr(view.X, "toarray"):
            raise NotApplicable("X is a sparse matrix; this check reads the cells of a dense table")
        if not is_table(view.X):
            raise NotApplicable("X is not two-dimensional, so it has no columns")
        return view

    @property
    def has_columns(self) -> bool:
        """Whether it is a dense table of two dimensions."""
        return not hasattr(self.X, "toarray") and is_table(self.X)

    @cached_property
    def columns(self) -> Any:
        """The table in a form that gives single columns."""
        return with_columns(self.X)

    @cached_property
    def names(self) -> list[Any]:
        """Names of the columns, or their positions."""
        return list(range(num_features(self.columns))) if self._given_names is None else self._given_names

    def column(self, j: int) -> Any:
        """Return column j: ndarray of numbers with NaN, or Distinct."""
        if j not in self._read:
            try:
                self._read[j] = read_column(self.columns, j)
            except TypeError as error:
                raise ValueError(f"column {self.names[j]!r}: {error}") from None
        return self._read[j]

    def reader(self, j: int) -> Any:
        """Return what column j is: ColumnReader."""
        if j not in self._readers:
            self._readers[j] = recognise(self.column(j))
        return self._readers[j]

    def kind(self, j: int) -> str:
        """Return the kind of column j, as "number" or "category"."""
        return str(self.reader(j).kind)

    def numbers(self, j: int) -> Floats:
        """Return column j as numbers, NaN where missing; only for kinds of one number."""
        values: Floats = np.asarray(self.reader(j)(self.column(j))[:, 0], dtype=np.float64)
        return values

    def missing(self, j: int) -> Bools:
        """Return where the cells of column j are missing."""
        column = self.column(j)
        if isinstance(column, np.ndarray):
            return np.isnan(column) if column.dtype.kind == "f" else np.zeros(len(column), dtype=bool)
        return np.asarray(column.codes < 0)

    def spread(self, j: int) -> tuple[float, float]:
        """Return the mean of column j of numbers, and its standard deviation or 1 where that is 0."""
        if j not in self._spreads:
            numbers = np.asarray(self.column(j), dtype=np.float64)
            finite = numbers[np.isfinite(numbers)]
            self._spreads[j] = (float(finite.mean()), float(finite.std()) or 1.0) if len(finite) else (0.0, 1.0)
        return self._spreads[j]

    def values(self, j: int) -> tuple[Codes, list[Any]]:
        """Return column j as codes, -1 where missing, and the distinct value of each code."""
        if j not in self._codes:
            column = self.column(j)
            if isinstance(column, np.ndarray):
                missing = self.missing(j)
                found, inverse = np.unique(column[~missing], return_inverse=True)
                codes = np.full(len(column), -1, dtype=np.int32)
                codes[~missing] = inverse.ravel()
                self._codes[j] = codes, found.tolist()
            else:
                self._codes[j] = column.codes.astype(np.int32), column.texts
        codes, texts = self._codes[j]
        return codes, texts

    @cached_property
    def described_by(self) -> Positions:
        """Columns that do not number or identify the rows; all where there are no others."""
        every = np.arange(len(self.names))
        kept = np.array([j for j in every.tolist() if identifies_rows(self.column(j)) is None], dtype=np.intp)
        return kept if len(kept) else every

    @cached_property
    def description(self) -> Any:
        """The table without columns that number or identify the rows."""
        if len(self.described_by) == len(self.names):
            return self.X
        return safe_indexing(self.columns, self.described_by, axis=1)

    @cached_property
    def points(self) -> Any:
        """The rows as points, by the columns that describe them: ndarray of shape (n_rows, n_columns), float64."""
        return as_points(self.description)


def _names_of(X):
    """Names of columns; None where there are none."""
    names = getattr(X, "column_names", None)  # pyarrow
    names = getattr(X, "columns", None) if names is None else names
    return None if names is None else list(names)


def _are_odd(names, X):
    if names is None or not hasattr(X, "set_axis"):
        return False
    return len(set(map(str, names))) < len(names) or len(set(map(type, names))) > 1


def labels_of(y: Labels1d, n_rows: int) -> ClassTarget:
    """Return the labels as codes and classes; refuse another number than that of the rows."""
    labels = y if isinstance(y, ClassTarget) else encode_labels(y)
    if len(labels.codes) != n_rows:
        raise ValueError(f"y has {len(labels.codes)} labels and X has {n_rows} rows; they must have equally many.")
    return labels


class Findings(NamedTuple):
    """Findings of a fitted detector of classes.

    Attributes
    ----------
    audit : Audit
    flagged : ndarray of shape (n_samples,), bool
    noise : NoiseModel or None
    """

    audit: Audit
    flagged: Bools
    noise: NoiseModel | None

    @property
    def codes(self) -> Codes:
        """Given labels as codes; -1 where a row has none."""
        return self.audit.codes

    @property
    def names(self) -> list[str]:
        """Names of the classes."""
        return [str(label) for label in self.audit.classes.tolist()]

    @property
    def judged(self) -> Array:
        """Positions of the rows with a label that may be flagged."""
        return np.flatnonzero(self.audit.open_codes >= 0)

    @property
    def chance(self) -> Floats:
        """The chance that each label is wrong; without a noise model 1 where it is flagged and 0 elsewhere."""
        wrong = self.flagged.astype(np.float64) if self.noise is None else self.noise.wrong()
        return np.where(self.audit.open_codes >= 0, wrong, 0.0)

    def worst_first(self, rows: Array) -> Array:
        """Return rows sorted by quality, the lowest first."""
        return rows[np.lexsort((rows, self.audit.quality[rows]))]


def findings_of(detector: Any, n_rows: int | None = None) -> Findings:
    """Return the findings of a fitted detector, or of a meta-estimator that has its audit.

    Raises
    ------
    NotFittedError
        If it was not fitted.
    ValueError
        If it was fitted to another number of rows.
    NotApplicable
        If its labels are no classes.
    """
    check_is_fitted(detector, "audit_")
    audit: Audit = detector.audit_
    if not audit.labels.target.has_classes:
        raise NotApplicable("the labels are no classes")
    if n_rows is not None and n_rows != len(audit.codes):
        raise ValueError(
            f"the detector was fitted to {len(audit.codes)} rows and X has {n_rows}; pass the rows of its fit."
        )
    return Findings(audit, np.asarray(detector.noise_mask_, dtype=bool), audit.get(NoiseModel))
