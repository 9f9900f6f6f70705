"""SKC002: direction of wrong labels."""

from material import planted_problem, small_detector

from skclean.detectors import KDN
from skclean.inspection import transition_matrix


def test_a_class_that_is_recorded_as_another_is_named():
    X, y, noisy, flipped = planted_problem(400, 3, 40)  # k is recorded as k + 1
    result = transition_matrix(small_detector().fit(X, noisy))
    assert result.state == "tip"
    assert {(line["true"], line["recorded"]) for line in result.findings[:3]} == {("0", "1"), ("1", "2"), ("2", "0")}
    first = result.findings[0]
    true = int(first["true"])
    assert first["low"] <= flipped[y == true].mean() <= first["high"]
    assert flipped[result.rows].mean() > 0.9 and set(noisy[result.rows]) == {int(first["recorded"])}


def test_right_labels_pass():
    X, y, _, _ = planted_problem(400, 3, 0)
    assert transition_matrix(small_detector().fit(X, y)).state == "passed"


def test_without_a_noise_model_it_does_not_apply(planted):
    assert transition_matrix(KDN().fit(planted.X, planted.y)).state == "not applicable"
