"""Votes of neighbours outside a row's own fold, against plain NumPy."""

import numpy as np
import pytest

from skclean._kernels import (
    LANES,
    MAX_LANE_VOTES,
    Voters,
    fold_sizes,
    neighbour_means,
    neighbour_shares,
    neighbour_winners,
    pack_lanes,
    vote_misses,
)

NO_FOLD = 255


def problem(seed, *, n_rows=60, width=25, n_classes=3, n_splits=4, n_repeats=LANES, unlabelled=True):
    """Random lists among the rows that take part, some shorter than others, and random folds."""
    rng = np.random.default_rng(seed)
    active = rng.random(n_rows) > 0.15 * unlabelled
    rows = np.flatnonzero(active).astype(np.int32)
    lists = np.array([rng.permutation(rows[rows != row])[:width] for row in rows], dtype=np.int32)
    lists[rng.random(len(rows)) < 0.2, width // 2 :] = -1
    folds = rng.integers(n_splits, size=(n_repeats, n_rows), dtype=np.uint8)
    folds[:, ~active] = NO_FOLD
    codes = np.where(active, rng.integers(n_classes, size=n_rows), -1).astype(np.int32)
    weights = np.sort(rng.exponential(size=lists.shape), axis=1)[:, ::-1].copy()
    weights[rng.random(len(rows)) < 0.3, :3] = np.inf
    return Voters(rows, lists, weights, n_rows), folds, codes


def chosen(voters, i, fold, k):
    """Positions in list i of the first k neighbours outside the row's fold, or None if there are fewer."""
    neighbours = voters.lists[i]
    outside = (neighbours >= 0) & (fold[neighbours] != fold[voters.rows[i]])
    first = np.flatnonzero(outside)[:k]
    return first if len(first) == k else None


def votes_of(voters, i, codes, n_classes, first):
    weight = np.ones(len(first)) if voters.weights is None else voters.weights[i, first]
    weight = np.isinf(weight).astype(float) if np.isinf(weight).any() else weight
    return np.bincount(codes[voters.lists[i, first]], weight, minlength=n_classes)


def uniform(voters):
    return Voters(voters.rows, voters.lists, None, voters.n_rows)


@pytest.mark.parametrize("n_repeats", [1, 7, LANES])
@pytest.mark.parametrize("n_classes", [1, 2, 3, 40])
@pytest.mark.parametrize("k", [1, 2, 5, 8])
def test_misses(k, n_classes, n_repeats):
    voters, folds, codes = problem(k, n_classes=n_classes, n_repeats=n_repeats)
    voters = uniform(voters)
    misses = np.full((LANES, 256), 7, dtype=np.int64)
    short = vote_misses(pack_lanes(folds), voters, codes, n_classes, k, misses)
    expected = np.full((LANES, 256), 7)
    for i in set(range(len(voters.rows))) - set(short):
        for lane, fold in enumerate(folds):
            first = chosen(voters, i, fold, k)
            winner = codes[voters.lists[i, 0]] if first is None else -1
            if first is not None:
                winner = votes_of(voters, i, codes, n_classes, first).argmax()
            row = voters.rows[i]
            expected[lane, fold[row]] += winner != codes[row]
    np.testing.assert_array_equal(misses[:n_repeats, :4], expected[:n_repeats, :4])
    lacking = [i for i in range(len(voters.rows)) if any(chosen(voters, i, fold, k) is None for fold in folds)]
    assert set(short) <= set(lacking)
    # A list that is too short may still begin with a majority of one class.
    assert all(decided(voters, i, folds, codes, k) for i in set(lacking) - set(short))


def decided(voters, i, folds, codes, k):
    neighbours = voters.lists[i][voters.lists[i] >= 0]
    same = np.logical_and.accumulate(codes[neighbours] == codes[neighbours[0]])
    outside = folds[:, neighbours[same]] != folds[:, [voters.rows[i]]]
    return (outside.sum(axis=1) > k // 2).all()


def test_misses_of_very_many_votes():
    voters, folds, codes = problem(0, n_rows=600, width=400, n_classes=2, unlabelled=False)
    voters = Voters(voters.rows[:40], voters.lists[:40], None, 600)
    misses = np.zeros((LANES, 256), dtype=np.int64)
    short = vote_misses(pack_lanes(folds), voters, codes, 2, MAX_LANE_VOTES, misses)
    expected = np.zeros((LANES, 256), dtype=np.int64)
    for i in set(range(40)) - set(short):
        for lane, fold in enumerate(folds):
            winner = votes_of(voters, i, codes, 2, chosen(voters, i, fold, MAX_LANE_VOTES)).argmax()
            expected[lane, fold[i]] += winner != codes[i]
    assert 0 < len(short) < 40
    np.testing.assert_array_equal(misses, expected)


def test_scratch_is_left_clean_between_rows():
    """The same rows twice, and in parts, give twice the same misses."""
    voters, folds, codes = problem(3)
    lanes, half = pack_lanes(folds), len(voters.rows) // 2
    whole, parts = np.zeros((2, LANES, 256), dtype=np.int64)
    vote_misses(lanes, uniform(voters), codes, 3, 4, whole)
    for part in (slice(half), slice(half, None)):
        vote_misses(lanes, Voters(voters.rows[part], voters.lists[part], None, voters.n_rows), codes, 3, 4, parts)
    np.testing.assert_array_equal(whole, parts)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("k", [1, 4, 9])
def test_shares_winners_and_means(k, weighted):
    voters, folds, codes = problem(k, n_classes=4)
    voters = voters if weighted else uniform(voters)
    target = np.random.default_rng(0).normal(size=voters.n_rows)
    shares, winners = np.full((voters.n_rows, 4), np.nan), np.full(voters.n_rows, -7, dtype=np.int32)
    means = np.full(voters.n_rows, np.nan)
    for fold in folds[:3]:
        short = neighbour_shares(fold, voters, codes, k, shares)
        np.testing.assert_array_equal(neighbour_winners(fold, voters, codes, 4, k, winners), short)
        np.testing.assert_array_equal(neighbour_means(fold, voters, target, k, means), short)
        for i, row in enumerate(voters.rows):
            first = chosen(voters, i, fold, k)
            assert (first is None) == (i in short)
            if first is not None:
                votes = votes_of(voters, i, codes, 4, first)
                np.testing.assert_allclose(shares[row], votes / votes.sum(), atol=1e-12)
                assert winners[row] == votes.argmax()
                weight = np.ones(k) if voters.weights is None else voters.weights[i, first]
                weight = np.isinf(weight) if np.isinf(weight).any() else weight
                np.testing.assert_allclose(means[row], np.average(target[voters.lists[i, first]], weights=weight))
    untouched = np.setdiff1d(np.arange(voters.n_rows), voters.rows)
    assert np.isnan(shares[untouched]).all() and (winners[untouched] == -7).all() and np.isnan(means[untouched]).all()


@pytest.mark.parametrize("n_rows", [1, 2, 61])
def test_sizes_of_folds(n_rows):
    folds = np.random.default_rng(0).choice(np.array([0, 1, 2, 254, NO_FOLD], dtype=np.uint8), (5, n_rows))
    expected = [np.bincount(fold, minlength=255)[:255] for fold in folds]
    np.testing.assert_array_equal(fold_sizes(folds, 255), expected)
    np.testing.assert_array_equal(fold_sizes(folds, 2), np.array(expected)[:, :2])


def test_lanes_that_no_repeat_uses_take_no_part():
    folds = np.random.default_rng(0).integers(5, size=(3, 20), dtype=np.uint8)
    lanes = pack_lanes(folds)
    np.testing.assert_array_equal(lanes[:, :3], folds.T)
    assert (lanes[:, 3:] == NO_FOLD).all()


def test_doors_name_what_is_wrong():
    voters, folds, codes = problem(0)
    rows, lists, n_rows = voters.rows, voters.lists, voters.n_rows
    with pytest.raises(ValueError, match="at most 16 repeats"):
        pack_lanes(np.zeros((LANES + 1, 3), dtype=np.uint8))
    with pytest.raises(ValueError, match="int32 with a list a row"):
        Voters(rows[1:], lists, None, n_rows)
    with pytest.raises(ValueError, match="rows must lie in"):
        Voters(rows + n_rows, lists, None, n_rows)
    with pytest.raises(ValueError, match="lists must hold"):
        Voters(rows, lists + n_rows, None, n_rows)
    with pytest.raises(ValueError, match="weights must have shape"):
        Voters(rows, lists, voters.weights[:, 1:], n_rows)
    misses = np.zeros((LANES, 256), dtype=np.int64)
    for k in (0, MAX_LANE_VOTES + 1):
        with pytest.raises(ValueError, match="k must"):
            vote_misses(pack_lanes(folds), voters, codes, 3, k, misses)
    with pytest.raises(ValueError, match="must have shapes"):
        vote_misses(pack_lanes(folds[:, 1:]), voters, codes, 3, 1, misses)
    with pytest.raises(ValueError, match="codes must lie in"):
        vote_misses(pack_lanes(folds), voters, codes, 2, 1, misses)
    with pytest.raises(ValueError, match="must have 60 rows"):
        neighbour_means(folds[0][1:], voters, np.zeros(n_rows), 1, np.zeros(n_rows))
    with pytest.raises(ValueError, match="k must be a whole number of at least 1"):
        neighbour_means(folds[0], voters, np.zeros(n_rows), 0, np.zeros(n_rows))
    some = Voters(rows[:1], np.flatnonzero(codes < 0)[None].astype(np.int32), None, n_rows)
    with pytest.raises(ValueError, match="of rows that take part"):
        vote_misses(pack_lanes(folds), some, codes, 3, 1, misses)
