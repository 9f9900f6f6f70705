"""Quality of ordered classes: costs, containers, invariance, and that far slips rank below near ones."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn.metrics import average_precision_score

from skclean.quality import ORDINAL_METHODS, label_quality, ordinal_quality

CUTS = np.array([-1.5, -0.5, 0.5, 1.5])
every_method = pytest.mark.parametrize("method", ORDINAL_METHODS)


def problem(n_samples=400, seed=0, rate=0.1):
    """Five ordered classes, their probabilities, and labels of which some were given on a reversed scale."""
    rng = np.random.default_rng(seed)
    place = rng.normal(size=n_samples) * 1.5
    proba = np.diff(norm.cdf(CUTS[None] - place[:, None]), axis=1, prepend=0, append=1)
    codes = (place + rng.normal(size=n_samples) > CUTS[:, None]).sum(axis=0)
    wrong = rng.random(n_samples) < rate
    given = np.where(wrong, 4 - codes, codes)
    return given, proba, given != codes


def test_slips_rank_wrong_labels_better_than_probabilities_alone():
    y, proba, wrong = problem()
    found = average_precision_score(wrong, -ordinal_quality(y, proba))
    plain = average_precision_score(wrong, -label_quality(y, proba, method="rival_odds"))
    assert found > plain + 0.03


def test_expected_cost_is_the_mean_distance_to_the_label():
    y, proba, _ = problem()
    by_hand = 1 - (proba * np.abs(np.arange(5) - y[:, None])).sum(axis=1) / 4
    np.testing.assert_allclose(ordinal_quality(y, proba, method="expected_cost"), by_hand)
    squared = ordinal_quality(y, proba, method="expected_cost", costs="squared")
    np.testing.assert_allclose(squared, 1 - (proba * (np.arange(5) - y[:, None]) ** 2).sum(axis=1) / 16)


def test_a_slip_by_four_is_worse_than_a_slip_by_one():
    proba = np.array([[0.9, 0.1, 0.0, 0.0, 0.0]] * 2)
    near, far = ordinal_quality([1, 4], proba, order=range(5), method="expected_cost")
    assert near > far + 0.5


@every_method
def test_a_matrix_of_costs_takes_the_place_of_the_distance(method):
    y, proba, _ = problem()
    distance = np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    same = ordinal_quality(y, proba, method=method, costs=distance)
    np.testing.assert_allclose(same, ordinal_quality(y, proba, method=method, costs="absolute"))
    too_high_alone = np.triu(distance)  # recorded above the true class
    quality = ordinal_quality(y, proba, method=method, costs=too_high_alone)
    np.testing.assert_array_equal(quality[y == 0], 1)


@every_method
def test_order_and_containers_change_nothing(method):
    y, proba, _ = problem()
    plain = ordinal_quality(y, proba, method=method)
    names = np.array(["poor", "fair", "good", "fine", "best"])
    np.testing.assert_array_equal(ordinal_quality(names[y], proba, order=names, method=method), plain)
    ordered = pd.Series(pd.Categorical(names[y], categories=names, ordered=True))
    np.testing.assert_array_equal(ordinal_quality(ordered, proba, method=method), plain)
    np.testing.assert_allclose(ordinal_quality(4 - y, proba[:, ::-1], method=method), plain, atol=0.02)


@every_method
def test_missing_labels_score_one(method):
    y, proba, _ = problem()
    y = y.astype(object)
    y[::7] = None
    quality = ordinal_quality(y, proba, method=method)
    assert (quality[::7] == 1).all() and ((quality >= 0) & (quality <= 1)).all()


def test_bad_input_names_the_argument():
    y, proba, _ = problem(50)
    with pytest.raises(ValueError, match="method='slip' is not known.*'slips'"):
        ordinal_quality(y, proba, method="slip")
    with pytest.raises(ValueError, match="costs='linear' is not known"):
        ordinal_quality(y, proba, costs="linear")
    with pytest.raises(ValueError, match="one row and one column for each of the 5 classes"):
        ordinal_quality(y, proba, costs=np.ones((2, 2)))
    with pytest.raises(ValueError, match="zeros on the diagonal"):
        ordinal_quality(y, proba, costs=np.ones((5, 5)))
