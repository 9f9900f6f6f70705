"""The law of near rows, and single linkage."""

import numpy as np
import pytest
from scipy.cluster.hierarchy import linkage
from scipy.spatial.distance import pdist

from skclean.evidence import chance_so_near, distinct_rows, near_lists, near_pairs, off_topic_heights
from skclean.preprocessing import find_neighbours


@pytest.mark.parametrize("n_columns", [2, 5])
def test_the_chance_is_uniform_where_rows_are_spread_evenly(n_columns):
    points = np.random.default_rng(0).uniform(size=(4000, n_columns))
    chance = chance_so_near(near_lists(points))
    for level in (0.01, 0.1):  # the larger of two distances is the scale, so small chances are a little more frequent
        assert 0.7 * level < np.mean(chance <= level) < 1.8 * level


def test_the_chance_does_not_depend_on_the_density():
    rng = np.random.default_rng(0)
    points = rng.normal(size=(500, 4))
    chance = chance_so_near(near_lists(points))
    np.testing.assert_allclose(chance_so_near(near_lists(1000 * points)), chance, rtol=1e-6)


def test_pairs_come_once_and_the_nearest_first():
    points = np.random.default_rng(0).normal(size=(400, 4))
    points[[10, 20]] = points[[11, 21]] + [[1e-6] * 4, [1e-4] * 4]
    near = near_lists(points)
    pairs = near_pairs(near, chance_so_near(near))
    assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True))[:2] == [(10, 11), (20, 21)]
    assert (np.diff(pairs.chance) >= 0).all()


def test_few_rows_have_no_law():
    assert (chance_so_near(near_lists(np.eye(3))) == 1).all()


def test_heights_are_those_of_single_linkage():
    points = np.random.default_rng(0).normal(size=(60, 3))
    near = find_neighbours(points, np.arange(60), 59, exact=True)
    lower, upper = np.zeros(60), np.zeros(60)
    members = [[row] for row in range(60)]
    for one, other, height, _ in linkage(pdist(points), "single"):
        small, large = sorted((members[int(one)], members[int(other)]), key=len)
        ends = [small, large] if len(small) == len(large) else [small]  # of two equal groups either may count
        for rows in ends:
            upper[rows] = np.maximum(upper[rows], height * max(0, 1 - len(rows) / 10))
        if len(ends) == 1:
            lower[small] = np.maximum(lower[small], height * max(0, 1 - len(small) / 10))
        members.append(small + large)
    found = off_topic_heights(near)
    assert (found >= lower - 1e-9).all() and (found <= upper + 1e-9).all()
    assert lower.max() == pytest.approx(found.max())


def test_distinct_rows_are_the_first_ones():
    points = np.array([[0.0, 1.0], [1.0, 0.0], [-0.0, 1.0], [2.0, 2.0]])
    assert distinct_rows(points).tolist() == [0, 1, 3]
