"""Folds are equal in size and in strata, random, the same in any block; what is counted of them is exact."""

from itertools import pairwise

import numpy as np
import pytest

from skclean._kernels import count_fold_extremes, draw_even_folds, draw_folds, group_rows, sum_fold_values

NO_FOLD = 255


def draw(strata, n_splits=5, *, seed=0, first=0, stop=20):
    grouped, starts = group_rows(strata)
    return draw_folds(grouped, starts, len(strata), n_splits, seed=seed, first=first, stop=stop)


@pytest.mark.parametrize("n_splits", [2, 5, 7, 255])
@pytest.mark.parametrize("n_rows", [300, 301, 777])
def test_sizes_and_strata_differ_by_one_at_most(n_rows, n_splits):
    strata = np.random.default_rng(0).choice([-1, 0, 1, 1, 1, 2], n_rows)
    folds = draw(strata, n_splits)
    assert (folds[:, strata < 0] == NO_FOLD).all()
    for fold in folds:
        for part in (strata >= 0, strata == 0, strata == 1, strata == 2):
            sizes = np.bincount(fold[part], minlength=n_splits)
            assert len(sizes) == n_splits and np.ptp(sizes) <= 1


def test_strata_of_few_rows_or_none():
    strata = np.array([0, 2, 2, 5, -1, 5, 5])
    folds = draw(strata, 3, stop=200)
    assert (folds[:, 4] == NO_FOLD).all()
    assert (np.sort(folds[:, [0, 1, 2, 3, 5, 6]], axis=1) == [0, 0, 1, 1, 2, 2]).all()
    assert (np.sort(folds[:, [3, 5, 6]], axis=1) == [0, 1, 2]).all()


def test_a_repeat_has_the_same_folds_whatever_the_block():
    strata = np.arange(103) % 3
    whole = draw(strata, stop=40)
    parts = [draw(strata, first=first, stop=first + 5) for first in range(0, 40, 5)]
    np.testing.assert_array_equal(whole, np.concatenate(parts))
    np.testing.assert_array_equal(whole[17], draw(strata, first=17, stop=18)[0])


def test_repeats_and_seeds_differ():
    strata = np.zeros(100, dtype=int)
    folds = np.concatenate([draw(strata, seed=seed) for seed in range(5)])
    assert len(np.unique(folds, axis=0)) == 100


@pytest.mark.parametrize("n_rows", [23, 40])
def test_every_row_falls_into_every_fold_equally_often(n_rows):
    """Within five standard errors, and so does every pair of rows into one fold."""
    repeats = 20000
    folds = draw(np.arange(n_rows) % 2, 5, stop=repeats)
    shares = np.stack([(folds == f).mean(axis=0) for f in range(5)])
    assert abs(shares - 0.2).max() < 5 * np.sqrt(0.16 / repeats)
    rows = np.arange(0, n_rows, 2)
    together = [(folds[:, a] == folds[:, b]).mean() for a in rows for b in rows if a < b]
    assert np.ptp(together) < 10 * np.sqrt(0.16 / repeats)
    apart = [(folds[:, a] == folds[:, b]).mean() for a in rows for b in range(1, n_rows, 2)]
    assert np.ptp(apart) < 10 * np.sqrt(0.16 / repeats)


def test_which_folds_are_larger_is_random():
    sizes = np.stack([np.bincount(fold, minlength=5) for fold in draw(np.zeros(11, dtype=int), stop=5000)])
    assert abs((sizes == 3).mean(axis=0) - 0.2).max() < 5 * np.sqrt(0.16 / 5000)


def test_a_draw_names_what_is_wrong():
    grouped, starts = group_rows(np.zeros(5, dtype=int))
    with pytest.raises(ValueError, match="n_splits must lie in 2..255"):
        draw_folds(grouped, starts, 5, 256, seed=0, first=0, stop=1)
    with pytest.raises(ValueError, match="grouped names rows outside"):
        draw_folds(grouped, starts, 4, 2, seed=0, first=0, stop=1)
    with pytest.raises(ValueError, match="starts must rise"):
        draw_folds(grouped, starts[:1], 5, 2, seed=0, first=0, stop=1)


@pytest.mark.parametrize("n_rows", [24, 25, 100, 117])
def test_even_folds_are_the_sums_of_parts_but_for_the_rows_that_must_move(n_rows):
    rng = np.random.default_rng(0)
    strata = rng.choice([-1, 0, 0, 1], n_rows)
    grouped, starts = group_rows(strata)
    low, high = (rng.integers(5, size=(30, width), dtype=np.uint8) for width in (10, 12))
    folds = draw_even_folds(grouped, starts, n_rows, 5, low, high, seed=0, first=7)
    place = np.arange(len(grouped))
    for fold, part in zip(folds, (low[:, place % 10] + high[:, place // 10]) % 5, strict=True):
        # The fewest moves that even out sums and sizes; names are given to the sums in some order.
        overlap = np.stack([[np.count_nonzero((part == a) & (fold[grouped] == b)) for b in range(5)] for a in range(5)])
        name_of = overlap.argmax(axis=1)
        moved = len(grouped) - overlap.max(axis=1).sum()
        excess = 0
        for start, stop in pairwise(starts):
            sizes = np.bincount(fold[grouped[start:stop]], minlength=5)
            assert np.ptp(sizes) <= 1
            sums = np.bincount(part[start:stop], minlength=5)
            excess += np.maximum(sums - sizes[name_of], 0).sum()
        if sorted(name_of) == list(range(5)):
            assert moved == excess


def test_even_folds_name_what_is_wrong():
    grouped, starts = group_rows(np.zeros(20, dtype=int))
    part = np.zeros((2, 4), dtype=np.uint8)
    with pytest.raises(ValueError, match="parts for 16 places, not for 20"):
        draw_even_folds(grouped, starts, 20, 5, part, part, seed=0, first=0)
    with pytest.raises(ValueError, match="high must be a uint8 matrix of numbers below 5"):
        draw_even_folds(grouped, starts, 20, 5, part, part + np.uint8(5), seed=0, first=0)
    with pytest.raises(ValueError, match="grouped names rows outside"):
        draw_even_folds(grouped, starts, 19, 5, part, part, seed=0, first=0)


def count(folds, scores, seed=0, first=0):
    worst, best = np.zeros((2, folds.shape[1]), dtype=np.int64)
    counted = count_fold_extremes(folds, scores, seed=seed, first=first, worst=worst, best=best)
    return counted, worst, best


def test_rows_of_the_worst_and_of_the_best_fold_are_counted():
    rng = np.random.default_rng(0)
    folds, scores = draw(np.zeros(37, dtype=int), stop=30), rng.random((30, 5))
    scores[[3, 8], [0, 4]] = np.nan
    kept = np.isfinite(scores).all(axis=1)
    counted, worst, best = count(folds, scores)
    assert counted == 28
    np.testing.assert_array_equal(worst, (folds == scores.argmin(axis=1)[:, None])[kept].sum(axis=0))
    np.testing.assert_array_equal(best, (folds == scores.argmax(axis=1)[:, None])[kept].sum(axis=0))


def test_infinite_scores_count():
    counted, worst, best = count(np.array([[0, 1, 2, NO_FOLD]], dtype=np.uint8), np.array([[0.0, np.inf, -np.inf]]))
    assert counted == 1
    assert worst.tolist() == [0, 0, 1, 0] and best.tolist() == [0, 1, 0, 0]


def test_ties_are_broken_evenly_and_the_same_in_any_block():
    repeats = 20000
    folds = np.tile(np.arange(5, dtype=np.uint8), (repeats, 1))
    scores = np.tile([0.2, 0.9, 0.2, 0.9, 0.2], (repeats, 1))
    _, worst, best = count(folds, scores)
    assert worst[[1, 3]].sum() == 0 and best[[0, 2, 4]].sum() == 0
    assert abs(worst[[0, 2, 4]] / repeats - 1 / 3).max() < 5 * np.sqrt(2 / 9 / repeats)
    assert abs(best[[1, 3]] / repeats - 1 / 2).max() < 5 * np.sqrt(1 / 4 / repeats)
    parts = [count(folds[:500], scores[:500], first=first) for first in range(0, repeats, 500)]
    np.testing.assert_array_equal(worst, sum(part[1] for part in parts))
    np.testing.assert_array_equal(best, sum(part[2] for part in parts))


def test_values_of_folds_are_added_up():
    rng = np.random.default_rng(0)
    strata = np.where(np.arange(31) == 4, -1, 0)
    folds, values = draw(strata, 4, stop=9), rng.normal(size=(9, 4))
    totals = np.ones(31)
    sum_fold_values(folds, values, totals)
    padded = np.column_stack([values, np.zeros((9, 252))])
    np.testing.assert_allclose(totals, 1 + np.take_along_axis(padded, folds.astype(int), axis=1).sum(axis=0))
    assert totals[4] == 1


def test_blocks_of_other_shapes_are_refused():
    folds = np.zeros((3, 5), dtype=np.uint8)
    with pytest.raises(ValueError, match="a row a repeat"):
        sum_fold_values(folds, np.zeros((2, 5)), np.zeros(5))
    with pytest.raises(ValueError, match="totals must have shape"):
        sum_fold_values(folds, np.zeros((3, 5)), np.zeros(4))
    few, right = np.zeros(4, dtype=np.int64), np.zeros(5, dtype=np.int64)
    with pytest.raises(ValueError, match="worst must have shape"):
        count_fold_extremes(folds, np.zeros((3, 5)), seed=0, first=0, worst=few, best=right)
