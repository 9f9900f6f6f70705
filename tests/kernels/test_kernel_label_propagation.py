"""Votes of neighbours, of their neighbours, and Shapley values, against plain NumPy."""

import numpy as np
import pytest

from skclean._kernels import neighbour_agreements, neighbour_values, neighbour_votes


def problem(seed, *, n_rows=50, k=6, n_classes=4):
    """Random lists without the row itself; every seventh row is unlabelled and in no list."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(n_classes, size=n_rows).astype(np.int32)
    codes[::7] = -1
    voters = np.flatnonzero(codes >= 0)
    lists = np.array([rng.permutation(voters[voters != row])[:k] for row in range(n_rows)], dtype=np.int32)
    return lists, rng.exponential(size=lists.shape), codes


def propagated(neighbour, row, lists, weights, codes, n_classes):
    """Shares of the votes of the neighbour's own neighbours, the row left out; its own label where there are none."""
    others = lists[neighbour] != row
    if not others.any():
        return np.eye(n_classes)[codes[neighbour]]
    votes = np.bincount(codes[lists[neighbour][others]], weights[neighbour][others], n_classes)
    return votes / votes.sum()


@pytest.mark.parametrize("propagation", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("k", [1, 2, 6])
def test_votes(k, propagation):
    lists, weights, codes = problem(k, k=k)
    for given in (weights, None):
        plain = np.ones(lists.shape) if given is None else given
        shares = neighbour_votes(lists, given, codes, 4, propagation=propagation)
        for row, (some, weigh) in enumerate(zip(lists, plain, strict=True)):
            votes = [
                (1 - propagation) * np.eye(4)[codes[other]]
                + propagation * propagated(other, row, lists, plain, codes, 4)
                for other in some
            ]
            np.testing.assert_allclose(shares[row], np.average(votes, axis=0, weights=weigh), atol=1e-12)
        assert (shares <= 1).all()


def test_the_only_neighbour_of_a_neighbour_is_the_row():
    lists, codes = np.array([[1], [0]], dtype=np.int32), np.array([0, 1])
    np.testing.assert_array_equal(neighbour_votes(lists, None, codes, 2, propagation=0.7), [[0, 1], [1, 0]])
    np.testing.assert_array_equal(
        neighbour_agreements(lists, None, codes, np.array([[0.25, 0.75]] * 2)), [[0.75], [0.25]]
    )


@pytest.mark.parametrize("k", [1, 6])
def test_agreements(k):
    lists, weights, codes = problem(3, k=k)
    shares = neighbour_votes(lists, weights, codes, 4)
    expected = [
        [shares[row] @ propagated(other, row, lists, weights, codes, 4) for other in some]
        for row, some in enumerate(lists)
    ]
    np.testing.assert_allclose(neighbour_agreements(lists, weights, codes, shares), expected, atol=1e-12)


def test_threads_change_no_bit():
    lists, weights, codes = problem(0, n_rows=3000, k=30)
    one, two = (neighbour_votes(lists, weights, codes, 4, propagation=0.5, n_jobs=n_jobs) for n_jobs in (1, 2))
    np.testing.assert_array_equal(one, two)
    left, right = (neighbour_agreements(lists, weights, codes, one, n_jobs=n_jobs) for n_jobs in (1, 2))
    np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("k", [1, 3, 40])
@pytest.mark.parametrize("width", [1, 2, 12, 29])
def test_values(width, k):
    rng = np.random.default_rng(width)
    codes = rng.integers(3, size=30).astype(np.int32)
    lists = np.array([rng.permutation(29)[:width] for _ in range(5)], dtype=np.int32)
    given, weights = rng.integers(3, size=5).astype(np.int32), rng.exponential(size=5)
    values = np.zeros(30)
    neighbour_values(lists, codes, given, weights, k, 29, values)
    expected = np.zeros(30)
    for some, code, weight in zip(lists, given, weights, strict=True):
        hits = codes[some] == code
        worth = np.zeros(width)
        worth[-1] = hits[-1] * min(k, 29) / (k * 29) if width == 29 else 0
        for i in range(width - 1, 0, -1):
            worth[i - 1] = worth[i] + (int(hits[i - 1]) - int(hits[i])) / k * min(k, i) / i
        expected[some] += weight * worth
    np.testing.assert_allclose(values, expected, atol=1e-14)
    neighbour_values(lists[:0], codes, given[:0], weights[:0], k, 29, values)
    np.testing.assert_allclose(values, expected, atol=1e-14)


def test_doors_name_what_is_wrong():
    lists, weights, codes = problem(0)
    with pytest.raises(ValueError, match="int32 with a list a row"):
        neighbour_votes(lists.astype(np.int64), weights, codes, 4)
    with pytest.raises(ValueError, match="int32 with a list a row"):
        neighbour_votes(lists[:, :0], None, codes, 4)
    with pytest.raises(ValueError, match="numbers of rows in"):
        neighbour_votes(lists + 60, weights, codes, 4)
    with pytest.raises(ValueError, match="codes must lie in"):
        neighbour_votes(lists, weights, codes, 3)
    with pytest.raises(ValueError, match="of rows that vote"):
        neighbour_votes(np.zeros_like(lists), weights, codes, 4)
    with pytest.raises(ValueError, match="weights must be positive"):
        neighbour_votes(lists, weights - weights.max(), codes, 4)
    with pytest.raises(ValueError, match="weights must have shape"):
        neighbour_agreements(lists, weights[1:], codes, np.ones((50, 4)))
    with pytest.raises(ValueError, match="shares must have shape"):
        neighbour_agreements(lists, weights, codes, np.ones((49, 4)))
    with pytest.raises(ValueError, match="propagation must lie in"):
        neighbour_votes(lists, weights, codes, 4, propagation=1.5)
    values, given, ones = np.zeros(50), np.zeros(50, dtype=np.int32), np.ones(50)
    with pytest.raises(ValueError, match="1 to 5 columns"):
        neighbour_values(lists, codes, given, ones, 1, 5, values)
    with pytest.raises(ValueError, match="k must be a whole number of at least 1"):
        neighbour_values(lists, codes, given, ones, 0, 49, values)
    with pytest.raises(ValueError, match="values must be float64"):
        neighbour_values(lists, codes, given, ones, 1, 49, values.astype(np.float32))
    with pytest.raises(ValueError, match="numbers of rows in"):
        neighbour_values(lists, codes[:9], given, ones, 1, 49, values[:9])
    with pytest.raises(ValueError, match="codes must have shape"):
        neighbour_values(lists, codes, given[1:], ones, 1, 49, values)
