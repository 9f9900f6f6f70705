"""Columns as values and ranges, and how well they separate classes."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from skclean.inspection.checks._inputs import TableView
from skclean.inspection.checks._predictive import binned, separation, single_proba


def test_separation_is_that_of_the_area_under_the_curve():
    rng = np.random.default_rng(0)
    codes = rng.integers(0, 2, 300)
    first = rng.random(300) + 0.5 * codes
    proba = np.column_stack([-first, first])
    assert separation(proba, codes) == pytest.approx(2 * roc_auc_score(codes, first) - 1)
    assert separation(proba, np.zeros(300, dtype=int)) == 0.0


def test_numbers_become_ranges_of_about_as_many_rows():
    rng = np.random.default_rng(0)
    view = TableView(pd.DataFrame({"a": np.append(rng.normal(size=999), np.nan)}))
    codes, bins = binned(view, 0, np.arange(1000), 8)
    assert codes[-1] == -1 and len(bins) == 8
    assert np.ptp(np.bincount(codes[:-1])) <= 3
    for code, (low, high) in enumerate(bins):
        inside = view.numbers(0)[np.flatnonzero(codes == code)]
        assert (inside <= high).all() and ((inside > low) if code else (inside >= low)).all()


def test_few_numbers_and_categories_are_values():
    view = TableView(pd.DataFrame({"a": [1.0, 2.0, 1.0, 3.0], "b": ["x", "y", "x", None]}))
    rows = np.arange(4)
    assert binned(view, 0, rows, 8)[1] == [1.0, 2.0, 3.0]
    codes, values = binned(view, 1, rows, 8)
    assert [values[code] if code >= 0 else None for code in codes] == ["x", "y", "x", None]


def test_rare_categories_are_one_value():
    texts = np.repeat([f"c{number}" for number in range(10)], np.arange(20, 10, -1))
    codes, values = binned(TableView(pd.DataFrame({"a": texts})), 0, np.arange(len(texts)), 4)
    assert values == ["c0", "c1", "c2", None]
    assert (codes == 3).sum() == sum(range(11, 18))


def test_a_row_has_no_part_in_its_own_probability():
    values, codes = np.arange(40), np.arange(40) % 2  # each value once
    proba = single_proba(values, codes, 2, np.arange(40) % 4)
    np.testing.assert_allclose(proba, 0.5)
    by_value = single_proba(codes, codes, 2, np.arange(40) % 4)
    assert (by_value.argmax(axis=1) == codes).all()
