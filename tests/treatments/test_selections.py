"""What each treatment makes of the same small audit."""

import numpy as np
import pytest

from skclean import kernels
from skclean.base import Audit
from skclean.treatments import TREATMENTS, Drop, Relabel, Reweight, SoftLabels

GIVEN = np.array([0, 1, 2, 0, -1, 1], dtype=np.int32)
PROBA = np.array(
    [
        [0.8, 0.1, 0.1],
        [0.9, 0.06, 0.04],  # flagged, surely 0
        [0.5, 0.2, 0.3],  # flagged, perhaps 0
        [0.4, 0.6, 0.0],  # 1 likelier, not flagged
        [0.1, 0.1, 0.8],  # unlabelled
        [0.7, 0.3, 0.0],  # verified
    ]
)
MASK = np.array([False, True, True, False, False, False])


@pytest.fixture
def audit():
    quality = np.where(GIVEN < 0, 1.0, PROBA[np.arange(6), GIVEN])
    verified = np.arange(6) == 5
    rows = kernels.scan_rows(GIVEN, PROBA, atol=None)[1]
    suggested = PROBA.argmax(axis=1).astype(np.int32)
    return Audit(GIVEN, np.arange(3), PROBA, quality, suggested, rows=rows, verified=verified)


def assert_selection(selection, indices, codes, weight=None):
    assert selection.indices.tolist() == indices
    assert selection.codes.tolist() == codes
    if weight is None:
        assert selection.sample_weight is None
    else:
        np.testing.assert_allclose(selection.sample_weight, weight)


def test_drop_leaves_flagged_and_unlabelled_rows_out(audit):
    assert_selection(Drop().select(audit, MASK), [0, 3, 5], [0, 0, 1])


@pytest.mark.parametrize(
    ("treatment", "indices", "codes"),
    [
        (Relabel(0.8), [0, 1, 3, 5], [0, 0, 0, 1]),
        (Relabel(0.95), [0, 3, 5], [0, 0, 1]),
        (Relabel(0.5), [0, 1, 2, 3, 5], [0, 0, 0, 0, 1]),
        (Relabel(0.8, otherwise="keep"), [0, 1, 2, 3, 5], [0, 0, 2, 0, 1]),
    ],
    ids=repr,
)
def test_relabel_believes_confident_suggestions_only(treatment, indices, codes, audit):
    assert_selection(treatment.select(audit, MASK), indices, codes)


def test_reweight_keeps_all_labels_and_weighs_their_support(audit):
    selection = Reweight().select(audit, MASK)
    assert selection.indices.tolist() == [0, 1, 2, 3, 5]
    assert selection.codes.tolist() == [0, 1, 2, 0, 1]
    assert selection.sample_weight[0] == 1
    assert selection.sample_weight[-1] == 1  # verified
    assert (np.diff(selection.sample_weight[[1, 2, 3, 0]]) >= 0).all()
    assert ((selection.sample_weight >= 0) & (selection.sample_weight <= 1)).all()


def test_a_floor_lifts_the_least_weights(audit):
    assert Reweight(floor=0.5).select(audit, MASK).sample_weight.min() == pytest.approx(0.5)


def test_soft_labels_split_a_flagged_row_by_its_probabilities(audit):
    selection = SoftLabels(min_weight=0.05).select(audit, MASK)
    assert_selection(
        selection,
        [0, 1, 1, 2, 2, 2, 3, 5],
        [0, 0, 1, 0, 1, 2, 0, 1],
        [1, 0.9, 0.06, 0.5, 0.2, 0.3, 1, 1],
    )
    everything = SoftLabels(min_weight=0).select(audit, MASK)
    assert np.bincount(everything.indices, everything.sample_weight)[[1, 2]] == pytest.approx([1, 1])


@pytest.mark.parametrize("name", TREATMENTS)
def test_nothing_flagged_keeps_every_label(name, audit):
    selection = TREATMENTS[name]().select(audit, np.zeros(6, dtype=bool))
    assert selection.indices.tolist() == [0, 1, 2, 3, 5]
    np.testing.assert_array_equal(selection.codes, GIVEN[selection.indices])


@pytest.mark.parametrize("name", TREATMENTS)
def test_the_audit_and_the_mask_are_left_alone(name, audit):
    codes, proba, mask = audit.codes.copy(), audit.proba.copy(), MASK.copy()
    TREATMENTS[name]().select(audit, mask)
    np.testing.assert_array_equal(audit.codes, codes)
    np.testing.assert_array_equal(audit.proba, proba)
    np.testing.assert_array_equal(mask, MASK)


@pytest.mark.parametrize("name", TREATMENTS)
def test_weights_come_exactly_from_those_that_say_so(name, audit):
    treatment = TREATMENTS[name]()
    assert (treatment.select(audit, MASK).sample_weight is not None) == treatment.needs_sample_weight


@pytest.mark.parametrize("treatment", [Relabel(), SoftLabels()], ids=repr)
def test_what_needs_probabilities_says_so(treatment, audit):
    blind = Audit(audit.codes, audit.classes, None, audit.quality, audit.suggested)
    with pytest.raises(ValueError, match=f"{type(treatment).__name__} needs class probabilities"):
        treatment.select(blind, MASK)


@pytest.mark.parametrize("treatment", [Drop(), Reweight()], ids=repr)
def test_the_others_work_on_quality_alone(treatment, audit):
    blind = Audit(audit.codes, audit.classes, None, audit.quality, audit.suggested)
    assert treatment.select(blind, MASK).indices.size >= 3


@pytest.mark.parametrize(
    "treatment", [Relabel(1.5), Relabel(otherwise="flip"), Reweight(-1), SoftLabels(0.7)], ids=repr
)
def test_parameters_outside_their_range_are_refused(treatment, audit):
    with pytest.raises(ValueError, match=type(treatment).__name__):
        treatment.select(audit, MASK)
