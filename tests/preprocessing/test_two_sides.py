"""Nearest rows of the same class and of others, against a full sort: exactly in small tables, mostly in large ones."""

import numpy as np
import pytest
from sklearn.datasets import make_classification
from sklearn.metrics import pairwise_distances

from skclean.preprocessing import _nearest, _two_sides, find_sides

N_ROWS, K = 4000, 10


def table(kind):
    rng = np.random.default_rng(0)
    if kind == "noise":
        return rng.normal(size=(N_ROWS, 20)), rng.integers(2, size=N_ROWS)
    if kind == "far":  # all near rows have one class
        y = rng.integers(4, size=N_ROWS)
        return 20 * rng.normal(size=(4, 20))[y] + rng.normal(size=(N_ROWS, 20)), y
    n_classes = 6 if kind == "classes" else 2
    share = [0.9, 0.1] if kind == "rare" else None
    X, y = make_classification(
        N_ROWS, 20, n_informative=8, n_redundant=4, n_classes=n_classes, weights=share, random_state=0
    )
    return X, np.where(rng.random(N_ROWS) < 0.1, rng.integers(n_classes, size=N_ROWS), y)


@pytest.fixture
def approximate(monkeypatch):
    """Small tables are searched as large ones are, with leaves that hold as small a part of them."""
    monkeypatch.setattr(_nearest, "EXACT_ROWS", 100)
    monkeypatch.setattr(_two_sides, "FEW_ROWS", 50)
    monkeypatch.setattr(_two_sides, "LEAF_ROWS", 60)
    monkeypatch.setattr(_two_sides, "LEAF_ROWS_EACH", 4)


def true_sides(X, codes, among, k=K):
    """Sorted distances of every row to candidates of its class and of others."""
    gaps = pairwise_distances(X)
    np.fill_diagonal(gaps, np.inf)
    gaps[:, np.setdiff1d(np.arange(len(X)), among)] = np.inf
    is_same = codes[:, None] == codes
    return [np.sort(np.where(side, gaps, np.inf), axis=1)[:, :k] for side in (is_same, ~is_same)]


def found_sides(X, codes, among, k=K, **options):
    """The same as the search gives them; checks that every row comes once, with neighbours of the right classes."""
    sides, seen = np.full((2, len(X), k), np.inf), np.zeros(len(X), dtype=int)
    for rows, *found in find_sides(X, codes, among, k, **options):
        seen[rows] += 1
        for place, (indices, distances) in enumerate(found):
            assert ((codes[indices] == codes[rows][:, None]) == (place == 0)).all()
            assert np.isin(indices, among).all() and not (indices == rows[:, None]).any()
            assert all(len(set(row)) == len(row) for row in indices.tolist())
            np.testing.assert_allclose(distances, np.linalg.norm(X[indices] - X[rows][:, None], axis=2), atol=1e-6)
            sides[place, rows, : distances.shape[1]] = distances
    assert (seen == (codes >= 0)).all()
    return sides


@pytest.mark.parametrize("missing", [False, True])
def test_small_tables_are_searched_exactly(missing):
    X, codes = table("classes")
    X, codes = X[:300], codes[:300].copy()
    among = np.arange(300)
    if missing:
        codes[::7], among = -1, np.setdiff1d(among, np.r_[among[::7], among[::5]])
    sides = found_sides(X, codes, among)
    for found, true in zip(sides, true_sides(X, codes, among), strict=True):
        np.testing.assert_allclose(found[codes >= 0], true[codes >= 0], atol=1e-6)


@pytest.mark.parametrize(
    ("kind", "least_same", "least_other"), [("classes", 0.95, 0.95), ("rare", 0.95, 0.95), ("noise", 0.85, 0.85)]
)
def test_most_true_neighbours_are_found_on_both_sides(approximate, kind, least_same, least_other):
    X, codes = table(kind)
    sides, true_ones = found_sides(X, codes, np.arange(N_ROWS)), true_sides(X, codes, np.arange(N_ROWS))
    for found, true, least in zip(sides, true_ones, (least_same, least_other), strict=True):
        assert (found <= true[:, -1:] + 1e-9).mean() >= least
        excess = found.mean(axis=1) / true.mean(axis=1) - 1
        assert excess.mean() < 0.01 and excess.max() < 0.3


def test_other_classes_are_found_where_all_near_rows_have_one_class(approximate):
    X, codes = table("far")
    found = found_sides(X, codes, np.arange(N_ROWS))[1].mean(axis=1)
    true = true_sides(X, codes, np.arange(N_ROWS))[1].mean(axis=1)
    assert np.isfinite(found).all() and (found / true).max() < 1.1 and (found / true).mean() < 1.03


def test_rows_that_may_not_be_neighbours_get_lists_too(approximate):
    X, codes = table("rare")
    codes = codes.copy()
    codes[::9] = -1
    among = np.setdiff1d(np.flatnonzero(codes >= 0), np.arange(0, N_ROWS, 5))
    sides, rows = found_sides(X, codes, among), codes >= 0
    for found, true in zip(sides, true_sides(X, codes, among), strict=True):
        assert (found[rows] <= true[rows, -1:] + 1e-9).mean() >= 0.9


def test_sides_of_few_rows_are_exact(approximate, monkeypatch):
    monkeypatch.setattr(_two_sides, "FEW_ROWS", 800)
    X, codes = table("rare")
    found, true = found_sides(X, codes, np.arange(N_ROWS)), true_sides(X, codes, np.arange(N_ROWS))
    np.testing.assert_allclose(found[0][codes == 1], true[0][codes == 1], atol=1e-6)
    np.testing.assert_allclose(found[1][codes == 0], true[1][codes == 0], atol=1e-6)


def test_the_number_of_threads_changes_nothing(approximate):
    X, codes = table("noise")
    np.testing.assert_array_equal(*(found_sides(X, codes, np.arange(N_ROWS), n_jobs=n_jobs) for n_jobs in (1, 3)))
