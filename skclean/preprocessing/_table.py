"""Columns of any table turned into numbers that trees can split on."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from skclean.preprocessing._cells import read_column, recognise
from skclean.utils._compat import check_feature_names, num_features, num_samples
from skclean.utils._typing import Array, Table

__all__ = ["TableEncoder", "as_numbers", "check_table", "is_table", "needs_encoding", "with_columns"]


def is_table(X: Any) -> bool:
    """Return whether `X` is two-dimensional: an array, DataFrame, sparse matrix, or list of rows."""
    if hasattr(X, "__array__") and not hasattr(X, "shape"):
        X = np.asarray(X)
    if hasattr(X, "shape"):
        return len(X.shape) == 2
    first: Any = X[0] if len(X) else None
    return isinstance(first, (list, tuple)) or (hasattr(first, "shape") and len(first.shape) == 1)


def needs_encoding(X):
    """Return whether a table has columns that are not plain numbers."""
    if hasattr(X, "toarray"):
        return False
    dtypes = getattr(X, "dtypes", None)
    if dtypes is not None:
        return any(not (isinstance(dtype, np.dtype) and dtype.kind in "biuf") for dtype in dtypes)
    return np.asarray(X).dtype.kind not in "biufc"


def as_numbers(X: Table) -> Any:
    """Any table as numbers for trees: `X` itself where its columns are numbers, else encoded once for many fits.

    Labels have no part in it, so that nothing leaks from the rows that are left out.
    """
    return TableEncoder().fit_transform(X) if needs_encoding(X) else X


class TableEncoder(TransformerMixin, BaseEstimator):
    """Columns of any table as numbers that trees can split on; missing cells become NaN.

    What a column is, is decided from its distinct values: numbers, also written as text (1,234.50, 12 %, $5, 1,5),
    dates and durations (seconds), true/false words (1 and 0), categories (their rank), free text (its frequent words
    and 10 components of all words), or identifiers, texts that differ in every row and are left out. Beside numbers,
    dates and the like, words such as ``?``, ``-`` and ``n/a`` are missing. Made for ensembles of trees, which need no
    more than distinct numbers and accept NaN.

    Attributes
    ----------
    columns_ : list of ColumnReader
        What each column is, and how its cells are read. A category that was not seen in ``fit`` becomes NaN.
    n_features_in_ : int
        Number of columns seen in ``fit``. A column becomes one column, or none, or several.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.preprocessing import TableEncoder
    >>> TableEncoder().fit_transform(np.array([["b", "1,200"], ["a", "?"]], dtype=object)).tolist()
    [[1.0, 1200.0], [0.0, nan]]
    """

    def fit(self, X: Table, y: object | None = None) -> Self:
        """Learn what each column is."""
        check_table(X)
        self.n_features_in_ = num_features(X)
        check_feature_names(self, X, reset=True)
        X = with_columns(X)
        self.columns_ = [recognise(read_column(X, j)) for j in range(self.n_features_in_)]
        return self

    def transform(self, X: Table) -> NDArray[np.float32]:
        """Encode: ndarray of shape (n_samples, n_columns), float32."""
        return self.encode(X, np.float32)

    def encode(self, X: Table, dtype: type) -> Array:
        """As `transform`, of another dtype: seconds and other large numbers need float64 where they are subtracted."""
        check_is_fitted(self)
        check_table(X)
        validate_data(self, X, reset=False, skip_check_array=True)
        X = with_columns(X)
        encoded = np.zeros((num_samples(X), max(1, sum(reader.width for reader in self.columns_))), dtype=dtype)
        for j, (reader, place) in enumerate(zip(self.columns_, self.places(), strict=True)):
            if reader.width:
                encoded[:, place] = _within(reader(read_column(X, j)), dtype)
        return encoded

    def places(self) -> list[slice]:
        """Return where each column of X stands among the encoded ones: list of slice."""
        ends = np.cumsum([reader.width for reader in self.columns_]).tolist()
        return [slice(end - reader.width, end) for reader, end in zip(self.columns_, ends, strict=True)]

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = tags.input_tags.string = tags.input_tags.categorical = True
        tags.transformer_tags.preserves_dtype = []
        return tags


def check_table(X):
    """Refuse what has no rows and columns, and numbers that are not real."""
    if hasattr(X, "toarray"):
        raise TypeError(
            "Sparse data was passed, but columns of a dense table are needed; a forest takes sparse X as it is."
        )
    if not is_table(X):
        raise ValueError("X must have rows and columns. Reshape your data, with X.reshape(-1, 1) if it is one column.")
    if num_samples(X) == 0 or num_features(X) == 0:
        shape = num_samples(X), num_features(X)
        raise ValueError(
            f"X is empty: {shape[0]} sample(s), {shape[1]} feature(s) (shape={shape}) while a minimum of 1 is required."
        )
    if getattr(getattr(X, "dtype", None), "kind", None) == "c":
        raise ValueError("Complex data not supported: X must hold real numbers, texts, categories or dates.")


def with_columns(X):
    """X with columns that can be taken one by one: rows in lists become an array, once."""
    return X if hasattr(X, "shape") else np.asarray(X, dtype=object)


def _within(values, dtype):
    """Finite numbers within the range of `dtype`: beyond it they would become infinite."""
    if values.dtype.kind != "f" or values.dtype.itemsize <= np.dtype(dtype).itemsize:
        return values
    limit = np.finfo(dtype).max
    return np.where(np.isfinite(values), np.clip(values, -limit, limit), values)
