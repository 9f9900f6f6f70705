"""SKC001: wrong labels."""

import numpy as np
import pytest
from material import small_detector
from sklearn.exceptions import NotFittedError

from skclean.detectors import KDN
from skclean.inspection import label_noise


def test_planted_errors_are_an_issue(planted):
    X, y, noisy, flipped = planted
    result = label_noise(small_detector().fit(X, noisy))
    assert result.state == "issue"
    rate = result.numbers["noise_rate"]
    assert rate.low <= flipped.mean() <= rate.high
    assert set(result.rows[:5]) <= set(np.flatnonzero(flipped))
    assert sum(line["labels"] for line in result.findings) == len(y)
    assert sum(line["flagged"] for line in result.findings) == result.numbers["n_flagged"] == len(result.rows)


def test_right_labels_are_no_issue(planted):
    X, y, _, _ = planted
    assert label_noise(small_detector().fit(X, y)).state in ("passed", "tip")


def test_a_detector_without_a_noise_model_gives_a_tip(planted):
    result = label_noise(KDN().fit(planted.X, planted.noisy))
    assert result.state == "tip" and "does not estimate" in result.verdict
    assert "noise_rate" not in result.numbers


def test_a_detector_must_be_fitted():
    with pytest.raises(NotFittedError):
        label_noise(KDN())
