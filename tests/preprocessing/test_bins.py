"""Columns as bytes: the order of values stays, and no value lies far from the others."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from skclean._kernels import MISSING_CELL
from skclean.detectors import ConfidentLearning
from skclean.noise import inject_noise
from skclean.preprocessing import BinEncoder

RNG = np.random.default_rng(0)
COLUMNS = {
    "normal": RNG.normal(size=2000),
    "one far out": np.append(RNG.normal(size=2000), 1e6),
    "long tail": np.exp(4 * RNG.normal(size=2000)),
    "nearly all zero": np.append(np.zeros(1990), np.arange(10.0)),
    "two values": np.repeat([0.0, 1.0], [1000, 3]),
    "integers": RNG.integers(0, 40, 1000).astype(float),
    "float32": RNG.normal(size=100).astype(np.float32),
}


def bins_of(column):
    """The cells of a column, and the height of each row."""
    encoder = BinEncoder()
    cells = encoder.fit_transform(np.asarray(column)[:, None])[:, 0]
    return encoder, cells, encoder.heights_[0, cells]


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_the_order_of_values_stays(column):
    encoder, cells, heights = bins_of(column)
    order = np.argsort(column)
    assert (np.diff(cells[order].astype(int)) >= 0).all() and cells.max() < MISSING_CELL
    assert np.isfinite(encoder.heights_).all() and (np.diff(encoder.heights_, axis=1) >= 0).all()
    if len(np.unique(column)) <= 255:
        assert len(np.unique(cells)) == len(np.unique(column)) == len(np.unique(heights))
    else:
        counts = np.bincount(cells)
        assert len(counts) == 255 and counts.max() <= 2 * len(column) / 255


@pytest.mark.parametrize("name", ["normal", "one far out", "long tail", "integers"])
def test_no_value_lies_far_from_the_others(name):
    heights = bins_of(COLUMNS[name])[2]
    low, high = np.quantile(heights, [0.1, 0.9])
    assert heights.max() - heights.min() < 4 * (high - low)


def test_missing_values_and_constant_columns():
    X = np.array([[1.0, np.nan, 5.0], [2.0, np.nan, 5.0], [np.nan, np.nan, np.nan]])
    cells = BinEncoder().fit_transform(X)
    np.testing.assert_array_equal(cells, [[0, 255, 0], [1, 255, 0], [255, 255, 255]])


def test_new_rows_get_the_bins_that_were_learned():
    X = RNG.normal(size=(3000, 2))
    encoder = BinEncoder().fit(X)
    np.testing.assert_array_equal(encoder.transform(X[::7]), encoder.transform(X)[::7])
    np.testing.assert_array_equal(encoder.transform([[-1e9, 1e9]]), [[0, 254]])


def test_texts_are_read_once_each_and_unseen_ones_are_missing():
    X = np.array([["b", "10"], ["a", "9"], ["b", None], ["c", "n/a"]], dtype=object)
    encoder = BinEncoder().fit(X)
    np.testing.assert_array_equal(encoder.transform(X), [[1, 1], [0, 0], [1, 255], [2, 255]])
    np.testing.assert_array_equal(encoder.transform([["d", "9.5"], ["c", "-3"]]), [[255, 0], [2, 0]])
    assert [bins.kind for bins in encoder.bins_] == ["category", "number"]


def test_neighbouring_floats_and_the_largest_ones_stay_apart():
    one = np.array([1.0, np.nextafter(1.0, 2), -1e308, 1e308, 5e-324, 0.0])
    cells, heights = bins_of(one)[1:]
    np.testing.assert_array_equal(cells, [3, 4, 0, 5, 2, 1])
    assert np.isfinite(heights).all()


def test_infinite_numbers_are_refused():
    with pytest.raises(ValueError, match="infinity or a value too large for float64 in column 1"):
        BinEncoder().fit(np.array([[1.0, 2.0], [3.0, np.inf]]))


def test_many_rows_are_learned_from_some(monkeypatch):
    X = RNG.normal(size=(20_000, 1))
    all_rows = BinEncoder().fit_transform(X).astype(int)
    monkeypatch.setattr("skclean.preprocessing._bins.MAX_ROWS", 4000)
    assert np.abs(BinEncoder().fit_transform(X).astype(int) - all_rows).max() < 15


def test_a_table_without_any_usable_column_has_one_that_says_nothing():
    encoder = BinEncoder()
    cells = encoder.fit_transform(np.array([[f"x{i * 7919}q"] for i in range(40)], dtype=object))
    np.testing.assert_array_equal(cells, np.zeros((40, 1)))
    assert encoder.heights_.shape == (1, 256)


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("spoil", ["far out", "powers"])
def test_tails_hide_no_wrong_label(spoil):
    rng = np.random.default_rng(1)
    y = rng.integers(0, 2, 1500)
    X = rng.normal(size=(1500, 4)) + np.column_stack([2 * y, -2 * y, y, y])
    noisy, flipped = inject_noise(y, rate=0.1, random_state=0)
    if spoil == "far out":
        spoiled = X.copy()
        spoiled[:4] = np.array([60, -80, 100, -120])[:, None]
    else:
        spoiled = np.sign(X) * np.abs(X) ** 7
    found = [
        average_precision_score(flipped, -ConfidentLearning(random_state=0).fit(table, noisy).label_quality_)
        for table in (X, spoiled)
    ]
    assert found[1] > found[0] - 0.05
