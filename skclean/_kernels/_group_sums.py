"""Sums over groups of rows: of rows, of squares, of outer products; and rows times coefficients."""

import numpy as np
from scipy import sparse

from skclean._kernels._validate import check_codes, check_csr, check_floats, check_format, check_weight, readable
from skclean._kernels.linear._group_sums import (
    add_dense_sums,
    add_sparse_grams,
    add_sparse_sums,
    fill_dense_products,
    fill_distances,
    fill_sparse_products,
)

# Rows are gathered into a buffer of this many numbers (512 KiB), which stays in a second-level cache.
BUFFER = 1 << 16
# From this share of zeros on, going over what is not zero is faster than linear algebra over everything.
MAX_DENSE = 0.25


def compact_rows(X):
    """The matrix in the form that is fastest for sums: CSR if most of it is zero.

    Parameters
    ----------
    X : ndarray or sparse matrix of shape (n, d), float64
        A sparse matrix stays sparse.

    Returns
    -------
    rows : C-contiguous ndarray, or CSR matrix with sorted columns and int32 indices
    """
    if sparse.issparse(X):
        check_format("X", X)
    else:
        if np.count_nonzero(X) > MAX_DENSE * X.size:
            return np.ascontiguousarray(X, dtype=np.float64)
        X = sparse.csr_array(X)
    if X.nnz > np.iinfo(np.int32).max:
        raise ValueError(f"rows hold {X.nnz} numbers, which is more than int32 can count")
    if X.dtype.kind not in "biuf":
        raise ValueError(f"X must hold real numbers, got {X.dtype}")
    X = sparse.csr_array(X, dtype=np.float64)
    if not X.has_canonical_format:
        X = X.copy()
        X.sum_duplicates()
    X.indptr, X.indices = X.indptr.astype(np.int32, copy=False), X.indices.astype(np.int32, copy=False)
    return X


def sum_groups(rows, group, n_groups, *, weight=None, squares=False):
    """Weighted sum of the rows of each group, and of their squares.

    Parameters
    ----------
    rows : ndarray or CSR matrix of shape (n, d)
        From `compact_rows`.
    group : int array of shape (n,)
        In -1..n_groups-1; rows of group -1 are left out.
    n_groups : int
    weight : float array of shape (n,) or None
    squares : bool

    Returns
    -------
    sums : float64 array of shape (n_groups, d)
    squares : float64 array of shape (n_groups, d), or None if not asked for
    """
    rows = rows if sparse.issparse(rows) else _dense(rows)
    n_rows, n_columns = rows.shape
    group, weight = check_codes(group, n_rows, n_groups), check_weight(weight, n_rows)
    sums = np.zeros((n_groups, n_columns))
    squared = np.zeros((n_groups if squares else 0, n_columns))
    if sparse.issparse(rows):
        add_sparse_sums(*check_csr(rows), weight, group, sums, squared)
    else:
        add_dense_sums(rows, weight, group, sums, squared)
    return sums, (squared if squares else None)


def gram_groups(rows, group, n_groups, *, weight=None):
    """Weighted sum of the outer products of the rows of each group.

    Parameters
    ----------
    rows : ndarray or CSR matrix of shape (n, d)
        From `compact_rows`.
    group : int array of shape (n,)
        In -1..n_groups-1; rows of group -1 are left out.
    n_groups : int
    weight : float array of shape (n,) or None
        Not negative where rows are dense.

    Returns
    -------
    grams : float64 array of shape (n_groups, d, d)
    """
    rows = rows if sparse.issparse(rows) else _dense(rows)
    n_rows, n_columns = rows.shape
    group, weight = check_codes(group, n_rows, n_groups), check_weight(weight, n_rows)
    grams = np.zeros((n_groups, n_columns, n_columns))
    order = np.argsort(group.astype(np.int16) if n_groups < 1 << 15 else group, kind="stable").astype(np.int32)
    if sparse.issparse(rows):
        add_sparse_grams(*check_csr(rows), weight, order, group, grams)
        return grams
    if weight.min(initial=0) < 0:
        raise ValueError(f"weight must be at least 0 where rows are dense, got {weight.min()}")
    ends = np.cumsum(np.bincount(group + 1, minlength=n_groups + 1))
    step = max(32, BUFFER // max(1, n_columns))
    for g in range(n_groups):
        for start in range(ends[g], ends[g + 1], step):
            some = order[start : min(start + step, ends[g + 1])]
            block = rows[some]
            if weight.size:
                block *= np.sqrt(weight[some])[:, None]
            grams[g] += block.T @ block  # NumPy sees the same matrix twice, and computes one triangle
    return grams


def multiply_groups(rows, group, coef):
    """Products of each row with the coefficients of its group.

    Parameters
    ----------
    rows : ndarray or CSR matrix of shape (n, d)
        From `compact_rows`.
    group : int array of shape (n,)
        In -1..n_groups-1; rows of group -1 get zeros.
    coef : float array of shape (n_groups, m, d)

    Returns
    -------
    products : float64 array of shape (n, m)
    """
    rows = rows if sparse.issparse(rows) else _dense(rows)
    coef = check_floats("coef", coef, (*_models_of("coef", coef), rows.shape[1]))
    group = check_codes(group, rows.shape[0], len(coef))
    products = np.zeros((rows.shape[0], coef.shape[1]))
    if sparse.issparse(rows):
        fill_sparse_products(*check_csr(rows), group, coef, products)
    else:
        fill_dense_products(rows, group, coef, products)
    return products


def scaled_distances(rows, group, centers, variances):
    """Squared distances of each row to the centers of its group, each column divided by its variance.

    Parameters
    ----------
    rows : C-contiguous float64 ndarray of shape (n, d)
    group : int array of shape (n,)
        In -1..n_groups-1; rows of group -1 get zeros.
    centers, variances : float arrays of shape (n_groups, m, d)

    Returns
    -------
    distances : float64 array of shape (n, m)
    """
    rows = _dense(rows)
    shape = (*_models_of("centers", centers), rows.shape[1])
    centers, variances = check_floats("centers", centers, shape), check_floats("variances", variances, shape)
    group = check_codes(group, len(rows), len(centers))
    distances = np.zeros((len(rows), shape[1]))
    fill_distances(rows, group, centers, variances, distances)
    return distances


def _dense(rows):
    return readable("rows", rows, np.float64, 2)


def _models_of(name, values):
    """The first two lengths of an array of three dimensions."""
    if np.ndim(values) != 3:
        raise ValueError(f"{name} must have 3 dimensions, got the shape {np.shape(values)}")
    return np.shape(values)[:2]
