"""Columns of any table turned into numbers that trees can split on."""

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from skclean.utils._compat import check_feature_names, num_features, num_samples, safe_indexing
from skclean.utils._missing import is_missing

__all__ = ["TableEncoder", "as_numbers", "check_table", "is_table", "needs_encoding"]


def is_table(X):
    """Whether `X` is two-dimensional: an array, DataFrame, sparse matrix, or list of rows."""
    if hasattr(X, "__array__") and not hasattr(X, "shape"):
        X = np.asarray(X)
    if hasattr(X, "shape"):
        return len(X.shape) == 2
    first = X[0] if len(X) else None
    return isinstance(first, (list, tuple)) or (hasattr(first, "shape") and len(first.shape) == 1)


def needs_encoding(X):
    """Whether a table has columns that are not plain numbers."""
    if hasattr(X, "toarray"):
        return False
    dtypes = getattr(X, "dtypes", None)
    if dtypes is not None:
        return any(not (isinstance(dtype, np.dtype) and dtype.kind in "biuf") for dtype in dtypes)
    return np.asarray(X).dtype.kind not in "biufc"


def as_numbers(X):
    """Any table as numbers for trees: `X` itself where its columns are numbers, else encoded once for many fits.

    Labels have no part in it, so that nothing leaks from the rows that are left out.
    """
    return TableEncoder().fit_transform(X) if needs_encoding(X) else X


class TableEncoder(TransformerMixin, BaseEstimator):
    """Numbers stay, dates become seconds, anything else becomes the rank of its category; missing is NaN.

    Categories are ordered by their text. A category that was not seen in ``fit`` becomes NaN. Made for ensembles of
    trees, which need no more than distinct numbers and accept NaN.
    """

    def fit(self, X, y=None):
        """Learn the categories of each column."""
        check_table(X)
        self.n_features_in_ = num_features(X)
        check_feature_names(self, X, reset=True)
        self.categories_ = [_categories(_column(X, j)) for j in range(self.n_features_in_)]
        return self

    def transform(self, X):
        """Encode: ndarray of shape (n_samples, n_features), float32."""
        return self.encode(X, np.float32)

    def encode(self, X, dtype):
        """As `transform`, of another dtype: seconds and other large numbers need float64 where they are subtracted."""
        check_is_fitted(self)
        check_table(X)
        validate_data(self, X, reset=False, skip_check_array=True)
        encoded = np.empty((num_samples(X), self.n_features_in_), dtype=dtype)
        for j, categories in enumerate(self.categories_):
            encoded[:, j] = _encode(_column(X, j), categories)
        return encoded

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


def _column(X, j):
    """Column j as a 1-d array: numbers, or objects."""
    if not hasattr(X, "shape"):
        X = np.asarray(X, dtype=object)
    column = np.asarray(safe_indexing(X, j, axis=1)).ravel()
    if column.dtype.kind in "mM":
        seconds = column.astype("datetime64[s]" if column.dtype.kind == "M" else "timedelta64[s]")
        return np.where(np.isnat(column), np.nan, seconds.astype(np.int64))
    if column.dtype.kind == "O":
        try:
            numbers = np.array([np.nan if is_missing(value) else value for value in column], dtype=np.float64)
        except (TypeError, ValueError):
            return column
        return numbers if numbers.ndim == 1 else column  # lists of one number each become a table
    return column


def _categories(column):
    """Sorted distinct texts of a column that is not numeric; None for a numeric one."""
    if column.dtype.kind in "biuf":
        return None
    present = [value for value in column if not is_missing(value)]
    for value in present:
        if isinstance(value, (dict, list, set, tuple, np.ndarray)):
            raise TypeError(f"argument must be a string or a number: X holds a {type(value).__name__}, {value!r:.50}.")
    return sorted({str(value) for value in present})


def _encode(column, categories):
    if categories is None:
        if column.dtype.kind not in "biuf":  # a column of numbers when fitted, of texts now
            return np.full(len(column), np.nan)
        return column
    rank = {category: position for position, category in enumerate(categories)}
    return np.array([np.nan if is_missing(value) else rank.get(str(value), np.nan) for value in column])
