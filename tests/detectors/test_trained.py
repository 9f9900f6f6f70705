"""Detectors that are trained: what they learn from, and what they may not see."""

import numpy as np
import pytest
from material import small_forest
from sklearn.metrics import average_precision_score
from sklearn.neighbors import KNeighborsClassifier

from skclean.detectors import BiDimensional, ClassPrototypes, SplitModel, SyntheticMislabels
from skclean.detectors.learned import _split_model as split
from skclean.detectors.learned import _synthetic_mislabels as synthetic
from skclean.evidence import LabelFeatures
from skclean.noise import estimate_transition_matrix


def small(**params):
    return SyntheticMislabels(small_forest(), **{"cv": "oob", "random_state": 0, **params})


def test_no_row_is_scored_by_a_classifier_that_saw_it(planted, monkeypatch):
    """Replacing what the classifiers learn of one row leaves its own score as it was."""
    rng = np.random.default_rng(0)
    codes = planted.noisy
    shares = [rng.dirichlet(np.ones(3), size=150) for _ in range(3)]
    features = LabelFeatures(shares, synthetic.FLOORS, codes)
    replaced = [(codes + 1) % 3, (codes + 2) % 3]
    score = synthetic._not_injected(features, codes, replaced, np.ones(150), np.random.RandomState(0))
    replaced[0] = replaced[0].copy()
    replaced[0][4] = (replaced[0][4] + 1) % 3
    trust = np.ones(150)
    trust[4] = 50
    other = synthetic._not_injected(features, codes, replaced, trust, np.random.RandomState(0))
    # the scale of the features is fitted without the row too, so its score is the same to the last bit
    assert other[4] == score[4]
    assert (other != score).any()


def test_replaced_labels_follow_the_transition_matrix():
    judge = small(n_injections=3)
    judge.transition_matrix_ = np.array([[0.9, 0.1, 0.0], [0.0, 1.0, 0.0], [0.2, 0.2, 0.6]])
    codes = np.repeat(np.arange(3), 4000)
    drawn = np.concatenate(judge._replaced(codes, np.random.RandomState(0)))
    counts = np.zeros((3, 3))
    np.add.at(counts, (np.tile(codes, 3), drawn), 1 / 12000)
    # a fifth is uniform; a class that the matrix finds without noise is uniform altogether
    np.testing.assert_allclose(counts, [[0, 0.9, 0.1], [0.5, 0, 0.5], [0.5, 0.5, 0]], atol=0.02)


def test_the_transition_matrix_is_the_estimated_one(planted):
    judge = small().fit(planted.X, planted.noisy)
    np.testing.assert_allclose(judge.transition_matrix_, estimate_transition_matrix(planted.noisy, judge.audit_.proba))


def test_more_neighbours_than_rows_are_all_rows(planted):
    assert small(n_neighbors=1000).fit(planted.X, planted.noisy).noise_mask_[planted.flipped].mean() > 0.8


@pytest.mark.parametrize("detector", [small(), SplitModel(small_forest(), cv="oob", random_state=0)])
def test_jobs_change_nothing(detector, planted):
    one = detector.set_params(n_jobs=1).fit(planted.X, planted.noisy).label_quality_
    two = detector.set_params(n_jobs=2).fit(planted.X, planted.noisy).label_quality_
    np.testing.assert_array_equal(one, two)


def test_verified_rows_teach_the_split(planted):
    judge = SplitModel(small_forest(), cv="oob", random_state=0)
    plain = judge.fit(planted.X, planted.noisy).label_quality_
    helped = judge.fit(planted.X, planted.noisy, verified=~planted.flipped).label_quality_
    assert not np.array_equal(plain, helped)
    assert average_precision_score(planted.flipped, -helped) > 0.95


@pytest.mark.parametrize("n_rounds", [1, 3])
def test_the_split_is_learned_in_rounds(n_rounds, planted):
    judge = SplitModel(small_forest(), cv="oob", n_rounds=n_rounds, random_state=0).fit(planted.X, planted.noisy)
    assert judge.noise_mask_[planted.flipped].all()


def test_no_class_loses_more_than_half_of_its_labels_nor_all_but_ten():
    codes = np.repeat([0, 1, 2], [40, 12, 5])
    wrong = split._clearly_wrong(np.zeros(57), codes, np.zeros(57, dtype=bool))
    assert np.bincount(codes[wrong], minlength=3).tolist() == [20, 2, 0]
    verified = codes == 0
    assert not verified[split._clearly_wrong(np.zeros(57), codes, verified)].any()


@pytest.mark.parametrize("detector", [SyntheticMislabels, SplitModel])
def test_fewer_rows_than_folds_are_judged(detector):
    judge = detector(KNeighborsClassifier(1), cv=2, random_state=0).fit([[0.0], [0.1], [5.0], [5.1]], [0, 0, 1, 1])
    assert np.isfinite(judge.label_quality_).all()


@pytest.mark.parametrize("kind", [BiDimensional, ClassPrototypes, SplitModel, SyntheticMislabels])
def test_weights_count_by_proportion_and_labels_of_no_weight_not_at_all(kind, planted):
    judge = kind(small_forest(), cv="oob", random_state=0)
    rng = np.random.default_rng(0)
    weight = rng.choice([0.0, 1.0, 2.0], size=150)
    idle = weight == 0
    first = judge.fit(planted.X, planted.noisy, sample_weight=weight).label_quality_
    scaled = judge.fit(planted.X, planted.noisy, sample_weight=weight * 2.0**-12).label_quality_
    np.testing.assert_allclose(scaled, first, atol=1e-3)
    changed = np.where(idle, rng.integers(0, 3, size=150), planted.noisy)
    other = judge.fit(planted.X, changed, sample_weight=weight).label_quality_
    np.testing.assert_allclose(other[~idle], first[~idle], atol=1e-3)
