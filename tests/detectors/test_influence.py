"""Detectors that read the influence of rows on a linear model."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean.detectors import ApproximateLOO, AreaUnderMargin, CookDistance, SelfInfluence
from skclean.evidence import linear_influence
from skclean.targets import encode_labels

every_detector = pytest.mark.parametrize("make", [ApproximateLOO, CookDistance, SelfInfluence])


@pytest.mark.parametrize("make", [CookDistance, SelfInfluence])
def test_a_row_of_three_times_the_mean_influence_has_quality_one_half(make, planted):
    found = linear_influence(LogisticRegression(), planted.X, encode_labels(planted.noisy))
    influence = found.cook_distance if make is CookDistance else found.self_influence
    quality = make(LogisticRegression()).fit(planted.X, planted.noisy).label_quality_
    np.testing.assert_allclose(quality, 1 / (1 + influence / (3 * influence.mean())))


def test_leave_one_out_gives_probabilities_to_rules(planted):
    judge = ApproximateLOO(RidgeClassifier(), rule="prune_by_class").fit(planted.X, planted.noisy)
    np.testing.assert_allclose(judge.audit_.proba.sum(axis=1), 1)
    assert planted.flipped[judge.noise_mask_].mean() > 0.5


@pytest.mark.parametrize("make", [CookDistance, SelfInfluence])
def test_rules_that_need_probabilities_are_refused_by_the_others(make, planted):
    with pytest.raises(ValueError, match="needs class probabilities"):
        make(rule="prune_by_class").fit(planted.X, planted.noisy)


@every_detector
def test_flagged_rows_are_suggested_what_the_model_says_without_them(make, planted):
    judge = make().fit(planted.X, planted.noisy)
    found = judge.noise_mask_ & planted.flipped
    assert found.sum() >= 10 and (judge.suggested_labels_[found] == planted.y[found]).all()


@every_detector
def test_the_default_takes_any_table(make, planted):
    numbers = make().fit(planted.X, planted.noisy)
    assert numbers.noise_mask_[planted.flipped].mean() >= 0.8
    shifted = make().fit(planted.X * [1, 1000, 0.001] + 7, planted.noisy)
    np.testing.assert_allclose(shifted.label_quality_, numbers.label_quality_, atol=1e-3)
    frame = pd.DataFrame({"side": np.array(["east", "west", "north"])[planted.y], "gap": [np.nan] * 75 + [1.0] * 75})
    assert make().fit(frame, planted.noisy).noise_mask_[planted.flipped].mean() >= 0.8
    assert make().fit(sparse.csr_matrix(planted.X), planted.noisy).noise_mask_[planted.flipped].mean() >= 0.8
    assert sklearn.utils.get_tags(make()).input_tags.sparse
    assert not sklearn.utils.get_tags(make(make_pipeline(StandardScaler(), RidgeClassifier()))).input_tags.string


@pytest.mark.parametrize("make", [ApproximateLOO, CookDistance, SelfInfluence, AreaUnderMargin])
def test_texts_are_judged_through_a_pipeline(make):
    texts = [f"{word} {i % 7} and {i % 5}" for i in range(40) for word in ("ripe apple", "fast train")]
    y = np.array(["fruit", "traffic"] * 40)
    y[:2] = y[:2][::-1]
    last = SGDClassifier(random_state=0) if make is AreaUnderMargin else LogisticRegression()
    judge = make(make_pipeline(TfidfVectorizer(), last)).fit(texts, y)
    assert np.flatnonzero(judge.noise_mask_).tolist() == [0, 1]


@every_detector
def test_a_model_without_a_closed_form_is_refused(make, planted):
    with pytest.raises(ValueError, match="estimator can be LogisticRegression"):
        make(SGDClassifier()).fit(planted.X, planted.noisy)


@every_detector
@pytest.mark.parametrize("routing", [False, True])
def test_weights_reach_the_default(make, routing, planted):
    weight = np.random.default_rng(0).uniform(0.1, 5, 150)
    with sklearn.config_context(enable_metadata_routing=routing):
        plain = make().fit(planted.X, planted.noisy)
        weighted = make().fit(planted.X, planted.noisy, sample_weight=weight)
    assert not np.allclose(plain.label_quality_, weighted.label_quality_)


@every_detector
def test_groups_are_refused_since_nothing_is_split(make, planted):
    with pytest.raises(ValueError, match="splits no rows"):
        make().fit(planted.X, planted.noisy, groups=np.arange(150))
