"""An audit gives evidence by its record, and compares probabilities with the labels that it holds."""

from dataclasses import replace

import numpy as np
import pytest

from skclean.base import (
    FLAGGED,
    NO_SKILL,
    NOT_LABELLED,
    VERIFIED,
    Audit,
    ClassProba,
    FoldCounts,
    Labels,
    Verdict,
)
from skclean.quality import label_quality
from skclean.targets import encode_labels

PROBA = np.array([[0.9, 0.1], [0.2, 0.8], [0.3, 0.7], [0.6, 0.4]])
TARGET = encode_labels(["no", "yes", "no", None])


@pytest.fixture
def audit():
    evidence = ClassProba(PROBA, TARGET.codes)
    return Audit(Labels(TARGET), (evidence,), evidence.scores("self_confidence"), TARGET.codes)


def test_evidence_is_looked_up_by_its_record(audit):
    assert audit[ClassProba].proba is PROBA
    assert ClassProba in audit and FoldCounts not in audit and audit.get(FoldCounts) is None
    with pytest.raises(ValueError, match="needs the noise histogram of repeated cross-validation.*use ReCoV"):
        _ = audit[FoldCounts]


@pytest.mark.parametrize("method", ["self_confidence", "normalized_margin", "weighted_entropy", "rival_odds"])
def test_other_labels_get_other_scores(audit, method):
    other = TARGET.replaced([0, 2], [1, 1])
    changed = replace(audit, labels=Labels(other))
    expected = label_quality(other.as_y(), PROBA, method=method, classes=TARGET.classes)
    np.testing.assert_allclose(changed.scores(method), expected)
    assert not np.array_equal(changed.scores(method), audit.scores(method))
    np.testing.assert_array_equal(audit[ClassProba].codes, TARGET.codes)  # the first audit is as it was


def test_a_record_takes_the_place_of_another_of_its_kind(audit):
    counts = FoldCounts(np.arange(4), np.arange(4)[::-1], 10, 5)
    once = audit.with_evidence(counts)
    again = once.with_evidence(replace(counts, n_repeats=20))
    assert once[FoldCounts].n_repeats == 10 and again[FoldCounts].n_repeats == 20
    assert len(again.evidence) == 2 and FoldCounts not in audit


def test_rows_that_may_not_be_flagged_have_no_open_code():
    limits = np.array([0, NO_SKILL, 0, 0], dtype=np.int8)
    labels = Labels(TARGET, verified=np.array([True, False, False, False]), limits=limits)
    assert labels.open_codes.tolist() == [-1, -1, 0, -1]
    assert Labels(TARGET, trusted=np.array([True, False])).open_codes.tolist() == [-1, 1, -1, -1]


def test_the_verdict_has_a_reason_for_each_row(audit):
    limits = np.array([0, NO_SKILL, 0, 0], dtype=np.int8)
    labels = Labels(TARGET, verified=np.array([True, False, False, False]), limits=limits)
    verdict = Verdict(replace(audit, labels=labels), np.array([False, False, True, False]))
    assert verdict.reasons.tolist() == [VERIFIED, NO_SKILL, FLAGGED, NOT_LABELLED]
    assert limits.tolist() == [0, NO_SKILL, 0, 0]
