"""A model that knows nothing is told from one that knows little, whatever the scale of its probabilities."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB

from skclean.evidence import ENOUGH, cross_fit_proba, measure_skill
from skclean.noise import inject_noise
from skclean.targets import encode_labels


def skill_of(model, X, y, **options):
    labels = encode_labels(y)
    return measure_skill(labels.codes, cross_fit_proba(model, X, labels, random_state=0), **options)


def two_groups(n, share, distance, seed):
    rng = np.random.default_rng(seed)
    y = (rng.random(n) < share).astype(int)
    return rng.normal(size=(n, 4)) + distance * y[:, None] * [1, 0, 0, 0], y


@pytest.mark.parametrize("model", [LogisticRegression(), GaussianNB()], ids=["logistic", "naive Bayes"])
@pytest.mark.parametrize("n", [200, 1000, 5000])
def test_models_of_noise_have_no_skill(model, n):
    passed = [skill_of(model, *two_groups(n, 0.2, 0.0, seed)).any for seed in range(10)]
    assert np.sum(passed) <= 1


@pytest.mark.parametrize(("n", "share", "distance"), [(150, 0.5, 1.5), (1000, 0.2, 1.0), (4000, 0.01, 2.5)])
def test_models_that_know_something_have_skill(n, share, distance):
    for seed in range(5):
        skill = skill_of(LogisticRegression(), *two_groups(n, share, distance, seed))
        assert skill.any and skill.by_class.all()


def test_small_tables_of_noisy_labels_have_skill():
    X, y = load_iris(return_X_y=True)
    assert skill_of(LogisticRegression(max_iter=1000), X, y).by_class.all()
    assert skill_of(GaussianNB(), X, inject_noise(y, rate=0.2, random_state=0)[0]).by_class.all()


def test_overconfidence_is_no_lack_of_skill():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 1000).astype(np.int32)
    odds = 20 * (rng.normal(size=1000) + y - 0.5)
    proba = np.column_stack([expit(-odds), expit(odds)])
    given = proba[np.arange(1000), y]
    assert -np.log(given).mean() > np.log(2)  # a larger loss than that of the class shares
    assert measure_skill(y, proba).any
    assert not measure_skill(y, proba[rng.permutation(1000)]).any


def test_a_class_of_which_nothing_is_known_is_named():
    passed = []
    for seed in range(10):
        rng = np.random.default_rng(seed)
        X, y = rng.normal(size=(900, 3)), rng.integers(0, 2, 900)
        X[:, 0] += 3 * y
        y[rng.random(900) < 0.1] = 2  # anywhere
        skill = skill_of(LogisticRegression(), X, y)
        assert skill.any and skill.by_class[:2].all()
        passed.append(skill.by_class[2])
    assert np.mean(passed) <= 0.2


def test_classes_and_rows_may_come_in_any_order():
    X, y = load_iris(return_X_y=True)
    labels = encode_labels(y)
    proba = cross_fit_proba(GaussianNB(), X, labels, random_state=0)
    skill, order = measure_skill(labels.codes, proba), np.random.default_rng(0).permutation(150)
    turned = measure_skill(labels.codes[order], proba[order])
    np.testing.assert_allclose(turned.class_scores, skill.class_scores)
    renamed = measure_skill(2 - labels.codes, proba[:, ::-1])
    np.testing.assert_allclose(renamed.class_scores, skill.class_scores[::-1])
    np.testing.assert_allclose([turned.score, renamed.score], skill.score)


def test_weights_count_as_repeats_of_nothing():
    """Their scale does not matter, and rows of weight 0 have no part."""
    X, y = two_groups(500, 0.3, 1.0, 0)
    labels = encode_labels(y)
    proba = cross_fit_proba(LogisticRegression(), X, labels, random_state=0)
    weight = np.arange(500.0) % 4
    skill = measure_skill(labels.codes, proba, weight=weight)
    scaled = measure_skill(labels.codes, proba, weight=100 * weight)
    left_out = measure_skill(np.where(weight > 0, labels.codes, -1).astype(np.int32), proba, weight=weight + 1e-300)
    np.testing.assert_allclose([scaled.score, left_out.score], skill.score)
    assert skill.score < measure_skill(labels.codes, proba).score


def test_nothing_is_told_of_few_labels_or_of_one_class():
    proba = np.full((40, 2), 0.5)
    codes = np.arange(40, dtype=np.int32) % 2
    assert measure_skill(np.where(np.arange(40) < 19, codes, -1).astype(np.int32), proba) is None
    assert measure_skill(np.zeros(40, dtype=np.int32), proba) is None
    constant = measure_skill(codes, proba)
    assert constant.score == 0 and not constant.any


def test_large_tables_are_read_in_part_and_rare_classes_whole():
    rng = np.random.default_rng(0)
    n = 200_000
    codes = np.where(rng.random(n) < 0.0005, 2, rng.integers(0, 2, n)).astype(np.int32)
    proba = rng.dirichlet([5, 5, 0.1], n)
    proba[codes == 2, 2] += 0.1
    proba[np.arange(n), np.minimum(codes, 1)] += 0.3
    proba /= proba.sum(axis=1, keepdims=True)
    skill = measure_skill(codes, proba)
    assert len(skill.rows) < 5000
    assert skill.class_scores[2] > ENOUGH
    given = proba[np.arange(n), codes]
    np.testing.assert_array_equal(measure_skill(codes, proba, given=given).class_scores, skill.class_scores)
