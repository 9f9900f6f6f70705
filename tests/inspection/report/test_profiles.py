"""Shares of values by class, against counts made row by row."""

import numpy as np
import pandas as pd
import pytest

from skclean.inspection.report import _profiles
from skclean.inspection.report._profiles import PRIOR_ROWS, ColumnProfiles


@pytest.fixture
def table():
    rng = np.random.RandomState(0)
    codes = rng.randint(0, 3, 400)
    frame = pd.DataFrame({"word": np.array(list("abc"))[codes], "few": rng.randint(0, 4, 400), "number": rng.rand(400)})
    frame.loc[::7, "word"] = None
    frame.loc[::11, "number"] = np.nan
    return frame, codes


def plain_share(column, codes, row, code):
    """The share of a class with the same value, drawn towards the share among all rows."""
    value = column[row]
    same = column.isna() if pd.isna(value) else column == value
    counts = [(same & (codes == one)).sum() for one in np.unique(codes)]
    overall = (sum(counts) + 0.5) / (len(column) + 0.5 * (_profiles.N_BINS + 1))
    return (counts[code] + PRIOR_ROWS * overall) / ((codes == code).sum() + PRIOR_ROWS)


@pytest.mark.parametrize("name", ["word", "few"])
def test_shares_equal_plain_counts(table, name):
    frame, codes = table
    rows = np.arange(0, 400, 13)
    asked = np.column_stack([codes[rows], (codes[rows] + 1) % 3])
    shares = ColumnProfiles(frame[[name]], codes, 3).shares(rows, asked)[0]
    expected = [
        [plain_share(frame[name], codes, row, code) for code in pair] for row, pair in zip(rows, asked, strict=True)
    ]
    np.testing.assert_allclose(shares, expected)


def test_numbers_are_compared_with_numbers_near_them(table):
    frame, codes = table
    shares = ColumnProfiles(frame[["number"]], codes, 3).shares(np.arange(50), codes[:50, None])[0]
    known = frame["number"].notna().to_numpy()[:50]
    assert 0.03 < shares[known].mean() < 0.15  # about one row in eleven is in the same bin


def test_rows_without_a_class_describe_none(table):
    frame, codes = table
    hidden = codes.copy()
    hidden[codes == 2] = -1
    rows = np.flatnonzero((codes == 2) & frame["word"].notna())[:5]
    shares = ColumnProfiles(frame[["word"]], hidden, 3).shares(rows, np.zeros((5, 1), dtype=int))[0]
    assert (shares < 0.1).all()


def test_a_sample_of_rows_gives_about_the_same_shares(table, monkeypatch):
    frame, codes = table
    asked = codes[:40, None]
    whole = ColumnProfiles(frame, codes, 3).shares(np.arange(40), asked)
    big = pd.concat([frame] * 10, ignore_index=True)
    monkeypatch.setattr(_profiles, "MAX_ROWS", 1_000)
    sampled = ColumnProfiles(big, np.tile(codes, 10), 3)
    assert len(sampled.rows) == 1_000
    assert np.abs(sampled.shares(np.arange(40), asked) - whole).max() < 0.1


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([None, None, None, None]),
        pd.to_datetime(pd.Series(["2024-01-01", None, "2024-02-01", "2024-03-01"])),
        pd.Series([1, None, 3, 4], dtype="Int64"),
        pd.Series([True, False, None, True], dtype="boolean"),
        pd.Series([1 + 2j, 0, 1j, 2]),
        pd.Series([[1], [2], "a", 3.0]),
        pd.Series(["a", "b", "a", None], dtype="category"),
        pd.to_timedelta(pd.Series([1, 2, None, 4]), unit="s"),
        pd.Series([np.inf, -np.inf, 0.0, 1e308]),
    ],
    ids=["missing", "dates", "Int64", "boolean", "complex", "mixed", "category", "durations", "infinite"],
)
def test_every_kind_of_column_has_shares(column):
    frame = column.to_frame("x")
    shares = ColumnProfiles(frame, np.array([0, 1, 0, 1]), 2).shares(np.arange(4), np.array([[0, 1]] * 4))
    assert shares.shape == (1, 4, 2) and ((shares > 0) & (shares < 1)).all()
