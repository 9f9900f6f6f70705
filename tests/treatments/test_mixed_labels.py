"""Labels that are mixed with what the evidence says."""

from dataclasses import replace

import numpy as np
from small_audit import GIVEN, MASK, PROBA, assert_selection

from skclean.base import Verdict
from skclean.treatments import MixedLabels


def test_mixed_labels_add_a_share_of_the_probabilities(audit):
    selection = MixedLabels(0.5, min_weight=0.0).select(Verdict(audit, MASK))
    targets = np.zeros((6, 3))
    targets[selection.indices, selection.codes] = selection.sample_weight
    expected = 0.5 * np.eye(3)[GIVEN] + 0.5 * PROBA
    expected[4] = 0  # unlabelled
    expected[5] = [0, 1, 0]  # verified
    np.testing.assert_allclose(targets, expected)
    unchanged = MixedLabels(0.0).select(Verdict(audit, MASK))
    assert_selection(unchanged, [0, 1, 2, 3, 5], GIVEN[[0, 1, 2, 3, 5]].tolist(), np.ones(5))


def test_mixed_labels_believe_trusted_ones_more(audit):
    trusted = replace(audit, labels=replace(audit.labels, trust=np.array([0.0, 0.8, 0, 0, 0, 0])))
    selection = MixedLabels(0.5, min_weight=0.0).select(Verdict(trusted, MASK))
    own = selection.sample_weight[(selection.indices == 1) & (selection.codes == 1)]
    np.testing.assert_allclose(own, 0.9 + 0.1 * PROBA[1, 1])


def test_mixed_labels_leave_each_class_a_row(audit):
    selection = MixedLabels(1.0, min_weight=0.5).select(Verdict(audit, MASK))
    assert set(selection.codes.tolist()) == {0, 1, 2}
