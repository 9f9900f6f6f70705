"""Folds in which every two rows meet equally often: random partitions one by one, even together."""

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from skclean.repeats import AGGREGATIONS, FoldTally, make_folds
from skclean.repeats.designs._even_folds import EvenFolds, can_be_even


def meetings(drawn, n_splits=None):
    """How often every two rows shared a fold."""
    n_splits = int(drawn.max()) + 1 if n_splits is None else n_splits
    inside = np.concatenate([(drawn == fold) for fold in range(n_splits)]).astype(np.int64)
    return (inside.T @ inside)[~np.eye(drawn.shape[1], dtype=bool)]


@pytest.mark.parametrize(("n_splits", "n_digits"), [(2, 3), (3, 2), (3, 3), (5, 2), (5, 3), (7, 2)])
def test_every_two_rows_meet_equally_often(n_splits, n_digits):
    """Exactly so where the rows fill the space, and in no other number than planes do that hold two points."""
    folds = EvenFolds(np.zeros(n_splits**n_digits, dtype=int), n_splits, seed=3)
    assert folds.n_directions == (n_splits**n_digits - 1) // (n_splits - 1)
    expected = (n_splits ** (n_digits - 1) - 1) // (n_splits - 1)
    for start in (0, folds.n_directions):
        assert (meetings(folds.draw(start, start + folds.n_directions)) == expected).all()


@pytest.mark.parametrize(("n_rows", "n_strata"), [(600, 1), (600, 3), (333, 2)])
def test_any_number_of_rows_is_nearly_even(n_rows, n_strata):
    strata = np.random.default_rng(0).integers(n_strata, size=n_rows)  # the smaller, the more of their rows are moved
    even = EvenFolds(strata, 5, seed=0)
    n_repeats = even.n_directions
    spread = [np.var(meetings(folds.draw(0, n_repeats))) for folds in (even, make_folds(5, strata, seed=0))]
    assert spread[0] < (0.1 if n_strata == 1 else 0.3) * spread[1]


def test_rows_drawn_with_the_same_seed_are_not_side_by_side():
    """Else the rows that a caller drew as wrong would be the first ones of the first layout."""
    for seed in range(3):
        wrong = np.random.default_rng(seed).random(600) < 0.2
        order, *_ = EvenFolds(np.zeros(600, dtype=int), 5, seed=seed)._layout_of(0)
        assert 5 < np.count_nonzero(wrong[order[:120]]) < 50


@pytest.mark.parametrize("n_splits", [2, 3, 5, 7, 13])
@pytest.mark.parametrize("n_rows", [14, 30, 301])
def test_sizes_and_strata_differ_by_one_at_most(n_rows, n_splits):
    strata = np.random.default_rng(0).choice([-1, 0, 1, 1, 1, 2, 5], n_rows)
    strata[:n_splits] = 1
    for fold in EvenFolds(strata, n_splits, seed=1).draw(0, 60):
        assert (fold[strata < 0] == 255).all()
        for part in (strata >= 0, strata == 0, strata == 1, strata == 2, strata == 5):
            sizes = np.bincount(fold[part], minlength=n_splits)
            assert len(sizes) == n_splits and np.ptp(sizes) <= 1


def test_a_repeat_has_the_same_folds_whatever_the_block():
    strata = np.arange(40) % 3
    whole = EvenFolds(strata, 5, seed=2).draw(0, 100)
    folds = EvenFolds(strata, 5, seed=2)
    assert folds.n_directions < 50  # so that layouts change on the way
    np.testing.assert_array_equal(
        whole, np.concatenate([folds.draw(at, at + 7) for at in range(0, 98, 7)] + [folds.draw(98, 100)])
    )
    np.testing.assert_array_equal(folds.draw(3, 4)[0], whole[3])
    assert folds.draw(5, 5).shape == (0, 40)
    assert len(np.unique(whole, axis=0)) == 100
    assert (EvenFolds(strata, 5, seed=4).draw(0, 100) != whole).mean() > 0.7


@pytest.mark.parametrize(("n_rows", "n_splits"), [(23, 5), (40, 3)])
def test_every_row_falls_into_every_fold_equally_often(n_rows, n_splits):
    """Within five standard errors, whether or not rows are moved; and so does every pair of a stratum into one fold."""
    repeats, share = 20_000, 1 / n_splits
    strata = np.arange(n_rows) % 2
    drawn = EvenFolds(strata, n_splits, seed=0).draw(0, repeats)
    shares = np.stack([(drawn == fold).mean(axis=0) for fold in range(n_splits)])
    assert abs(shares - share).max() < 5 * np.sqrt(share * (1 - share) / repeats)
    together = meetings(drawn[:, ::2], n_splits) / repeats
    assert np.ptp(together) < 10 * np.sqrt(share * (1 - share) / repeats)


def test_only_prime_numbers_of_folds_can_be_even():
    primes = [n for n in range(2, 256) if all(n % k for k in range(2, n))]
    assert [n for n in range(2, 256) if can_be_even(n)] == primes
    with pytest.raises(ValueError, match="n_splits must be a prime number for even folds, got 4"):
        EvenFolds(np.zeros(20, dtype=int), 4, seed=0)
    assert type(make_folds(4, np.zeros(20, dtype=int), seed=0, even=True)).__name__ == "DrawnFolds"


def test_the_regression_needs_fewer_even_folds():
    """Effects of rows that add up, and as much noise: what is left of the other rows is what evenness takes away."""
    rng = np.random.default_rng(0)
    strata = np.arange(600) % 2
    wrong = rng.random(600) < 0.2
    effects = rng.normal(size=600) - wrong
    found = []
    for seed in range(3):
        for even in (True, False):
            folds = make_folds(5, strata, seed=seed, even=even)
            tally = FoldTally(folds)
            regression = AGGREGATIONS["regression"](tally)
            drawn = folds.draw(0, 155)
            sums = np.stack([(drawn == fold) @ effects for fold in range(5)], axis=1)
            regression.add(0, drawn, sums + 3 * rng.normal(size=sums.shape))
            found.append(np.corrcoef(effects, regression.row_score())[0, 1])
    even, alone = np.mean(np.reshape(found, (3, 2)), axis=0)
    assert even > alone + 0.05
    assert average_precision_score(wrong, -effects) > 0.3  # there is something to find
