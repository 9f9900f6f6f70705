"""The rule on the chance of an error: thresholds, bounds, and rows that are never flagged."""

import numpy as np
import pytest

from skclean.base import Audit, ErrorChance, Labels
from skclean.rules import LikelyWrong
from skclean.targets import read_grades

WRONG = np.array([0.0, 0.95, 0.04, 0.3, 0.0, 0.02, 0.9, 0.0])
TARGET = read_grades([1, 2, 3, 1, 2, 3, 1, 2])


def audit(wrong=WRONG, target=TARGET, **known):
    return Audit(Labels(target, **known), (ErrorChance(wrong),), 1 - wrong, target.codes)


def test_a_threshold_is_what_is_exceeded():
    np.testing.assert_array_equal(LikelyWrong(threshold=0.3).decide(audit()), WRONG > 0.3)


def test_without_one_improbable_errors_are_never_flagged():
    mask = LikelyWrong().decide(audit())
    assert mask[[1, 6]].all() and not mask[WRONG < 0.1].any()
    assert not LikelyWrong().decide(audit(np.full(8, 0.05))).any()


def test_verified_and_unlabelled_rows_are_not_flagged():
    verified = np.zeros(8, dtype=bool)
    verified[1] = True
    assert not LikelyWrong().decide(audit(verified=verified))[1]
    missing = read_grades([1, None, 3, 1, 2, 3, 1, 2])
    assert not LikelyWrong(threshold=0.0).decide(audit(target=missing))[1]


def test_a_detector_without_the_chance_is_refused():
    with pytest.raises(ValueError, match="use OrdinalConfidentLearning or SurvivalAudit"):
        LikelyWrong().decide(Audit(Labels(TARGET), (), 1 - WRONG, TARGET.codes))
