"""Label quality: the definitions, the range, and that columns follow classes."""

import numpy as np
import pytest
from material import random_proba

from skclean.quality import QUALITY_METHODS, label_quality

every_method = pytest.mark.parametrize("method", QUALITY_METHODS)


def problem(seed=0, n_samples=200, n_classes=4):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    return y, random_proba(rng, n_samples, n_classes, y)


def others(y, proba):
    rest = proba.copy()
    rest[np.arange(len(y)), y] = -np.inf
    return rest.max(axis=1)


def test_self_confidence_is_the_probability_of_the_given_label():
    y, proba = problem()
    np.testing.assert_array_equal(label_quality(y, proba), proba[np.arange(len(y)), y])


def test_normalized_margin_compares_with_the_best_other_class():
    y, proba = problem()
    own = proba[np.arange(len(y)), y]
    found = label_quality(y, proba, method="normalized_margin")
    np.testing.assert_allclose(found, (1 + own - others(y, proba)) / 2)


def test_rival_odds_are_one_half_where_the_rival_is_as_likely():
    y, proba = problem()
    own, rival = proba[np.arange(len(y)), y], others(y, proba)
    found = label_quality(y, proba, method="rival_odds")
    np.testing.assert_allclose(found, (own + 0.05) / (own + rival + 0.1))
    np.testing.assert_array_equal(found < 0.5, own < rival)


def test_weighted_entropy_falls_with_doubt_and_rises_with_support():
    proba = np.array([[0.98, 0.01, 0.01], [0.5, 0.3, 0.2], [0.34, 0.33, 0.33]])
    given_best = label_quality([0, 0, 0], proba, classes=[0, 1, 2], method="weighted_entropy")
    given_other = label_quality([1, 1, 1], proba, classes=[0, 1, 2], method="weighted_entropy")
    assert (np.diff(given_best) < 0).all()
    assert (given_best > given_other).all()


@every_method
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_quality_is_in_the_unit_interval_even_at_the_corners(method, dtype):
    y, proba = problem()
    corners = np.eye(4)[[0, 1, 2, 3]]
    proba = np.vstack([proba, corners, corners]).astype(dtype)
    y = np.concatenate([y, [0, 1, 2, 3], [1, 2, 3, 0]])
    quality = label_quality(y, proba, method=method)
    assert quality.dtype == np.float64
    assert ((quality >= 0) & (quality <= 1)).all()
    assert (quality[-8:-4] >= quality.max() - 1e-9).all()
    assert method == "rival_odds" or (quality[-8:-4] == 1).all()
    assert (quality[-4:] <= quality.min() + 1e-9).all()


@every_method
def test_a_missing_label_scores_one(method):
    _, proba = problem(n_samples=3, n_classes=2)
    assert label_quality(["a", None, "b"], proba, method=method)[1] == 1


@every_method
def test_columns_follow_the_classes(method):
    y, proba = problem()
    names = np.array(["d", "b", "a", "c"])
    by_code = label_quality(y, proba, method=method)
    np.testing.assert_array_equal(label_quality(names[y], proba, classes=names, method=method), by_code)
    order = np.argsort(names)
    np.testing.assert_allclose(label_quality(names[y], proba[:, order], method=method), by_code)


@every_method
def test_renaming_or_reordering_rows_changes_nothing(method):
    y, proba = problem()
    order = np.random.default_rng(1).permutation(len(y))
    quality = label_quality(y, proba, method=method)
    np.testing.assert_array_equal(label_quality(y[order], proba[order], method=method), quality[order])
    np.testing.assert_array_equal(label_quality(y - 7, proba, method=method), quality)


@pytest.mark.parametrize("method", ["self_confidence", "normalized_margin", "weighted_entropy"])
@pytest.mark.parametrize("n_classes", [2, 5])
def test_scores_equal_cleanlabs(method, n_classes):
    rank = pytest.importorskip("cleanlab.rank")
    y, proba = problem(n_classes=n_classes)
    theirs = rank.get_label_quality_scores(y, proba, method=method.replace("weighted", "confidence_weighted"))
    ours = label_quality(y, proba, method=method)
    if method == "weighted_entropy":  # the same order on another scale
        np.testing.assert_array_equal(np.argsort(ours), np.argsort(theirs))
    else:
        np.testing.assert_allclose(ours, theirs, atol=1e-9)


def test_an_unknown_method_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"self_confidence.*normalized_margin.*weighted_entropy"):
        label_quality([0, 1], np.eye(2), method="margin")


@every_method
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_probability_a_little_above_one_scores_no_more_than_one(method, dtype):
    proba = np.array([[1.0009, 0], [0.9, 0.1], [1.0009, 0], [0, 1.0009]], dtype=dtype)
    quality = label_quality([0, 0, 1, None], proba, method=method)
    assert quality[[0, 3]].tolist() == [1, 1] or method == "rival_odds"
    assert ((quality >= 0) & (quality <= 1)).all()
