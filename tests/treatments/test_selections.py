"""What each treatment makes of the same small audit."""

from dataclasses import replace

import numpy as np
import pytest
from known_channels import known_labels
from material import class_audit
from small_audit import GIVEN, MASK, assert_selection

from skclean.base import Verdict
from skclean.noise import NoiseModel
from skclean.noise.model._channel_error import RateErrors
from skclean.noise.model._noise_fit import noise_of
from skclean.noise.model._noise_rate import NoiseRate
from skclean.treatments import (
    TREATMENTS,
    Drop,
    ImportanceWeights,
    MixedLabels,
    Posterior,
    Relabel,
    Reweight,
    SoftLabels,
    draw_copies,
    weighted_copies,
)
from skclean.treatments._decision import noise_to_treat


def test_drop_leaves_flagged_and_unlabelled_rows_out(audit):
    assert_selection(Drop().select(Verdict(audit, MASK)), [0, 3, 5], [0, 0, 1])


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
    assert_selection(treatment.select(Verdict(audit, MASK)), indices, codes)


def test_reweight_keeps_all_labels_and_weighs_their_support(audit):
    selection = Reweight().select(Verdict(audit, MASK))
    assert selection.indices.tolist() == [0, 1, 2, 3, 5]
    assert selection.codes.tolist() == [0, 1, 2, 0, 1]
    assert selection.sample_weight[0] == 1
    assert selection.sample_weight[-1] == 1  # verified
    assert (np.diff(selection.sample_weight[[1, 2, 3, 0]]) >= 0).all()
    assert ((selection.sample_weight >= 0) & (selection.sample_weight <= 1)).all()


def test_a_floor_lifts_the_least_weights(audit):
    assert Reweight(floor=0.5).select(Verdict(audit, MASK)).sample_weight.min() == pytest.approx(0.5)


def test_soft_labels_split_a_flagged_row_by_its_probabilities(audit):
    selection = SoftLabels(min_weight=0.05).select(Verdict(audit, MASK))
    assert_selection(
        selection,
        [0, 1, 1, 2, 2, 2, 3, 5],
        [0, 0, 1, 0, 1, 2, 0, 1],
        [1, 0.9, 0.06, 0.5, 0.2, 0.3, 1, 1],
    )
    everything = SoftLabels(min_weight=0).select(Verdict(audit, MASK))
    assert np.bincount(everything.indices, everything.sample_weight)[[1, 2]] == pytest.approx([1, 1])


# These do not read the flags.
WITHOUT_FLAGS = {"mixed_labels"}


@pytest.mark.parametrize("name", sorted(set(TREATMENTS) - WITHOUT_FLAGS))
def test_nothing_flagged_keeps_every_label(name, audit):
    selection = TREATMENTS[name]().select(Verdict(audit, np.zeros(6, dtype=bool)))
    assert selection.indices.tolist() == [0, 1, 2, 3, 5]
    np.testing.assert_array_equal(selection.codes, GIVEN[selection.indices])


@pytest.mark.parametrize("name", TREATMENTS)
def test_the_audit_and_the_mask_are_left_alone(name, audit):
    codes, proba, mask = audit.codes.copy(), audit.proba.copy(), MASK.copy()
    TREATMENTS[name]().select(Verdict(audit, mask))
    np.testing.assert_array_equal(audit.codes, codes)
    np.testing.assert_array_equal(audit.proba, proba)
    np.testing.assert_array_equal(mask, MASK)


# these have none without noise, see below
@pytest.mark.parametrize("name", sorted(set(TREATMENTS) - {"posterior", "importance_weights"}))
def test_weights_come_exactly_from_those_that_say_so(name, audit):
    treatment = TREATMENTS[name]()
    assert (treatment.select(Verdict(audit, MASK)).sample_weight is not None) == treatment.returns_weights


@pytest.mark.parametrize("treatment", [ImportanceWeights(), MixedLabels(), Relabel(), SoftLabels()], ids=repr)
def test_what_needs_probabilities_says_so(treatment, audit):
    blind = class_audit(audit.codes, audit.classes, None, audit.quality, audit.suggested)
    with pytest.raises(ValueError, match=f"{type(treatment).__name__} needs class probabilities"):
        treatment.select(Verdict(blind, MASK))


@pytest.mark.parametrize("treatment", [Drop(), Reweight()], ids=repr)
def test_the_others_work_on_quality_alone(treatment, audit):
    blind = class_audit(audit.codes, audit.classes, None, audit.quality, audit.suggested)
    assert treatment.select(Verdict(blind, MASK)).indices.size >= 3


@pytest.mark.parametrize(
    "treatment",
    [
        ImportanceWeights(draw="yes"),
        ImportanceWeights(random_state=-1),
        MixedLabels(1.5),
        MixedLabels(min_weight=0.7),
        Relabel(1.5),
        Relabel(otherwise="flip"),
        Reweight(-1),
        SoftLabels(0.7),
    ],
    ids=repr,
)
def test_parameters_outside_their_range_are_refused(treatment, audit):
    with pytest.raises(ValueError, match=type(treatment).__name__):
        treatment.select(Verdict(audit, MASK))


@pytest.mark.parametrize("multiple", [0.0, 1.5, 100.0])
def test_posterior_gives_each_row_the_weight_one_and_each_class_its_probability(noisy_audit, multiple):
    share = min(1, multiple * noisy_audit[NoiseModel].noise_rate.rate * 2 / 3)
    selection = Posterior(evidence_share=multiple, min_weight=0.0).select(
        Verdict(noisy_audit, np.zeros(1500, dtype=bool))
    )
    targets = np.zeros((1500, 3))
    targets[selection.indices, selection.codes] = selection.sample_weight
    expected = (1 - share) * noisy_audit[NoiseModel].posterior(noisy_audit.proba, noisy_audit.codes)
    expected += share * noisy_audit[NoiseModel].channel.truth(noisy_audit.proba)
    expected[:40] = np.eye(3)[noisy_audit.codes[:40]]
    np.testing.assert_allclose(targets, expected, atol=1e-12)
    assert "estimated noise rate" in selection.reason


def test_posterior_leaves_out_classes_with_a_smaller_weight(noisy_audit):
    more, fewer = (
        Posterior(min_weight=least).select(Verdict(noisy_audit, np.zeros(1500, dtype=bool))) for least in (0.0, 0.2)
    )
    assert len(fewer.indices) < len(more.indices)
    assert fewer.sample_weight.min() >= 0.2
    np.testing.assert_allclose(np.bincount(fewer.indices, fewer.sample_weight), 1)


def test_posterior_does_nothing_below_the_least_rate(noisy_audit):
    treated = Posterior().select(Verdict(noisy_audit, np.zeros(1500, dtype=bool)))
    assert treated.sample_weight is not None
    proba, _, given = known_labels(np.eye(3), n_samples=1500)
    selection = Posterior().select(
        Verdict(class_audit(given, np.arange(3), proba, np.ones(1500), given), np.zeros(1500, dtype=bool))
    )
    assert_selection(selection, list(range(1500)), given.tolist())
    assert "may be no noise at all" in selection.reason
    noise = noisy_audit[NoiseModel]
    assert noise_to_treat(noisy_audit, noise, 0.9)[0] is noise  # the interval is far above 0
    assert noise.noise_rate.low > 0
    uncertain = noisy_audit.with_evidence(replace(noise, errors=RateErrors(0.2, np.full(3, 0.2))))
    assert uncertain[NoiseModel].noise_rate.low == 0
    assert noise_to_treat(uncertain, uncertain[NoiseModel], 0.1)[0] is uncertain[NoiseModel]
    assert noise_to_treat(uncertain, uncertain[NoiseModel], 0.3)[0] is None
    kept = Drop(threshold=0.5, least_rate=0.3).select(Verdict(uncertain, np.zeros(1500, dtype=bool)))
    assert len(kept.indices) == 1500
    assert "all rows are kept" in kept.reason


@pytest.fixture(scope="module")
def audit_with_one_noisy_class():
    """Six classes, of which one in twenty rows belongs to the last, and a third of these are recorded as the first."""
    proba, true, given = known_labels(np.eye(6), n_samples=6000, distance=4.0)
    rows = np.flatnonzero((true < 5) | (np.arange(6000) % 4 == 0))
    proba, true, given = proba[rows], true[rows], given[rows]
    given[(true == 5) & (np.random.default_rng(0).random(len(true)) < 1 / 3)] = 0
    classes = np.array(list("abcdef"))
    return class_audit(given, classes, proba, np.ones(len(given)), given), true


def test_noise_of_one_class_alone_is_treated_where_only_that_is_certain(audit_with_one_noisy_class):
    audit, true = audit_with_one_noisy_class
    noise, found = noise_to_treat(audit, noise_of(audit), 0.08)
    assert noise.certain_flips.tolist() == [False] * 5 + [True]
    assert "only rows of class 'f' (" in found
    for treatment in (Posterior(), Drop(threshold=0.5, least_rate=0.08)):
        selection = treatment.select(Verdict(audit, np.zeros(len(true), dtype=bool)))
        weight = np.ones(len(selection.indices)) if selection.sample_weight is None else selection.sample_weight
        unchanged = selection.codes == audit.codes[selection.indices]
        kept = np.bincount(selection.indices[unchanged], weight[unchanged], minlength=len(true))
        assert set(audit.codes[kept < 1]) <= {0, 1, 2, 3, 4}  # what is recorded as f is not doubted
        wrong = audit.codes != true
        assert kept[wrong].mean() < 0.2
        assert kept[~wrong].mean() > 0.995


def test_labels_that_are_never_doubted_stay_so_where_one_class_is_treated(audit_with_one_noisy_class):
    audit, _ = audit_with_one_noisy_class
    doubted = np.arange(len(audit.codes)) >= 1000
    noise = noise_of(audit).only(doubted)
    restricted = noise.with_flips_of(noise.certain_flips, audit.codes, audit.proba)
    assert (restricted.right[~doubted] == 1).all()
    assert restricted.right[doubted].min() < 0.1


def test_drop_with_a_threshold_leaves_out_what_is_probably_wrong(noisy_audit):
    mask = np.zeros(1500, dtype=bool)
    kept = Drop(threshold=0.5).select(Verdict(noisy_audit, mask)).indices
    wrong = (noisy_audit[NoiseModel].wrong() > 0.5) & (np.arange(1500) >= 40)
    np.testing.assert_array_equal(kept, np.flatnonzero(~wrong))
    assert len(Drop(threshold=0.9).select(Verdict(noisy_audit, mask)).indices) > len(kept)


def test_copies_are_the_targets_without_the_small_ones():
    targets = np.array([[0.5, 0.5, 0.0], [0.02, 0.0, 0.98], [0.0, 2.0, 2.0]])
    rows, codes, weights = weighted_copies(targets, least=0.05)
    assert rows.tolist() == [0, 0, 1, 2, 2]
    assert codes.tolist() == [0, 1, 2, 1, 2]
    np.testing.assert_allclose(weights, [0.5, 0.5, 1.0, 2.0, 2.0])


def test_drawn_copies_follow_the_weights_and_lose_no_class():
    rows, codes, weights = weighted_copies(np.tile([0.3, 0.7], (4000, 1)), least=0.0)
    kept = draw_copies(rows, codes, weights, 0)
    np.testing.assert_array_equal(rows[kept], np.arange(4000))
    assert codes[kept].mean() == pytest.approx(0.7, abs=0.03)
    rows, codes, weights = weighted_copies(np.array([[1.0, 0.0], [1.0, 0.0], [0.9999, 0.0001]]), least=0.0)
    for seed in range(5):
        assert set(codes[draw_copies(rows, codes, weights, seed)]) == {0, 1}


class NoneOfClassTwo(NoiseModel):
    """A noise model under which every label of class 2 is wrong."""

    noise_rate = NoiseRate(0.3, 0.2, 0.4)

    def __init__(self, codes):
        vars(self).update(codes=codes, weight=np.full(len(codes), 1 / len(codes)))  # the record is frozen

    def wrong(self):
        return np.where(self.codes == 2, 1.0, 0.0)

    def posterior(self, proba, codes, evidence_share):
        return np.tile([0.6, 0.4, 0.0], (len(codes), 1))


def test_posterior_leaves_every_class_a_row_to_learn_from():
    given = np.repeat([0, 1, 2], 20).astype(np.int32)
    quality = np.random.default_rng(0).random(60)
    audit = class_audit(given, np.arange(3), np.full((60, 3), 1 / 3), quality, given, noise=NoneOfClassTwo(given))
    selection = Posterior(least_rate=0.0).select(Verdict(audit, np.zeros(60, dtype=bool)))
    best = 40 + int(np.argmax(quality[40:]))
    assert selection.indices[selection.codes == 2].tolist() == [best]
    assert np.count_nonzero(selection.indices == best) == 1
    assert len(selection.indices) == 40 + 19 * 2 + 1
