"""Tables and cells as the report shows them."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from skclean.inspection.report._frame import cell_text, label_text, one_line, table_frame


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (np.nan, ""),
        (pd.NA, ""),
        (pd.NaT, ""),
        (True, "true"),
        (np.bool_(False), "false"),
        (3, "3"),
        (3.0, "3"),
        (-0.123456, "-0.1235"),
        (12345.678, "12346"),
        (1e300, "1e+300"),
        (np.inf, "inf"),
        (pd.Timestamp("2024-05-01"), "2024-05-01"),
        (pd.Timestamp("2024-05-01 10:30"), "2024-05-01 10:30:00"),
        (" two\nlines\x1b[31m ", "two lines [31m"),
        ("x" * 100, "x" * 79 + "…"),
    ],
)
def test_a_cell_is_one_line_of_text(value, text):
    assert cell_text(value) == text


def test_a_label_is_written_in_full_and_a_missing_one_by_a_word():
    long = "a" * 500
    assert [label_text(label) for label in (long, 1, 1.5, None, np.nan)] == [long, "1", "1.5", "(missing)", "(missing)"]


def test_text_is_shortened_only_where_it_is_too_long():
    assert one_line("abc", 3) == "abc" and one_line("abcd", 3) == "ab…"


@pytest.mark.parametrize(
    "X",
    [
        np.arange(6.0).reshape(3, 2),
        [[0, 1], [2, 3], [4, 5]],
        csr_array(np.arange(6.0).reshape(3, 2)),
        pd.DataFrame({0: [0, 2, 4], 1: [1, 3, 5]}, index=list("abc")),
    ],
    ids=["array", "list", "sparse", "DataFrame"],
)
def test_every_table_has_the_same_columns_and_cells(X):
    frame = table_frame(X)
    assert list(frame.columns) == ["column 0", "column 1"]
    assert list(frame.index) == [0, 1, 2]
    assert frame.to_numpy().astype(float).tolist() == [[0, 1], [2, 3], [4, 5]]


def test_names_of_columns_become_unique_and_nothing_is_lost():
    X = pd.DataFrame([[1, 2, 3, 4]], columns=["a", "a", "a (2)", "a"])
    frame = table_frame(X)
    assert len(set(frame.columns)) == 4 and frame.to_numpy().tolist() == [[1, 2, 3, 4]]
    assert list(frame.columns)[:1] == ["a"] and "a (2)" in frame.columns


def test_texts_become_one_column():
    frame = table_frame(["one", "two"])
    assert frame.to_dict("list") == {"value": ["one", "two"]}
