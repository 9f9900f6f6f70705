"""Loops of logistic regression: sparse rows times many models, residuals, weighted Gram matrices."""

from dataclasses import dataclass, field

import numpy as np
from scipy import sparse

from skclean._kernels._validate import as_floats, check_count, check_format, readable
from skclean._kernels.linear._logistic import (
    WIDTH_STEP,
    add_gradients,
    binary_residuals,
    fill_gram,
    margins_of_rows,
    softmax_residuals,
)

# Rows whose margins are computed, turned into residuals and used before the next ones: they should stay in a cache.
BLOCK_ROWS = 2048

__all__ = ["SparseRows", "logistic_residuals", "padded_width"]


def padded_width(width):
    """The least number of columns, not below `width`, that coefficients, margins and residuals may have."""
    return -(-width // WIDTH_STEP) * WIDTH_STEP


@dataclass(frozen=True, eq=False)
class SparseRows:
    """Rows of a matrix that is mostly zero, checked once so that many products need not check them again.

    Parameters
    ----------
    starts : ndarray of shape (n_rows + 1,), int64
    columns : ndarray of shape (n_nonzeros,), int32
        Rising within each row.
    values : ndarray of shape (n_nonzeros,), float64
    shape : tuple of int

    Attributes
    ----------
    by_column : CSR matrix of shape (n_blocks * n_columns, BLOCK_ROWS)
        The same numbers once more: each block of rows, transposed.
    """

    starts: np.ndarray
    columns: np.ndarray
    values: np.ndarray
    shape: tuple
    by_column: sparse.csr_matrix = field(init=False)
    block_rows = BLOCK_ROWS

    def __post_init__(self):
        """Refuse arrays that lead outside one another, and lay the numbers out by column."""
        types = {"starts": np.int64, "columns": np.int32, "values": np.float64}
        starts, columns, values = (readable(name, getattr(self, name), dtype, 1) for name, dtype in types.items())
        n_rows, n_columns = self.shape
        if len(starts) != n_rows + 1 or len(columns) != len(values):
            raise ValueError(
                f"starts must have {n_rows + 1} numbers and columns as many as values, got {len(starts)}, "
                f"{len(columns)} and {len(values)}"
            )
        if starts[0] != 0 or starts[-1] != len(columns) or np.diff(starts).min(initial=0) < 0:
            raise ValueError("indptr must rise from 0 to the number of nonzeros")
        if columns.size and (columns.min() < 0 or columns.max() >= n_columns):
            raise ValueError(f"indices must lie in 0..{n_columns - 1}, got {columns.min()}..{columns.max()}")
        matrix = sparse.csr_matrix((values, columns, starts), shape=self.shape)
        for name, array in (("starts", starts), ("columns", columns), ("values", values)):
            object.__setattr__(self, name, array)  # a frozen record allows no plain assignment
        object.__setattr__(self, "by_column", _by_column(matrix))

    @classmethod
    def of(cls, matrix):
        """From a SciPy CSR matrix, which is not changed."""
        check_format("matrix", matrix)  # before SciPy goes through it
        if not matrix.has_canonical_format:
            matrix = matrix.copy()
            matrix.sum_duplicates()
        n_used = matrix.indptr[-1]  # there may be room behind
        columns, values = matrix.indices[:n_used].astype(np.int32), matrix.data[:n_used].astype(np.float64)
        return cls(matrix.indptr.astype(np.int64), columns, values, matrix.shape)

    def margins(self, start, stop, coef):
        """Products of the rows start … stop - 1 and `coef`.

        Parameters
        ----------
        start, stop : int
        coef : ndarray of shape (n_columns, width), float64
            As wide as `padded_width` says.

        Returns
        -------
        margins : ndarray of shape (stop - start, width), float64
        """
        self._check_range(start, stop)
        coef = _check_coef("coef", coef, self.shape[1])
        margins = np.empty((stop - start, coef.shape[1]))
        margins_of_rows(self.starts, self.columns, self.values, coef, start, margins)
        return margins

    def add_gradient(self, start, stop, residuals, gradient):
        """Add to `gradient`, shaped like coefficients, the transposed rows start … stop - 1 times `residuals`.

        The rows must be one block: `start` a multiple of `block_rows`, `stop` the next one or the number of rows.
        """
        self._check_range(start, stop)
        _check_coef("gradient", gradient, self.shape[1])
        _check_written("gradient", gradient)
        residuals = readable("residuals", residuals, np.float64, 2)
        if start % BLOCK_ROWS or stop != min(start + BLOCK_ROWS, self.shape[0]):
            raise ValueError(f"rows {start}..{stop} are not a block of {BLOCK_ROWS} rows")
        if residuals.shape != (stop - start, gradient.shape[1]):
            raise ValueError(f"residuals must have shape {(stop - start, gradient.shape[1])}, got {residuals.shape}")
        first, turned = start // BLOCK_ROWS * self.shape[1], self.by_column
        add_gradients(turned.indptr, turned.indices, turned.data, first, residuals, gradient)

    def gram(self, rows, weights):
        """Sum of weight times outer product over some rows: ndarray of shape (n_columns, n_columns)."""
        rows, weights = np.require(rows, np.int64, "CA"), as_floats("weights", weights)
        if rows.ndim != 1 or weights.shape != rows.shape:
            raise ValueError(f"rows and weights must go together, got shapes {rows.shape} and {weights.shape}")
        if rows.size and (rows.min() < 0 or rows.max() >= self.shape[0]):
            raise ValueError(f"rows must lie in 0..{self.shape[0] - 1}, got {rows.min()}..{rows.max()}")
        gram = np.empty((self.shape[1], self.shape[1]))
        fill_gram(self.starts, self.columns, self.values, rows, weights, gram)
        return gram

    def crossed_gram(self, rows, shares):
        """Sum of the outer products of what some rows are when they stand once for each share, multiplied by it.

        Parameters
        ----------
        rows : array of int, shape (n_some,)
        shares : float64 array of shape (n_some, n_shares)

        Returns
        -------
        gram : ndarray of shape (n_shares * n_columns, n_shares * n_columns)
        """
        n_shares, n_columns = shares.shape[1], self.shape[1]
        blocks = np.empty((n_shares, n_columns, n_shares, n_columns))
        for k in range(n_shares):
            for other in range(k + 1):
                block = self.gram(rows, shares[:, k] * shares[:, other])
                blocks[k, :, other, :] = blocks[other, :, k, :] = block
        return blocks.reshape(n_shares * n_columns, n_shares * n_columns)

    def _check_range(self, start, stop):
        if not 0 <= start <= stop <= self.shape[0]:
            raise ValueError(f"rows {start}..{stop} are not within 0..{self.shape[0]}")


def logistic_residuals(margins, start, codes, weights, factors, left_out_of, own):
    """Turn the margins of many models into residuals in place, and keep each row's margins where it was left out.

    A residual is weight * factor * (probability - indicator of the row's class): the derivative of the row's loss by
    its margin. The model that a row is left out of gets none.

    Parameters
    ----------
    margins : float64 array of shape (n_chunk, width)
        Of the rows start, start + 1, …; the outputs of model m in columns m * n_outputs and following.
    start : int
    codes : int32 array of shape (n,)
    weights : float64 array of shape (n,)
    factors : float64 array of shape (n_classes, n_models)
        Weight of a class in a model. With two classes as many columns as `margins` has, zeros behind the last model.
    left_out_of : uint8 array of shape (n,)
        The model that a row is left out of; 255 for none.
    own : float64 array of shape (n, n_outputs)
        Written: the margins of the model that a row is left out of. One output means two classes.
    """
    for name, values in (("margins", margins), ("own", own)):
        _check_written(name, values)
    n, n_outputs = own.shape
    check_count("the columns of own", n_outputs)
    codes, weights = readable("codes", codes, np.int32), readable("weights", weights, np.float64)
    factors, left_out_of = readable("factors", factors, np.float64), readable("left_out_of", left_out_of, np.uint8)
    if not 0 <= start <= start + len(margins) <= n:
        raise ValueError(f"rows {start}..{start + len(margins)} are not within 0..{n}")
    for name, values in (("codes", codes), ("weights", weights), ("left_out_of", left_out_of)):
        if values.shape != (n,):
            raise ValueError(f"{name} must have shape {(n,)}, got {values.shape}")
    n_models = margins.shape[1] // n_outputs
    if factors.ndim != 2 or factors.shape[0] != max(2, n_outputs) or factors.shape[1] < n_models:
        raise ValueError(f"factors must have shape {(max(2, n_outputs), n_models)}, got {factors.shape}")
    if margins.size == 0:
        return
    used = codes[start : start + len(margins)]
    if used.min() < 0 or used.max() >= len(factors):
        raise ValueError(f"codes must lie in 0..{len(factors) - 1}, got {used.min()}..{used.max()}")
    kernel = binary_residuals if n_outputs == 1 else softmax_residuals
    kernel(margins, start, codes, weights, factors, left_out_of, own)


def _by_column(matrix):
    """Each block of rows transposed, one block after the other."""
    n_rows, n_columns = matrix.shape
    row = np.repeat(np.arange(n_rows), np.diff(matrix.indptr))
    n_lines = -(-n_rows // BLOCK_ROWS) * n_columns
    lines = (row // BLOCK_ROWS) * n_columns + matrix.indices
    turned = sparse.csr_matrix((matrix.data, (lines, row % BLOCK_ROWS)), shape=(n_lines, BLOCK_ROWS))
    turned.indptr, turned.indices = turned.indptr.astype(np.int64), turned.indices.astype(np.int32)
    return turned


def _check_coef(name, coef, n_columns):
    coef = readable(name, coef, np.float64)
    if coef.ndim != 2 or len(coef) != n_columns or coef.shape[1] % WIDTH_STEP:
        raise ValueError(
            f"{name} must have {n_columns} rows and a multiple of {WIDTH_STEP} columns, got shape {coef.shape}"
        )
    return coef


def _check_written(name, values):
    """Refuse a matrix that a kernel cannot write to in place."""
    flags = getattr(values, "flags", None)
    if flags is None or values.dtype != np.float64 or values.ndim != 2 or not (flags.carray and flags.writeable):
        raise ValueError(f"{name} must be a contiguous, writable float64 matrix")
