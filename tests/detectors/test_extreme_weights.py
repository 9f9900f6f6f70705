"""Only ratios of weights matter, however large or small they are."""

import numpy as np
import pytest
from material import random_proba
from sklearn.naive_bayes import GaussianNB

from skclean import find_label_issues
from skclean.detectors import KDN, ConfidentLearning
from skclean.noise import (
    class_noise_rates,
    confident_joint,
    dataset_credibility,
    estimate_noise_rate,
    estimate_transition_matrix,
    overall_health,
    overlapping_classes,
)
from skclean.rules import RULES

scales = pytest.mark.parametrize("scale", [1e17, 1e-310, 1e300])
# Rules that read what repeats, or detectors of other kinds of labels, give.
OF_OTHERS = {"two_sigma", "false_discovery_rate", "background_component", "likely_wrong", "residual_mixture"}


@pytest.fixture(scope="module")
def labelled():
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], [80, 60, 40])
    proba = random_proba(rng, 180, 3, y)
    y[::9] = (y[::9] + 1) % 3
    return y, proba, rng.choice([0.5, 1.0, 2.0], 180)


@scales
@pytest.mark.parametrize("rule", sorted(set(RULES) - OF_OTHERS))
def test_rules_flag_the_same(rule, scale, labelled):
    y, proba, weight = labelled
    plain = find_label_issues(y, proba, rule=rule, sample_weight=weight)
    np.testing.assert_array_equal(find_label_issues(y, proba, rule=rule, sample_weight=scale * weight), plain)


@scales
def test_noise_is_estimated_alike(scale, labelled):
    y, proba, weight = labelled
    for method in (estimate_transition_matrix, lambda *args, **params: estimate_noise_rate(*args, **params).rate):
        plain = method(y, proba, sample_weight=weight)
        np.testing.assert_allclose(method(y, proba, sample_weight=scale * weight), plain, atol=1e-6)
    plain = confident_joint(y, proba, sample_weight=weight)
    with np.errstate(over="ignore"):  # older NumPy warns of numbers beside the array
        scaled = confident_joint(y, proba, sample_weight=scale * weight) / scale
    np.testing.assert_allclose(scaled, plain, rtol=1e-6)


@scales
@pytest.mark.parametrize("detector", [KDN(), ConfidentLearning(GaussianNB(), cv=3, random_state=0)], ids=str)
def test_detectors_judge_the_same(detector, scale, planted):
    weight = np.random.default_rng(0).choice([0.5, 1.0, 2.0], 150)
    plain, scaled = (
        detector.fit(planted.X, planted.noisy, sample_weight=values).label_quality_.copy()
        for values in (weight, scale * weight)
    )
    np.testing.assert_allclose(scaled, plain, atol=1e-3)


@pytest.mark.parametrize("scale", [1e-310, 1e17, 1e300, 1e307])
def test_a_joint_may_count_in_any_unit(scale):
    joint = np.array([[8.0, 1, 0], [1, 6, 2], [0, 1, 2]])
    for ask in (overall_health, dataset_credibility):
        assert ask(joint=scale * joint) == pytest.approx(ask(joint=joint), rel=1e-6)
    np.testing.assert_allclose(
        class_noise_rates(joint=scale * joint).true, class_noise_rates(joint=joint).true, rtol=1e-6
    )
    assert len(overlapping_classes(joint=scale * joint)[0]) == len(overlapping_classes(joint=joint)[0])


@pytest.mark.parametrize("joint", [[[1j, 1], [1, 1]], [[10**400, 1], [1, 1]], [["a", "b"], ["c", "d"]], [[1, 2], [3]]])
def test_a_joint_holds_real_numbers(joint):
    with pytest.raises(ValueError, match="joint must be a matrix of real numbers"):
        overall_health(joint=joint)
