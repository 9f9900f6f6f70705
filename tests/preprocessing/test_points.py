"""Any table as points: what is learned from some rows and done to others."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skclean.preprocessing import PointEncoder, as_points

FRAME = pd.DataFrame(
    {
        "number": [1.0, 2.0, 3.0, np.nan],
        "text": ["a", "b", "a", None],
        "name": [f"n{i}" for i in range(4)],
        "empty": [np.nan] * 4,
    }
)


def test_numbers_have_mean_0_and_spread_1_and_missing_ones_lie_at_the_mean():
    points = as_points(np.array([[1.0], [2.0], [3.0], [np.nan], [np.inf]]))
    np.testing.assert_allclose(points.ravel(), [-np.sqrt(1.5), 0, np.sqrt(1.5), 0, 0])


def test_categories_are_columns_and_columns_of_names_are_left_out():
    many = pd.concat([FRAME[["number", "text"]]] * 20, ignore_index=True)
    many["name"] = [f"n{i}" for i in range(80)]
    points = as_points(many)
    assert points.shape == (80, 4)  # the number; a, b and missing
    assert points[0, 1:].sum() == 1


def test_new_rows_are_measured_as_the_first_ones_and_unknown_categories_are_missing():
    encoder = PointEncoder().fit(FRAME)
    new = FRAME.iloc[[0]].assign(text="z")
    assert encoder.transform(new)[0, 0] == pytest.approx(encoder.transform(FRAME)[0, 0])
    text = slice(2, 5)
    np.testing.assert_array_equal(encoder.transform(new)[0, text], encoder.transform(FRAME)[3, text])
    assert (encoder.transform(new)[0, text] != encoder.transform(FRAME)[0, text]).any()


def test_empty_columns_say_nothing():
    assert (as_points(FRAME[["empty"]]) == 0).all()


def test_sparse_rows_stay_sparse():
    rows = sparse.random(20, 5, density=0.4, format="coo", random_state=0)
    points = as_points(rows)
    assert sparse.issparse(points)
    np.testing.assert_allclose(points.toarray() > 0, rows.toarray() > 0)


def test_a_column_of_texts_costs_large_numbers_and_dates_no_digits():
    steps = np.arange(40) % 7
    frame = pd.DataFrame({"id": 1e9 + steps, "when": pd.Timestamp("2024-01-01") + pd.to_timedelta(steps, unit="s")})
    plain = as_points(np.column_stack([steps, steps]).astype(float))
    np.testing.assert_allclose(as_points(frame.assign(text="a"))[:, :2], plain, atol=1e-6)
