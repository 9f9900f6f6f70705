"""The loops of logistic regression against NumPy."""

import numpy as np
import pytest
from scipy import sparse
from scipy.special import expit, softmax

from skclean._kernels import SparseRows, logistic_residuals, padded_width


@pytest.fixture(params=[0.0, 0.1, 0.7])
def matrix(request):
    rng = np.random.default_rng(1)
    return sparse.csr_matrix(rng.normal(size=(53, 9)) * (rng.random((53, 9)) < request.param))


@pytest.mark.parametrize("width", [1, 5, 6, 7, 20])
def test_margins(matrix, width):
    coef = np.random.default_rng(2).normal(size=(9, padded_width(width)))
    np.testing.assert_allclose(SparseRows.of(matrix).margins(11, 41, coef), matrix[11:41] @ coef, atol=1e-14)


@pytest.mark.parametrize("width", [1, 6, 7])
@pytest.mark.parametrize("n_rows", [5, 2048, 4100])
def test_gradient_block_by_block(n_rows, width):
    rng = np.random.default_rng(2)
    matrix = sparse.csr_matrix(rng.normal(size=(n_rows, 9)) * (rng.random((n_rows, 9)) < 0.2))
    rows, wide = SparseRows.of(matrix), padded_width(width)
    residuals, gradient = rng.normal(size=(n_rows, wide)), rng.normal(size=(9, wide))
    expected = gradient + matrix.T @ residuals
    for start in range(0, n_rows, rows.block_rows):
        stop = min(start + rows.block_rows, n_rows)
        rows.add_gradient(start, stop, residuals[start:stop], gradient)
    np.testing.assert_allclose(gradient, expected, atol=1e-12)


def test_gram(matrix):
    rng = np.random.default_rng(3)
    some = rng.permutation(53)[:40]
    weights = rng.normal(size=40)
    dense = matrix.toarray()[some]
    gram = SparseRows.of(matrix).gram(some, weights)
    np.testing.assert_allclose(gram, dense.T @ (weights[:, None] * dense), atol=1e-13)
    assert not SparseRows.of(matrix).gram([], []).any()


def test_crossed_gram(matrix):
    rng = np.random.default_rng(6)
    some, shares = rng.permutation(53)[:40], rng.random((40, 3))
    long = (shares[:, :, None] * matrix.toarray()[some][:, None, :]).reshape(40, -1)
    np.testing.assert_allclose(SparseRows.of(matrix).crossed_gram(some, shares), long.T @ long, atol=1e-13)


def test_unsorted_and_repeated_columns_are_put_in_order():
    matrix = sparse.csr_matrix((np.array([1.0, 2.0, 3.0]), np.array([2, 0, 2]), np.array([0, 3])), shape=(1, 3))
    np.testing.assert_array_equal(SparseRows.of(matrix).gram([0], [1.0]), np.outer([2, 0, 4], [2, 0, 4]))
    assert matrix.nnz == 3


def _reference(margins, start, codes, weights, factors, left_out_of, proba):
    rows = np.arange(start, start + len(margins))
    n_classes = len(factors)
    residuals = np.empty_like(proba)
    for m in range(proba.shape[1]):
        scale = weights[rows] * factors[codes[rows], m] * (left_out_of[rows] != m)
        residuals[:, m] = scale[:, None] * (proba[:, m] - np.eye(n_classes)[codes[rows]])
    return residuals


@pytest.mark.parametrize(("n_classes", "n_models"), [(2, 5), (2, 12), (3, 4), (4, 5), (7, 1)])
def test_residuals(n_classes, n_models):
    rng = np.random.default_rng(4)
    n, start, chunk = 40, 5, 30
    n_outputs = 1 if n_classes == 2 else n_classes
    codes = rng.integers(0, n_classes, n, dtype=np.int32)
    left_out_of = rng.integers(0, n_models + 1, n).astype(np.uint8)
    left_out_of[left_out_of == n_models] = 255
    weights = rng.random(n)
    margins = np.zeros((chunk, padded_width(n_models * n_outputs)))
    margins[:, : n_models * n_outputs] = 20 * rng.normal(size=(chunk, n_models * n_outputs))
    factors = np.zeros((n_classes, margins.shape[1] // n_outputs))
    factors[:, :n_models] = rng.random((n_classes, n_models))
    cube = margins[:, : n_models * n_outputs].reshape(chunk, n_models, n_outputs).copy()
    proba = softmax(cube, axis=2) if n_outputs > 1 else np.concatenate([1 - expit(cube), expit(cube)], axis=2)
    own = np.full((n, n_outputs), np.nan)
    logistic_residuals(margins, start, codes, weights, factors, left_out_of, own)
    expected = _reference(margins, start, codes, weights, factors[:, :n_models], left_out_of, proba)[:, :, -n_outputs:]
    np.testing.assert_allclose(margins[:, : n_models * n_outputs], expected.reshape(chunk, -1), atol=1e-14)
    assert not margins[:, n_models * n_outputs :].any()
    for i in range(n):
        inside = start <= i < start + chunk and left_out_of[i] != 255
        np.testing.assert_array_equal(own[i], cube[i - start, left_out_of[i]] if inside else np.nan)


def test_probabilities_of_extreme_margins():
    margins = np.zeros((8, 6))
    margins[:, 0] = [-1e300, -800, -700, -1e-300, 0, 40, 800, 1e300]
    expected = expit(margins[:, 0])
    ones, codes = np.ones(8), np.zeros(8, dtype=np.int32)
    none = np.full(8, 255, dtype=np.uint8)
    logistic_residuals(margins, 0, codes, ones, np.ones((2, 6)), none, np.empty((8, 1)))
    np.testing.assert_allclose(margins[:, 0], expected, rtol=1e-14, atol=1e-307)


def test_doors_refuse_what_would_index_astray(matrix):
    rows = SparseRows.of(matrix)
    with pytest.raises(ValueError, match="rows 40..60"):
        rows.margins(40, 60, np.zeros((9, 6)))
    with pytest.raises(ValueError, match="multiple of 6 columns"):
        rows.margins(0, 5, np.zeros((9, 5)))
    with pytest.raises(ValueError, match="residuals must have shape"):
        rows.add_gradient(0, 53, np.zeros((4, 6)), np.zeros((9, 6)))
    with pytest.raises(ValueError, match="not a block"):
        rows.add_gradient(0, 5, np.zeros((5, 6)), np.zeros((9, 6)))
    with pytest.raises(ValueError, match="rows must lie in"):
        rows.gram([53], [1.0])
    with pytest.raises(ValueError, match="go together"):
        rows.gram([1, 2], [1.0])
    broken = sparse.csr_matrix(matrix)
    broken.data, broken.indices, broken.indptr = np.ones(1), np.array([9], np.int32), np.r_[0, np.ones(53, np.int32)]
    with pytest.raises(ValueError, match="matrix is a malformed sparse matrix: .*must be < 9"):
        SparseRows.of(broken)
    broken.indptr = np.r_[0, np.full(53, 2, np.int32)]
    with pytest.raises(ValueError, match="matrix is a malformed sparse matrix: Last value of index pointer"):
        SparseRows.of(broken)
    arrays = rows.starts, rows.columns, rows.values
    with pytest.raises(ValueError, match="starts must have 54 numbers"):
        SparseRows(arrays[0][1:], *arrays[1:], rows.shape)
    if not len(rows.values):
        return
    with pytest.raises(ValueError, match="indptr must rise"):
        SparseRows(arrays[0][::-1].copy(), *arrays[1:], rows.shape)
    with pytest.raises(ValueError, match=r"indices must lie in 0\.\.8"):
        SparseRows(arrays[0], arrays[1] + np.int32(1), arrays[2], rows.shape)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"start": 3}, "rows 3..11"),
        ({"codes": np.full(8, 2, np.int32)}, "codes must lie in"),
        ({"codes": np.zeros(7, np.int32)}, "codes must have shape"),
        ({"weights": np.ones(9)}, "weights must have shape"),
        ({"left_out_of": np.zeros(9, np.uint8)}, "left_out_of must have shape"),
        ({"factors": np.ones((2, 5))}, "factors must have shape"),
    ],
)
def test_residuals_refuse_what_would_index_astray(change, message):
    arguments = {
        "margins": np.zeros((8, 6)),
        "start": 0,
        "codes": np.zeros(8, np.int32),
        "weights": np.ones(8),
        "factors": np.ones((2, 6)),
        "left_out_of": np.zeros(8, np.uint8),
        "own": np.zeros((8, 1)),
        **change,
    }
    with pytest.raises(ValueError, match=message):
        logistic_residuals(**arguments)
