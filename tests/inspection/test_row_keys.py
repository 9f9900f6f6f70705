"""Checksums of rows are those of what the cells mean, whatever holds them."""

import re
from datetime import date, datetime
from decimal import Decimal

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from skclean.inspection._row_keys import row_checksums

ALIKE = [
    (3, 3.0, "3", " 3.0 ", np.int64(3), np.float32(3), Decimal("3.00"), "3e0"),
    (0, -0.0, "-0"),
    (0.1, "0.1", Decimal("0.1") * 1, "0.10"),
    (None, float("nan"), "", "  "),
    (True, np.True_, "TRUE", "true"),
    (date(2024, 1, 5), datetime(2024, 1, 5), "2024-01-05", "2024-01-05 00:00:00"),
    (datetime(2024, 1, 5, 7, 30), "2024-01-05T07:30:00"),
    (2**60 + 1, str(2**60 + 1)),
    ("café", " café"),
]


@pytest.mark.parametrize("cells", ALIKE, ids=lambda cells: repr(cells[0]))
def test_cells_that_mean_the_same(cells):
    assert len(set(row_checksums([[cell] for cell in cells], range(len(cells))))) == 1


def test_cells_that_differ():
    cells = [1, 2, 0.1, np.float32(0.1), 2**60, 2**60 + 1, "a", "A", "", "nan.", True, "1e400", "inf", [1], "1\x1f2"]
    assert len(set(row_checksums([[cell] for cell in cells], range(len(cells))))) == len(cells)
    assert row_checksums([["a", ""]], [0]) != row_checksums([["", "a"]], [0])


def test_rows_in_any_order_and_none():
    X = np.arange(12.0).reshape(4, 3)
    every = row_checksums(X, range(4))
    assert row_checksums(X, [2, 0, 2]) == [every[2], every[0], every[2]]
    assert row_checksums(X, []) == []
    assert all(len(text) == 12 and int(text, 16) >= 0 for text in every)


def test_containers_agree():
    X = np.array([[1.0, 0.0], [0.0, 2.5], [7.0, 0.0]])
    expected = row_checksums(X, range(3))
    assert row_checksums(csr_matrix(X), range(3)) == expected
    assert row_checksums(X.tolist(), range(3)) == expected
    pd = pytest.importorskip("pandas")
    assert row_checksums(pd.DataFrame(X, columns=["a", "a"]), range(3)) == expected
    assert row_checksums(pd.DataFrame(X).convert_dtypes(), range(3)) == expected


def test_polars_too():
    pl = pytest.importorskip("polars")
    X = [[1.0, 2.0], [3.0, 4.0]]
    assert row_checksums(pl.DataFrame(X, orient="row"), [1, 0]) == row_checksums(X, [1, 0])


def test_types_of_pandas_and_their_text_in_a_file(tmp_path):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(
        {
            "when": pd.to_datetime(["2024-01-05", None, "2023-07-01"]),
            "kind": pd.Categorical(["a", None, "b"]),
            "gaps": pd.array([1, None, 3], dtype="Int64"),
            "real": [0.1, np.nan, 1e-300],  # pandas 2 reads 0.1 + 0.2 as 0.3
            "sure": [True, False, True],
        }
    )
    frame.to_csv(tmp_path / "table.csv", index=False)
    again = pd.read_csv(tmp_path / "table.csv")
    assert row_checksums(again, range(3)) == row_checksums(frame, range(3))
    texts = pd.read_csv(tmp_path / "table.csv", dtype=str)
    assert row_checksums(texts, range(3)) == row_checksums(frame, range(3))


def test_no_spreadsheet_reads_a_checksum_as_a_number():
    for check in row_checksums(np.arange(2000)[:, None], np.arange(2000)):
        assert re.fullmatch("[a-f][0-9a-f]{11}", check)
        with pytest.raises(ValueError, match="could not convert"):
            float(check)
