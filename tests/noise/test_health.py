"""What is said of a whole data set, by hand and beside cleanlab where it is installed."""

import numpy as np
import pytest
from known_channels import CHANNELS, known_labels
from material import random_proba

from skclean.noise import (
    class_noise_rates,
    confident_joint,
    dataset_credibility,
    estimate_noise_rate,
    estimate_transition_matrix,
    overall_health,
    overlapping_classes,
)

JOINT = np.array([[60.0, 10.0, 0.0], [5.0, 20.0, 0.0], [0.0, 1.0, 4.0]])
FUNCTIONS = [class_noise_rates, dataset_credibility, overall_health, overlapping_classes]


@pytest.fixture
def labels_and_proba():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 500)
    return y, random_proba(rng, 500, 4, y, 1.5)


def test_rates_by_hand():
    rates = class_noise_rates(joint=JOINT, classes=["a", "b", "c"])
    assert rates.classes.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(rates.given, [10 / 70, 5 / 25, 1 / 5])
    np.testing.assert_allclose(rates.true, [5 / 65, 11 / 31, 0])


def test_pairs_by_hand():
    pairs = overlapping_classes(joint=JOINT)
    assert list(zip(pairs.first.tolist(), pairs.second.tolist(), strict=True)) == [(0, 1), (1, 2), (0, 2)]
    np.testing.assert_allclose(pairs.probability, [0.15, 0.01, 0])
    directed = overlapping_classes(joint=JOINT, directed=True)
    assert (directed.first[0], directed.second[0]) == (0, 1)
    np.testing.assert_allclose(directed.probability[:3], [0.1, 0.05, 0.01])
    assert len(directed.probability) == 6


def test_health_by_hand():
    assert overall_health(joint=JOINT) == pytest.approx(0.84)


def test_credibility_runs_from_a_permutation_to_the_identity():
    assert dataset_credibility(transition_matrix=np.eye(5)) == 1
    assert dataset_credibility(transition_matrix=np.roll(np.eye(5), 1, axis=1)) == pytest.approx(0)
    matrix = np.array([[0.9, 0.1], [0.3, 0.7]])
    by_hand = 1 - np.sqrt(2 * 0.1**2 + 2 * 0.3**2) / np.sqrt(4)
    assert dataset_credibility(transition_matrix=matrix) == pytest.approx(by_hand)


@pytest.mark.parametrize("function", [dataset_credibility, overlapping_classes])
def test_labels_with_probabilities_and_their_joint_say_the_same(function, labels_and_proba):
    y, proba = labels_and_proba
    names = np.array(["p", "q", "r", "s"])
    direct = function(names[y], proba)
    through = function(joint=confident_joint(y, proba), classes=names)
    for one, other in zip(np.atleast_1d(direct), np.atleast_1d(through), strict=True):
        np.testing.assert_array_equal(one, other)


def test_credibility_is_that_of_the_estimated_matrix(labels_and_proba):
    y, proba = labels_and_proba
    matrix = estimate_transition_matrix(y, proba)
    assert dataset_credibility(y, proba) == pytest.approx(dataset_credibility(transition_matrix=matrix))


@pytest.mark.parametrize("function", FUNCTIONS)
def test_weights_and_missing_labels_reach_the_joint(function, labels_and_proba):
    y, proba = labels_and_proba
    out = np.arange(len(y)) % 3 == 0
    reference = function(y[~out], proba[~out])
    for found in (function(np.where(out, np.nan, y), proba), function(y, proba, sample_weight=1.0 - out)):
        for one, other in zip(np.atleast_1d(found), np.atleast_1d(reference), strict=True):
            np.testing.assert_allclose(one, other)


def test_an_empty_class_has_no_noise():
    rates = class_noise_rates(joint=[[5, 0], [0, 0]])
    np.testing.assert_array_equal(rates.given, [0, 0])
    np.testing.assert_array_equal(rates.true, [0, 0])


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "pass y and y_proba"),
        ({"joint": np.eye(2), "y": [0, 1]}, "takes the place"),
        ({"joint": np.ones((2, 3))}, "shape"),
        ({"joint": [[1, -1], [0, 1]]}, "at least 0"),
        ({"joint": np.zeros((2, 2))}, "zeros"),
        ({"joint": np.eye(2), "classes": [1, 2, 3]}, "2 classes"),
    ],
)
def test_bad_input_is_named(function, arguments, message):
    with pytest.raises(ValueError, match=message):
        function(**arguments)


def test_a_bad_matrix_is_named():
    with pytest.raises(ValueError, match="sum to 1"):
        dataset_credibility(transition_matrix=[[0.5, 0.4], [0, 1]])
    for other in ({"joint": np.eye(2)}, {"sample_weight": [1, 1]}, {"classes": ["a", "b"]}):
        with pytest.raises(ValueError, match="takes the place"):
            dataset_credibility(transition_matrix=np.eye(2), **other)


@pytest.mark.filterwarnings("ignore")  # cleanlab's own
def test_the_numbers_mean_what_cleanlab_means():
    dataset = pytest.importorskip("cleanlab.dataset")
    joint = JOINT / JOINT.sum()
    theirs = dataset.rank_classes_by_label_quality(joint=joint, num_examples=100).sort_values("Class Index")
    rates = class_noise_rates(joint=JOINT)
    np.testing.assert_allclose(rates.given, theirs["Label Noise"])
    np.testing.assert_allclose(rates.true, theirs["Inverse Label Noise"])
    for directed in (False, True):
        pairs = overlapping_classes(joint=JOINT, directed=directed)
        other = dataset.find_overlapping_classes(joint=joint, num_examples=100, asymmetric=directed)
        np.testing.assert_allclose(pairs.probability, other["Joint Probability"])
        ahead = pairs.probability > 0  # ties may be listed in any order
        np.testing.assert_array_equal(pairs.first[ahead], other["Class Index A"][ahead])
        np.testing.assert_array_equal(pairs.second[ahead], other["Class Index B"][ahead])
    score = dataset.overall_label_health_score(joint=joint, num_examples=100, verbose=False)
    assert overall_health(joint=JOINT) == pytest.approx(score)


@pytest.mark.parametrize("function", [class_noise_rates, overlapping_classes, overall_health, dataset_credibility])
def test_weight_on_unlabelled_rows_alone_is_refused(function):
    with pytest.raises(ValueError, match="zero for every row with a label"):
        function([0, 1, None], np.full((3, 2), 0.5), sample_weight=[0, 0, 1])


def test_health_and_noise_rate_take_no_overlap_for_noise():
    proba, true, given = known_labels(np.eye(3), n_samples=3000, distance=1.2)
    assert overall_health(given, proba) > 0.98
    assert estimate_noise_rate(given, proba).low == 0
    proba, true, given = known_labels(CHANNELS["even"], n_samples=3000)
    wrong = (given != true).mean()
    assert overall_health(given, proba) == pytest.approx(1 - wrong, abs=0.02)
    rate = estimate_noise_rate(given, proba)
    assert rate.rate == pytest.approx(1 - overall_health(given, proba))
    assert rate.low < wrong < rate.high
    assert estimate_noise_rate(given, proba, labels="annotations").rate > rate.rate
    rates = class_noise_rates(given, proba)
    exact = [np.mean(given[true == k] != k) for k in range(3)]
    np.testing.assert_allclose(rates.true, exact, atol=0.04)


def test_a_noise_rate_needs_a_known_kind_of_labels_and_few_classes():
    proba, _, given = known_labels(np.eye(3), n_samples=100)
    with pytest.raises(ValueError, match="labels must be 'outcomes' or 'annotations'"):
        estimate_noise_rate(given, proba, labels="guesses")
    with pytest.raises(ValueError, match="60 classes"):
        estimate_noise_rate(np.arange(120) % 60, np.full((120, 60), 1 / 60))
