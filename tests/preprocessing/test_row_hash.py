"""Numbers of rows that are equal for equal rows."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from skclean.preprocessing._row_hash import row_hashes


def test_equal_rows_agree_and_others_do_not():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(5000, 4))
    hashes = row_hashes(np.vstack([X, X[:100]]))
    assert (hashes[5000:] == hashes[:100]).all() and len(np.unique(hashes)) == 5000


def test_columns_have_a_place():
    first, second = row_hashes([[1.0, 2.0], [2.0, 1.0]])
    assert first != second


# The largest floats are infinite once they are rounded to twelve digits.
NUMBERS = st.floats(allow_nan=False).filter(lambda number: not 1.79769313486e308 < abs(number) < np.inf)


@given(NUMBERS, NUMBERS)
def test_numbers_agree_to_twelve_digits(first, second):
    one, other = row_hashes(np.array([[first], [second]]))
    if first == second:
        assert one == other
    elif not np.isclose(first, second, rtol=1e-11, atol=0):
        assert one != other


def test_missing_cells_of_any_kind_are_equal():
    X = pd.DataFrame({"a": ["x", None, np.nan], "b": [np.nan, np.nan, None]})
    hashes = row_hashes(X)
    assert hashes[1] == hashes[2] != hashes[0]


def test_texts_and_signs_of_zero():
    hashes = row_hashes([["a", 0.0], ["a", -0.0], ["b", 0.0]])
    assert hashes[0] == hashes[1] != hashes[2]
