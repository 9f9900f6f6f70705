"""No value of a column lies far from the others, and the order of values stays."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import average_precision_score

from skclean.detectors import ConfidentLearning
from skclean.evidence import EvenColumns
from skclean.noise import inject_noise

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


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS)
def test_the_order_of_values_stays(column):
    even = EvenColumns().fit_transform(column[:, None])[:, 0]
    assert even.dtype == np.float32 and np.isfinite(even).all()
    assert (np.diff(even[np.argsort(column)]) >= 0).all()
    if len(np.unique(column)) <= 100:
        assert len(np.unique(even)) == len(np.unique(column))


@pytest.mark.parametrize("name", ["normal", "one far out", "long tail", "integers"])
def test_no_value_lies_far_from_the_others(name):
    even = EvenColumns().fit_transform(COLUMNS[name][:, None])[:, 0]
    low, high = np.quantile(even, [0.1, 0.9])
    assert even.max() - even.min() < 4 * (high - low)


def test_missing_values_stay_and_constant_columns_are_safe():
    X = np.array([[1.0, np.nan, 5.0], [2.0, np.nan, 5.0], [np.nan, np.nan, np.nan]])
    even = EvenColumns().fit_transform(X)
    np.testing.assert_array_equal(np.isnan(even), np.isnan(X))
    assert even[0, 2] == even[1, 2]


def test_new_rows_are_mapped_as_those_that_were_learned():
    X = RNG.normal(size=(3000, 2))
    encoder = EvenColumns().fit(X)
    np.testing.assert_array_equal(encoder.transform(X[::7]), encoder.transform(X)[::7])
    beyond = encoder.transform([[-1e9, 1e9]])
    np.testing.assert_allclose(beyond[0], [encoder.transform(X)[:, 0].min(), encoder.transform(X)[:, 1].max()])


def test_many_rows_are_learned_from_some(monkeypatch):
    X = RNG.normal(size=(20_000, 1))
    all_rows = EvenColumns().fit_transform(X)
    monkeypatch.setattr("skclean.evidence._even_columns.MOST_ROWS", 4000)
    np.testing.assert_allclose(EvenColumns().fit_transform(X), all_rows, atol=0.2)


def test_sparse_tables_are_left_to_the_forest():
    X = sparse.random(30, 3, 0.3, "csr", random_state=0)
    encoder = EvenColumns().fit(X)
    np.testing.assert_array_equal(encoder.transform(X).toarray(), X.toarray())
    with pytest.raises(ValueError, match="X is dense, but a sparse matrix was given to fit"):
        encoder.transform(X.toarray())


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
