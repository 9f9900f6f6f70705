"""Any table as points between which distances mean something."""

import numpy as np
from scipy import sparse
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skclean.evidence._table import TableEncoder, needs_encoding
from skclean.utils._compat import num_samples

__all__ = ["as_points"]

# Columns of texts with more values than this, such as names, say nothing about distance and are left out.
MOST_CATEGORIES = 50


def as_points(X):
    """Numbers standardised, missing ones at the mean, each category a column; labels have no part in it.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Numbers, NaN, text, dates or categories; sparse matrices are scaled without centring.

    Returns
    -------
    points : ndarray or sparse matrix of shape (n_samples, n_columns), float64
    """
    if sparse.issparse(X):
        return _plainly(StandardScaler(with_mean=False)).fit_transform(X.astype(np.float64))
    if not needs_encoding(X):
        numbers = np.asarray(X, dtype=np.float64)
        if numbers.ndim == 2 and not numbers.shape[1]:
            raise ValueError(f"X has 0 feature(s) (shape={numbers.shape}) while a minimum of 1 is required.")
        return _standardised(numbers)
    encoder = TableEncoder().fit(X)
    encoded = encoder.transform(X).astype(np.float64)
    is_text = np.array([categories is not None for categories in encoder.categories_])
    parts = [_standardised(encoded[:, ~is_text])]
    for j in np.flatnonzero(is_text):
        if len(encoder.categories_[j]) <= MOST_CATEGORIES:
            # two rows of different categories are as far apart as two numbers typically are: sqrt(2)
            parts.append(_plainly(OneHotEncoder(sparse_output=False)).fit_transform(encoded[:, [j]]))
    points = np.hstack(parts)
    return points if points.shape[1] else np.zeros((num_samples(X), 1))


def _standardised(numbers):
    finite = np.isfinite(numbers)
    known = finite.any(axis=0)  # of a column without any number there is no mean
    scaled = np.zeros(numbers.shape)
    if known.any():
        scaled[:, known] = _plainly(StandardScaler()).fit_transform(np.where(finite, numbers, np.nan)[:, known])
    return np.where(finite, scaled, 0.0)


def _plainly(transformer):
    """The transformer with arrays for output, whatever ``sklearn.set_config`` says."""
    return transformer.set_output(transform="default")
