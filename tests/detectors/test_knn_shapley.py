"""KNN-Shapley: values by closed form are those of the definition."""

from itertools import combinations
from math import comb

import numpy as np
import pytest
from material import overlapping_blobs, sorted_rows

from skclean.detectors import KNNShapley


def votes_by_direct_sum(order, y, k, subset, row):
    """Share of the k votes that the nearest rows of a subset cast for the label of a row."""
    nearest = [other for other in order[row] if other in subset][:k]
    return sum(y[other] == y[row] for other in nearest) / k


@pytest.mark.parametrize("k", [1, 2, 5, 20])
def test_shapley_values_are_those_of_the_definition(k):
    X, y = overlapping_blobs(9)
    order, _ = sorted_rows(X)
    expected = np.zeros(9)
    for row in range(9):
        others = [other for other in range(9) if other != row]
        for player in others:
            rest = [other for other in others if other != player]
            for size in range(8):
                for subset in combinations(rest, size):
                    gain = votes_by_direct_sum(order, y, k, {*subset, player}, row)
                    gain -= votes_by_direct_sum(order, y, k, set(subset), row)
                    expected[player] += gain / (8 * comb(7, size) * 9)
    detector = KNNShapley(k).fit(X, y)
    np.testing.assert_allclose(detector.shapley_values_, expected, rtol=0, atol=1e-12)


def shapley_by_recursion(X, y, k, weight):
    order, _ = sorted_rows(X)
    values = np.zeros(len(y))
    n = len(y) - 1
    for row in range(len(y)):
        hits = (y[order[row]] == y[row]).astype(float)
        worth = np.zeros(n)
        worth[-1] = hits[-1] * min(k, n) / (k * n)
        for i in range(n - 1, 0, -1):
            worth[i - 1] = worth[i] + (hits[i - 1] - hits[i]) / k * min(k, i) / i
        values[order[row]] += weight[row] * worth
    return values / weight.sum()


@pytest.mark.parametrize("k", [1, 5, 10])
def test_shapley_values_of_200_rows_are_exact(k):
    X, y = overlapping_blobs(200)
    weight = np.random.default_rng(0).exponential(size=200)
    for some in (None, weight):
        values = KNNShapley(k).fit(X, y, sample_weight=some).shapley_values_
        expected = shapley_by_recursion(X, y, k, np.ones(200) if some is None else weight)
        np.testing.assert_allclose(values, expected, rtol=0, atol=1e-14)
    order, _ = sorted_rows(X)
    right = (y[order[:, :k]] == y[:, None]).mean()
    np.testing.assert_allclose(KNNShapley(k).fit(X, y).shapley_values_.sum(), right)


@pytest.mark.parametrize("n_ranks", [5, 10, 50, 150])
def test_values_of_few_ranks_keep_their_bound_and_their_differences(n_ranks):
    X, y = overlapping_blobs(200)
    order, _ = sorted_rows(X)
    for row in range(5):
        weight = np.full(200, 1e-15)
        weight[row] = 1  # as if this row alone were judged
        exact, few = (
            KNNShapley(n_ranks=ranks).fit(X, y, sample_weight=weight).shapley_values_ for ranks in (199, n_ranks)
        )
        assert np.abs(few - exact).max() <= 1 / n_ranks + 1e-9
        near = order[row, :n_ranks]
        np.testing.assert_allclose(np.diff(few[near]), np.diff(exact[near]), atol=1e-9)


def test_large_tables_are_valued_by_few_ranks(monkeypatch):
    X, y = overlapping_blobs(200)
    exact = KNNShapley().fit(X, y).shapley_values_
    np.testing.assert_array_equal(KNNShapley(n_ranks=10_000).fit(X, y).shapley_values_, exact)
    monkeypatch.setattr("skclean.detectors.neighbours._knn_shapley.MAX_ROWS_EXACT", 100)
    few = KNNShapley(n_ranks=100).fit(X, y).shapley_values_
    np.testing.assert_array_equal(KNNShapley().fit(X, y).shapley_values_, few)
    assert not np.array_equal(few, exact)


def test_shapley_values_are_the_same_block_by_block(monkeypatch):
    X, y = overlapping_blobs(150)
    whole = KNNShapley().fit(X, y).shapley_values_
    monkeypatch.setattr("skclean.preprocessing._nearest.FOUND_AT_ONCE", 1000)
    np.testing.assert_allclose(KNNShapley().fit(X, y).shapley_values_, whole, rtol=0, atol=1e-14)
