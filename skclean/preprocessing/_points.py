"""Any table as points between which distances mean something."""

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils import check_array
from sklearn.utils.validation import check_is_fitted

from skclean.preprocessing._table import TableEncoder, check_table, needs_encoding
from skclean.utils._compat import num_features, num_samples
from skclean.utils._rows import accept_any_table

__all__ = ["PointEncoder", "as_points"]

# Columns of texts with more values than this, such as names, say nothing about distance and are left out.
MAX_CATEGORIES = 50
# A column of free text becomes up to 40 columns; so scaled, it counts for about as much as a few columns of numbers.
WORDS_COUNT_FOR = 0.3
# Below it, and above its inverse, squares of numbers are lost.
SMALLEST_USUAL = 1e-100


def as_points(X):
    """Numbers standardised, missing ones at the mean, each category a column; labels have no part in it.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Numbers, NaN, dates, categories and text, as :class:`skclean.evidence.TableEncoder` reads them; sparse matrices
        are scaled without centring.

    Returns
    -------
    points : ndarray or sparse matrix of shape (n_samples, n_columns), float64

    Examples
    --------
    >>> from skclean.preprocessing import as_points
    >>> as_points([[1.0, 2.0], [3.0, 2.5], [None, 3.0]]).shape
    (3, 2)
    """
    return PointEncoder().fit_transform(X)


class PointEncoder(TransformerMixin, BaseEstimator):
    """Encoder that learns from some rows what :func:`as_points` does, and does it to others.

    A category that was not seen in ``fit`` counts as missing.
    """

    def fit(self, X, y=None):
        """Learn means, scales and categories."""
        if sparse.issparse(X):
            self.table_, self.categories_ = None, None
            X = X.astype(np.float64)
            self.units_ = _units(abs(X).max(axis=0).toarray().ravel())
            self.scaler_ = _plainly(StandardScaler(with_mean=False)).fit(_divided(X, self.units_))
        else:
            check_table(X)
            self.table_ = TableEncoder().fit(X) if needs_encoding(X) else None
            self._fit_columns(self._numbers(X))
        self.n_features_in_ = num_features(X)
        return self

    def _fit_columns(self, numbers):
        """Learn the scales of the numbers, and the categories of each column of categories."""
        kind = np.full(numbers.shape[1], "number", dtype=object)
        if self.table_ is not None:
            for reader, place in zip(self.table_.columns_, self.table_.places(), strict=True):
                kind[place] = reader.kind
        is_category = kind == "category"
        finite = np.isfinite(numbers) & ~is_category
        self.known_ = finite.any(axis=0)  # of a column without any number there is no mean
        self.scaled_ = np.flatnonzero(~is_category)
        self.scaler_ = _plainly(StandardScaler())
        self.units_ = _units(np.abs(np.where(finite, numbers, 0)).max(axis=0, initial=0))
        if self.known_.any():
            self.scaler_.fit(np.where(finite, numbers / self.units_, np.nan)[:, self.known_])
        self.counts_for_ = np.where(kind == "words", WORDS_COUNT_FOR, 1.0)[self.scaled_]
        # two rows of different categories are as far apart as two numbers typically are: sqrt(2)
        self.categories_ = {
            j: _plainly(OneHotEncoder(sparse_output=False, handle_unknown="ignore")).fit(numbers[:, [j]])
            for j in np.flatnonzero(is_category)
            if len(np.unique(numbers[~np.isnan(numbers[:, j]), j])) <= MAX_CATEGORIES
        }

    def transform(self, X):
        """Encode: ndarray or sparse matrix of shape (n_samples, n_columns), float64."""
        check_is_fitted(self)
        if self.categories_ is None:
            X = check_array(X, accept_sparse="csr", dtype=np.float64)
            return self.scaler_.transform(_divided(X, self.units_))
        numbers = self._numbers(X)
        scaled = np.zeros(numbers.shape)
        if self.known_.any():
            numbers_known = numbers[:, self.known_] / self.units_[self.known_]
            finite = np.isfinite(numbers_known)
            standard = self.scaler_.transform(np.where(finite, numbers_known, np.nan))
            scaled[:, self.known_] = np.where(finite, standard, 0.0)
        columns = [encoder.transform(numbers[:, [j]]) for j, encoder in self.categories_.items()]
        points = np.hstack([scaled[:, self.scaled_] * self.counts_for_, *columns])
        return points if points.shape[1] else np.zeros((num_samples(X), 1))

    def _numbers(self, X):
        return np.asarray(X, dtype=np.float64) if self.table_ is None else self.table_.encode(X, np.float64)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        accept_any_table(tags)
        tags.transformer_tags.preserves_dtype = []
        return tags


def _units(largest):
    """Return what columns are divided by so that squares of their numbers neither overflow nor vanish; 1 for most."""
    usual = (largest == 0) | ((largest > SMALLEST_USUAL) & (largest < 1 / SMALLEST_USUAL))
    return np.where(usual, 1.0, largest)


def _divided(X, units):
    return X if (units == 1).all() else sparse.csr_array(X) / units


def _plainly(transformer):
    """The transformer with arrays for output, whatever ``sklearn.set_config`` says."""
    return transformer.set_output(transform="default")
