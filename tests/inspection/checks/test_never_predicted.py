"""SKC006: classes that are never predicted."""

import numpy as np
from material import planted_problem, small_detector

from skclean.detectors import DistanceRatio
from skclean.inspection import never_predicted


def test_a_class_among_another_is_never_predicted():
    X, y, _, _ = planted_problem(300, 3, 0)
    rng = np.random.default_rng(0)
    hidden = (y == 2) & (rng.random(300) < 0.1)
    result = never_predicted(small_detector().fit(X, np.where(hidden, 3, y)))
    assert result.state == "tip"
    assert [line["class"] for line in result.findings] == ["3"]
    assert sorted(result.rows) == np.flatnonzero(hidden).tolist()


def test_predicted_classes_pass(planted):
    assert never_predicted(small_detector().fit(planted.X, planted.y)).state == "passed"


def test_without_probabilities_it_does_not_apply(planted):
    assert never_predicted(DistanceRatio().fit(planted.X, planted.y)).state == "not applicable"
