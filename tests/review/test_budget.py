"""Rows for a budget: those that are probably wrong, some that tell the world, and an end."""

import numpy as np
import pytest

from skclean.detectors import ConfidentLearning, KNNShapley
from skclean.review import plan_review


def test_a_plan_finds_errors_as_expected(fitted, noisy):
    plan = plan_review(fitted, 60, random_state=2)
    assert len(plan.rows) == len(np.unique(plan.rows)) == 60 and plan.explores.sum() == 15
    chosen = plan.rows[~plan.explores]
    assert noisy.flipped[chosen].mean() > 0.5
    assert (np.diff(plan.chance_wrong[15:]) <= 1e-12).all()
    assert plan.low <= plan.expected <= plan.high
    assert abs(noisy.flipped[plan.rows].sum() - plan.expected) < 15
    assert plan.expected == pytest.approx(plan.chance_wrong.sum())


def test_it_says_when_to_stop(fitted, noisy):
    plan = plan_review(fitted, 500, stop_below=0.2, explore=0)
    assert 0 < plan.stop_after < 500 and not plan.explores.any()
    assert plan.chance_wrong[plan.stop_after - 1] >= 0.2 > plan.chance_wrong[plan.stop_after]
    assert noisy.flipped[plan.rows[: plan.stop_after]].mean() > 0.3
    assert len(plan_review(fitted, 10_000).rows) == 500


def test_reviewed_labels_leave_nothing_to_explore(noisy):
    reviewed = np.full(500, None, dtype=object)
    reviewed[:80] = np.where(noisy.flipped[:80], np.where(noisy.target[:80] == "yes", "no", "yes"), noisy.target[:80])
    detector = ConfidentLearning(ambiguity="auto", random_state=0).fit(noisy.data, noisy.target, reviewed=reviewed)
    plan = plan_review(detector, 40)
    assert not plan.explores.any() and plan.low == plan.high and plan.rows.min() >= 80


def test_bad_input(fitted, noisy):
    for params, message in (((0,), "n_rows must"), ((1.5,), "n_rows must")):
        with pytest.raises(ValueError, match=message):
            plan_review(fitted, *params)
    with pytest.raises(ValueError, match="stop_below must"):
        plan_review(fitted, 5, stop_below=1)
    X = np.random.RandomState(0).normal(size=(40, 2))
    with pytest.raises(ValueError, match="KNNShapley does not say how probable"):
        plan_review(KNNShapley().fit(X, X[:, 0] > 0), 5)
