"""SKC003: overlapping classes."""

import numpy as np
from material import planted_problem, small_detector

from skclean.detectors import DistanceRatio
from skclean.inspection import class_overlap


def test_two_classes_at_one_place_overlap():
    X, y, _, _ = planted_problem(400, 3, 0)
    rng = np.random.default_rng(0)
    split = np.where((y == 2) & (rng.random(400) < 0.5), 3, y)
    result = class_overlap(small_detector().fit(X, split))
    assert result.state == "tip" and "'2' and '3'" in result.verdict
    assert result.numbers["largest overlap"].value > 0.25
    assert np.isin(split[result.rows], [2, 3]).all()
    assert (result.findings[0]["first"], result.findings[0]["second"]) == ("2", "3")


def test_classes_far_apart_pass(planted):
    assert class_overlap(small_detector().fit(planted.X, planted.y)).state == "passed"


def test_without_probabilities_it_does_not_apply(planted):
    assert class_overlap(DistanceRatio().fit(planted.X, planted.y)).state == "not applicable"
