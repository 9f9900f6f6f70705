"""The search for neighbours that the detectors share, against a full sort of all distances."""

import numpy as np
import pytest
from scipy import sparse
from sklearn.metrics import pairwise_distances

from skclean.evidence import class_votes, distance_weights, strongest_other, voting_neighbours, voting_rows
from skclean.preprocessing import Neighbourhood, find_neighbours, neighbour_blocks


def points(n_rows=80, n_columns=3, seed=0):
    return np.random.default_rng(seed).normal(size=(n_rows, n_columns))


def sorted_among(X, among, of):
    """Distances from some rows to others, sorted, each row to itself infinite; and the order."""
    distances = pairwise_distances(X)
    np.fill_diagonal(distances, np.inf)
    order = np.asarray(among)[np.argsort(distances[np.ix_(of, among)], axis=1)]
    return order, np.take_along_axis(distances[of], order, axis=1)


@pytest.mark.parametrize("k", [7, 30])
@pytest.mark.parametrize("n_columns", [1, 3, 20])
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix])
def test_lists_are_those_of_a_full_sort(n_columns, kind, k):
    X, among, of = points(n_columns=n_columns), np.arange(0, 80, 2), np.arange(10, 50)
    order, distances = sorted_among(X, among, of)
    near = find_neighbours(kind(X), among, k, of=of)
    assert near.indices.dtype == np.int32
    np.testing.assert_array_equal(near.indices, order[:, :k])
    np.testing.assert_allclose(near.distances, distances[:, :k], atol=1e-7)


@pytest.mark.parametrize(("among", "of", "expected"), [(5, None, 4), (5, [0, 9], 4), (5, [8, 9], 5), (1, [0], 0)])
def test_lists_are_as_long_as_all_rows_have(among, of, expected):
    near = find_neighbours(points(10), np.arange(among), 20, of=of)
    assert near.indices.shape == near.distances.shape == (10 if of is None else len(of), expected)


def test_ties_are_drawn_neither_by_row_nor_by_class():
    X = np.zeros((4000, 1))
    near = find_neighbours(X, np.arange(4000), 9)
    assert not (near.indices == np.arange(4000)[:, None]).any()
    assert (near.distances == 0).all()
    counts = (near.indices < 2000).sum()  # as in a table that is sorted by two classes
    assert 0.2 < counts / near.indices.size < 0.8


@pytest.mark.parametrize("k", [5, 40])
def test_blocks_yield_every_row_once_whatever_the_ties(monkeypatch, k):
    monkeypatch.setattr("skclean.preprocessing._nearest.FOUND_AT_ONCE", 64)
    X = np.random.default_rng(0).integers(3, size=(60, 2)).astype(float)
    blocks = list(neighbour_blocks(X, np.arange(60), k, of=np.arange(60)))
    assert sorted(np.concatenate([part for part, _, _ in blocks])) == list(range(60))
    _, distances = sorted_among(X, np.arange(60), np.arange(60))
    near = find_neighbours(X, np.arange(60), k)
    np.testing.assert_array_equal(near.distances, distances[:, :k])
    for part, found, _ in blocks:
        np.testing.assert_array_equal(near.indices[part], found)


def test_rows_without_a_label_or_weight_do_not_vote():
    codes = np.array([0, -1, 1, 0])
    assert voting_rows(codes).tolist() == [0, 2, 3]
    assert voting_rows(codes, np.array([1.0, 1.0, 0.0, 2.0])).tolist() == [0, 3]
    near = voting_neighbours(points(4), codes, 5)
    assert near.indices.shape == (4, 2) and not (near.indices == 1).any()


def test_weights_fall_with_distance_and_know_places_that_many_share():
    near = Neighbourhood(np.array([[1, 2], [0, 2], [1, 0]]), np.array([[1.0, 2.0], [1.0, 1.0], [1.0, 2.0]]))
    np.testing.assert_allclose(distance_weights(near), np.exp([[-1, -2], [-1, -1], [-1, -2]]))
    weighted = distance_weights(near, np.array([2.0, 3.0, 0.5]))
    np.testing.assert_allclose(weighted[0], np.array([3 / np.e, 0.5 / np.e**2]) / (11 / 6))
    np.testing.assert_allclose(distance_weights(near, np.array([20.0, 30.0, 5.0])), weighted)
    heap = Neighbourhood(np.array([[1, 2], [0, 2], [0, 1]]), np.array([[0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]))
    weights = distance_weights(heap)
    assert (weights > 0).all() and weights[1].tolist() == [1, 1] and weights[2, 1] == 1


def test_the_strongest_other_class():
    votes = class_votes(np.array([[0, 1, 2], [2, 2, 0]]), np.array([1, 2, 2]), 3)
    np.testing.assert_allclose(votes, [[0, 1, 5 / 6], [0, 1 / 3, 1.5]])
    assert strongest_other(votes, np.array([1, -1])).tolist() == [2, 2]
