"""The encoder in front of the default forest takes any table."""

import datetime

import numpy as np
import pandas as pd
import pytest
from peers import InPolars, made
from scipy import sparse

from skclean.preprocessing import is_table
from skclean.preprocessing._table import TableEncoder, needs_encoding

MIXED = pd.DataFrame(
    {
        "number": [1.5, np.nan, 3.0],
        "text": ["b", None, "a"],
        "category": pd.Categorical(["x", "y", None], categories=["y", "x"]),
        "flag": [True, False, True],
        "day": pd.to_datetime(["2001-01-01", None, "2001-01-02"]),
        "nullable": pd.array([3, None, 1], dtype="Int64"),
        "mixed": [1, "one", None],
    }
)


def test_each_kind_of_column_becomes_numbers_and_missing_becomes_nan():
    encoded = TableEncoder().fit_transform(MIXED)
    assert encoded.dtype == np.float32
    expected = [
        [1.5, np.nan, 3.0],
        [1, np.nan, 0],
        [0, 1, np.nan],
        [1, 0, 1],
        [978307200, np.nan, 978393600],
        [3, np.nan, 1],
        [0, 1, np.nan],
    ]
    np.testing.assert_allclose(encoded.T, expected, rtol=1e-6)


def test_polars_gives_the_same():
    columns = ["number", "text", "flag", "day"]
    frame = pytest.importorskip("polars").DataFrame(
        {
            "number": [1.5, None, 3.0],
            "text": ["b", None, "a"],
            "flag": [True, False, True],
            "day": [datetime.datetime(2001, 1, 1), None, datetime.datetime(2001, 1, 2)],
        }
    )
    np.testing.assert_array_equal(TableEncoder().fit_transform(frame), TableEncoder().fit_transform(MIXED[columns]))


@pytest.mark.parametrize("as_list", [False, True])
def test_arrays_and_lists_of_rows_are_tables(as_list):
    rows = np.array([[1, "b"], [2, "a"], [np.nan, None]], dtype=object)
    encoded = TableEncoder().fit_transform(rows.tolist() if as_list else rows)
    np.testing.assert_array_equal(encoded, [[1, 1], [2, 0], [np.nan, np.nan]])


@pytest.mark.parametrize(
    "frame", [pd.DataFrame({"a": [np.ones(1)] * 3}), InPolars(lambda pl: pl.DataFrame({"a": [[1.0]] * 3}))]
)
def test_lists_in_cells_are_refused(frame):
    with pytest.raises(TypeError, match="X holds a"):
        TableEncoder().fit(made(frame))


def test_unseen_categories_are_missing():
    encoder = TableEncoder().fit(MIXED[["text", "number"]])
    new = pd.DataFrame({"text": ["a", "z"], "number": [1.0, 2.0]})
    np.testing.assert_array_equal(encoder.transform(new), [[0, 1], [np.nan, 2]])


def test_columns_are_checked_against_those_of_fit():
    encoder = TableEncoder().fit(MIXED[["text", "number"]])
    with pytest.raises(ValueError, match="feature names"):
        encoder.transform(MIXED[["number", "text"]])


@pytest.mark.parametrize(
    ("X", "table", "encoding"),
    [
        (np.zeros((2, 2)), True, False),
        (np.zeros((2, 2, 2)), False, False),
        ([[1, 2], [3, 4]], True, False),
        ([[1, "a"], [3, "b"]], True, True),
        (sparse.csr_array(np.eye(2)), True, False),
        (MIXED, True, True),
        (MIXED[["number", "flag"]], True, False),
        (InPolars(lambda pl: pl.DataFrame({"a": [1, 2]})), True, None),
        (["one text", "another"], False, None),
        (pd.Series(["one text", "another"]), False, None),
        (np.array(["one text", "another"], dtype=object), False, None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_a_table_and_what_needs_encoding(X, table, encoding):
    X = made(X)
    assert is_table(X) == table
    if encoding is not None:
        assert needs_encoding(X) == encoding
