"""The membership matrix of many repeats against the plain matrix of zeros and ones."""

import numpy as np
import pytest

from skclean._kernels import Membership


def make_folds(n_repeats, n_rows, n_splits, seed=0):
    folds = np.random.default_rng(seed).integers(0, n_splits, (n_repeats, n_rows)).astype(np.uint8)
    folds[:, 3] = 255  # a row that takes no part
    return folds


def plain_matrix(folds, n_splits):
    """One row a fold, one column a row."""
    return (folds[:, None, :] == np.arange(n_splits)[:, None]).reshape(-1, folds.shape[1]).astype(float)


def membership_of(folds, n_splits, **options):
    members = Membership(n_splits, folds.shape[1], lambda first, stop: folds[first:stop], **options)
    for start in range(0, len(folds), 50):
        members.append(folds[start : start + 50])
    return members


@pytest.mark.parametrize("n_splits", [2, 3, 5, 10, 15, 16, 200, 255])
@pytest.mark.parametrize("n_repeats", [1, 2, 37, 230])
def test_products_are_those_of_the_matrix(n_splits, n_repeats):
    folds = make_folds(n_repeats, 40, n_splits)
    members, plain = membership_of(folds, n_splits), plain_matrix(folds, n_splits)
    rng = np.random.default_rng(1)
    x, values = rng.normal(size=40), rng.normal(size=(n_repeats, n_splits))
    np.testing.assert_allclose(members.fold_sums(x).ravel(), plain @ x, atol=1e-12)
    np.testing.assert_allclose(members.row_sums(values), plain.T @ values.ravel(), atol=1e-12)


@pytest.mark.parametrize("options", [{"keep_bytes": 0}, {"keep_bytes": 6000}, {"n_jobs": 2}], ids=str)
def test_what_is_kept_and_who_adds_up_changes_no_bit(options):
    folds = make_folds(700, 40, 5)
    members, other = membership_of(folds, 5), membership_of(folds, 5, **options)
    x, values = np.linspace(0, 1, 40), np.random.default_rng(2).normal(size=(700, 5))
    np.testing.assert_array_equal(other.fold_sums(x), members.fold_sums(x))
    np.testing.assert_array_equal(other.row_sums(values), members.row_sums(values))


def test_it_grows():
    folds = make_folds(500, 40, 5)
    members = Membership(5, 40, lambda first, stop: folds[first:stop])
    for first, stop in ((0, 10), (10, 250), (250, 500)):
        members.append(folds[first:stop])
        expected = plain_matrix(folds[:stop], 5) @ np.arange(40)
        np.testing.assert_allclose(members.fold_sums(np.arange(40.0)).ravel(), expected)


def test_bad_arguments():
    with pytest.raises(ValueError, match="n_splits must lie in 2"):
        Membership(256, 3, None)
    members = membership_of(make_folds(4, 10, 5), 5)
    with pytest.raises(ValueError, match=r"x must have shape \(10,\)"):
        members.fold_sums(np.ones(9))
    with pytest.raises(ValueError, match=r"values must have shape \(4, 5\)"):
        members.row_sums(np.ones((4, 4)))
    with pytest.raises(ValueError, match="numbers below 3"):
        membership_of(make_folds(4, 10, 5), 3).fold_sums(np.ones(10))
