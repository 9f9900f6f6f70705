import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse

from skclean._kernels import compact_rows, gram_groups, multiply_groups, scaled_distances, sum_groups

seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 60)
widths = st.sampled_from([1, 2, 7, 16, 33])
groups = st.sampled_from([1, 2, 5, 12])


def material(seed, n_rows, n_columns, n_groups, is_sparse, weighted):
    """Rows, some of them empty; groups, some of them -1; weights or None."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_rows, n_columns))
    if is_sparse:
        X[rng.random(X.shape) < 0.8] = 0
    group = rng.integers(-1, n_groups, n_rows)
    return X, sparse.csr_array(X) if is_sparse else X, group, rng.random(n_rows) if weighted else None


@given(seeds, sizes, widths, groups, st.booleans(), st.booleans())
def test_sums_and_outer_products_equal_reference(seed, n_rows, n_columns, n_groups, is_sparse, weighted):
    X, given_rows, group, weight = material(seed, n_rows, n_columns, n_groups, is_sparse, weighted)
    rows = compact_rows(given_rows)
    sums, squares = sum_groups(rows, group, n_groups, weight=weight, squares=True)
    grams = gram_groups(rows, group, n_groups, weight=weight)
    used = np.ones(n_rows) if weight is None else weight
    for g in range(n_groups):
        own = X[group == g]
        weighted_own = own * used[group == g, None]
        np.testing.assert_allclose(sums[g], weighted_own.sum(axis=0), atol=1e-12)
        np.testing.assert_allclose(squares[g], (weighted_own * own).sum(axis=0), atol=1e-12)
        np.testing.assert_allclose(grams[g], weighted_own.T @ own, atol=1e-12)
        np.testing.assert_array_equal(grams[g], grams[g].T)
    only_sums, nothing = sum_groups(rows, group, n_groups, weight=weight)
    np.testing.assert_array_equal(only_sums, sums)
    assert nothing is None


@given(seeds, sizes, widths, groups, st.booleans())
def test_products_and_distances_equal_reference(seed, n_rows, n_columns, n_groups, is_sparse):
    X, given_rows, group, _ = material(seed, n_rows, n_columns, n_groups, is_sparse, False)
    rng = np.random.default_rng(seed)
    coef = rng.normal(size=(n_groups, 3, n_columns))
    variances = rng.uniform(0.1, 2, coef.shape)
    products = multiply_groups(compact_rows(given_rows), group, coef)
    distances = scaled_distances(X, group, coef, variances)
    nowhere = group < 0
    expected = np.einsum("ncd,nd->nc", coef[group], X)
    np.testing.assert_allclose(products, np.where(nowhere[:, None], 0, expected), atol=1e-12)
    expected = ((X[:, None] - coef[group]) ** 2 / variances[group]).sum(axis=2)
    np.testing.assert_allclose(distances, np.where(nowhere[:, None], 0, expected), rtol=1e-12)


def test_many_rows_of_a_group_are_gathered_in_blocks():
    X = np.random.default_rng(0).normal(size=(3000, 50))
    group = np.arange(3000) % 2
    np.testing.assert_allclose(gram_groups(X, group, 2)[1], X[1::2].T @ X[1::2], atol=1e-9)


def test_rows_that_are_mostly_zero_become_sparse_and_sorted():
    X = np.zeros((4, 8))
    X[0, [6, 2]] = 1
    assert sparse.issparse(compact_rows(X))
    assert isinstance(compact_rows(np.asfortranarray(X + 1)), np.ndarray)
    messy = sparse.csr_array((np.ones(3), np.array([5, 1, 5]), np.array([0, 3, 3])), shape=(2, 6))
    rows = compact_rows(messy)
    np.testing.assert_array_equal(rows.indices, [1, 5])
    np.testing.assert_array_equal(rows.data, [1, 2])
    np.testing.assert_array_equal(messy.indices, [5, 1, 5])


def test_doors_check_their_arguments():
    X, group = np.ones((3, 2)), np.array([0, 1, -1])
    with pytest.raises(ValueError, match="codes must lie in"):
        gram_groups(X, group, 1)
    with pytest.raises(ValueError, match="weight must have shape"):
        sum_groups(X, group, 2, weight=np.ones(2))
    with pytest.raises(ValueError, match="coef must have shape"):
        multiply_groups(X, group, np.ones((2, 1, 3)))
    with pytest.raises(ValueError, match="variances must have shape"):
        scaled_distances(X, group, np.ones((2, 1, 2)), np.ones((2, 2, 2)))
