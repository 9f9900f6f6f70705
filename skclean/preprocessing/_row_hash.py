"""A number for each row of a table that is equal for equal rows."""

from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skclean.preprocessing._cells import read_column
from skclean.preprocessing._table import check_table, with_columns
from skclean.utils._compat import num_features, num_samples
from skclean.utils._typing import Array, Table

__all__ = ["hash_columns", "row_hashes"]

# Bits of a number that count: about 12 decimal digits.
BITS = 40
MISSING = np.uint64(0x9E3779B97F4A7C15)
FIRST, SECOND = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)


def row_hashes(X: Table) -> NDArray[np.uint64]:
    """Return a number for each row: ndarray of shape (n_samples,), uint64.

    Numbers are compared to about 12 digits, all else as text; missing cells are equal. Two rows that differ have the
    same number with probability 5e-20.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Any dense table.

    Examples
    --------
    >>> from skclean.preprocessing._row_hash import row_hashes
    >>> one, same, other = row_hashes([["a", 0.3], ["a", 0.1 + 0.2], ["b", 0.3]])
    >>> bool(one == same), bool(one == other)
    (True, False)
    """
    check_table(X)
    X = with_columns(X)
    return hash_columns((read_column(X, j) for j in range(num_features(X))), num_samples(X))


def hash_columns(columns: Any, n_rows: int) -> NDArray[np.uint64]:
    """As :func:`row_hashes`, of columns that :func:`read_column` returned."""
    hashes = np.full(n_rows, MISSING, dtype=np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            cells = _of_numbers(column) if isinstance(column, np.ndarray) else _of_texts(column)
            hashes = _mixed(hashes * FIRST + cells)
    return hashes


def _of_numbers(column: Array) -> NDArray[np.uint64]:
    values = np.asarray(column, dtype=np.float64)
    finite = np.isfinite(values)
    mantissa, exponent = np.frexp(np.where(finite, values, 0.0))
    rounded = np.ldexp(np.round(np.ldexp(mantissa, BITS)), exponent - BITS) + 0.0  # no negative zero
    rounded = np.where(np.isinf(values), values, rounded)
    return np.where(np.isnan(values), MISSING, rounded.view(np.uint64))


def _of_texts(column: Any) -> NDArray[np.uint64]:
    bits = (blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest() for text in column.texts)
    digests = [int.from_bytes(digest, "little") for digest in bits]
    every: NDArray[np.uint64] = np.append(np.array(digests, dtype=np.uint64), MISSING)
    return every[column.codes]  # the code -1 reads the last place


def _mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread every bit over all bits (the last step of splitmix64)."""
    values = (values ^ (values >> np.uint64(30))) * FIRST
    values = (values ^ (values >> np.uint64(27))) * SECOND
    return values ^ (values >> np.uint64(31))
