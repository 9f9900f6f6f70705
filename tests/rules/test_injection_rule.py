"""Injection against injection by drawing, and its promises where everything about the noise is known."""

import functools

import numpy as np
import pytest
from material import class_audit

from skclean import find_label_issues
from skclean.base import Trials
from skclean.exceptions import NoSkillWarning
from skclean.noise.model._channel import uniform_transition
from skclean.noise.model._noise_fit import noise_of
from skclean.rules import Injection
from skclean.rules._injection import Doubts, _above, _cut_of_f1, _cut_of_precision, _cut_of_recall, _rate
from skclean.rules._noise import channel_of

CHANNELS = {
    "even": uniform_transition(0.2, 3),
    "heavy": uniform_transition(0.4, 3),
    "pairs": np.array([[0.8, 0.2, 0.0], [0.0, 0.9, 0.1], [0.3, 0.0, 0.7]]),
}


@pytest.fixture(scope="module")
def four_audits(make_known):
    """Four draws of each channel, and which labels are wrong; the noise of each is fitted once for all promises."""

    @functools.cache
    def draw(name):
        known = [make_known(CHANNELS[name], seed, n_samples=3000) for seed in range(4)]
        audits = [audit_of(one.given, one.posterior) for one in known]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("skclean.noise.model._channel_fit.PRIOR_ROWS", 1.0)
            audits = [audit.with_evidence(noise_of(audit)) for audit in audits]
        return [(audit, one.given != one.truth) for audit, one in zip(audits, known, strict=True)]

    return draw


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("promise", [0.7, 0.9])
def test_promised_precision_is_kept_on_average(name, promise, four_audits):
    realised = []
    for audit, wrong in four_audits(name):
        mask = Injection(precision=promise, ambiguity=0.0).decide(audit)
        assert mask.sum() > 100
        realised.append(np.mean(wrong[mask]))
    assert np.mean(realised) == pytest.approx(promise, abs=0.03)


@pytest.mark.parametrize("name", CHANNELS)
@pytest.mark.parametrize("promise", [0.5, 0.8])
def test_promised_recall_is_kept_on_average(name, promise, four_audits):
    rule = Injection(recall=promise, ambiguity=0.0)
    realised = [np.mean(rule.decide(audit)[wrong]) for audit, wrong in four_audits(name)]
    assert np.mean(realised) == pytest.approx(promise, abs=0.04)


def test_the_objective_is_close_to_the_best_cut(make_known):
    known = make_known(CHANNELS["even"])
    wrong = known.given != known.truth
    flagged = find_label_issues(known.given, known.posterior, rule=Injection(objective="f1", ambiguity=0.0))
    np.testing.assert_array_equal(
        flagged, find_label_issues(known.given, known.posterior, rule=Injection(ambiguity=0.0))
    )

    def f1(mask):
        return 2 * (mask & wrong).sum() / (mask.sum() + wrong.sum())

    doubts = fit_and_doubt(known.given, known.posterior)
    assert f1(flagged) > max(f1(doubts >= cut) for cut in np.quantile(doubts, np.linspace(0, 1, 200))) - 0.01


def fit_and_doubt(given, proba):
    rule = Injection(ambiguity=0.0)
    return rule._doubts(audit_of(given, proba), np.arange(len(given))).given


def audit_of(given, proba):
    codes = np.asarray(given, dtype=np.int32)
    return class_audit(codes, np.arange(proba.shape[1]), proba, np.ones(len(codes)), codes)


def test_flips_counted_by_their_chances_are_those_that_drawing_gives(make_known):
    known = make_known(CHANNELS["pairs"], n_samples=400)
    audit = audit_of(known.given, known.posterior)
    doubts = Injection(ambiguity=0.3)._doubts(audit, np.arange(400))
    channel = channel_of(audit)
    truth = channel.truth(known.posterior)
    chances = channel.wrong(truth, 0.3)
    rng = np.random.default_rng(0)
    drawn = []
    for _ in range(300):  # a truth for every row, then what the channel makes of it
        given_label = truth * channel.transition[:, known.given].T
        given_label /= given_label.sum(axis=1, keepdims=True)
        true = (rng.random(400)[:, None] > given_label.cumsum(axis=1)).sum(axis=1).clip(max=2)
        label = (rng.random(400)[:, None] > channel.transition.cumsum(axis=1)[true]).sum(axis=1).clip(max=2)
        flipped = label != true
        drawn.append(chances[np.flatnonzero(flipped), label[flipped]])
    values, weights = doubts.flipped
    drawn_share = np.concatenate(drawn)
    assert len(drawn_share) / (300 * 400) == pytest.approx(weights.sum(), abs=0.005)
    for cut in (0.2, 0.5, 0.8, 0.95):
        expected = np.mean(drawn_share >= cut)
        assert weights[values >= cut].sum() / weights.sum() == pytest.approx(expected, abs=0.01)


def plain_doubts():
    rng = np.random.default_rng(0)
    given = np.append(rng.beta(5, 2, 200), rng.beta(2, 6, 800)).round(3)
    flipped = rng.beta(5, 2, 500).round(3)
    nothing = (np.zeros(0), np.zeros(0))
    return Doubts(given, given, (flipped, np.full(500, 0.2 / 500)), nothing, True, np.ones(1000, bool))


def test_cuts_are_those_that_trying_every_cut_gives():
    doubts = plain_doubts()
    values = doubts.flipped[0]
    cuts = np.unique(doubts.given)
    above = np.array([(doubts.given >= cut).sum() for cut in cuts])
    share = np.array([np.mean(values >= cut) for cut in cuts])
    most, most_drawn = (min(1, min(above[share >= least] / 1000 / share[share >= least])) for least in (0.1, 0.3))
    rate = np.sqrt(0.2 * most)
    assert _rate(doubts, above[::-1], 0.2 * share[::-1]) == pytest.approx(rate)
    assert _rate(doubts._replace(rate_known=False), above[::-1], 0.2 * share[::-1]) == pytest.approx(most_drawn)
    kept = np.minimum(rate * 1000 * share, above) / (above + 1) >= 0.6
    assert _cut_of_precision(doubts, 0.6) == cuts[kept].min()
    assert _cut_of_precision(doubts, 0.999) == np.inf
    assert _cut_of_recall(doubts, 0.501) == cuts[share >= 0.501].max()
    assert _cut_of_f1(doubts) == cuts[np.argmax(2 * np.minimum(200 * share, above) / (above + 200))]


def test_weight_above_a_cut_counts_ties():
    cuts = np.array([0.9, 0.5, 0.1])
    assert _above(np.array([0.5, 0.9, 0.5, 0.2]), np.array([1.0, 2.0, 3.0, 4.0]), cuts).tolist() == [2, 6, 10]


def trials_audit(seed=0, **known):
    """Qualities of 1000 rows, 200 of them wrong, and of 300 labels flipped in three trials."""
    rng = np.random.default_rng(seed)
    wrong = np.arange(1000) < 200
    quality = np.where(wrong, rng.beta(2, 6, 1000), rng.beta(8, 1.5, 1000))
    flipped = np.zeros((3, 1000), dtype=bool)
    for trial in range(3):
        flipped[trial, rng.choice(np.arange(200, 1000), 100, replace=False)] = True
    again = np.where(flipped, rng.beta(2, 6, (3, 1000)), quality)
    codes = np.tile(np.array([0, 1], dtype=np.int32), 500)
    trials = Trials(np.where(flipped, 1 - codes, codes), flipped, again)
    return class_audit(codes, np.array([0, 1]), None, quality, codes, trials=trials, **known), wrong


@pytest.mark.parametrize("promise", [0.7, 0.9])
def test_trials_keep_the_promise_without_probabilities(promise):
    precisions, recalls = [], []
    for seed in range(6):
        audit, wrong = trials_audit(seed)
        precisions.append(wrong[Injection(precision=promise).decide(audit)].mean())
        recalls.append(Injection(recall=promise).decide(audit)[wrong].mean())
    assert promise - 0.03 < np.mean(precisions) < promise + 0.12  # the rate is only bounded, so it is on the safe side
    assert np.mean(recalls) == pytest.approx(promise, abs=0.05)


def test_verified_rows_take_no_part_in_trials_either():
    audit, wrong = trials_audit(verified=np.arange(1000) % 2 == 0)
    mask = Injection(precision=0.8).decide(audit)
    assert mask.any() and not mask[::2].any()
    assert wrong[mask].mean() > 0.6


def test_a_promise_that_cannot_be_kept_flags_nothing(make_known):
    given = np.random.default_rng(0).integers(2, size=200)
    guesses = np.full((200, 2), 0.5) + np.linspace(-0.01, 0.01, 200)[:, None] * [1, -1]
    with pytest.warns(NoSkillWarning, match="none is flagged"):
        assert not find_label_issues(given, guesses, rule=Injection(precision=0.9)).any()
    known = make_known(np.eye(3), distance=1.0)
    assert find_label_issues(known.given, known.posterior, rule=Injection(precision=0.9)).mean() < 0.01


def test_no_share_of_the_wrong_labels_is_looked_for_where_none_is_expected():
    given = np.arange(600) % 3
    assert not find_label_issues(given, np.eye(3)[given], rule=Injection(recall=0.8)).any()


@pytest.mark.parametrize("promise", [{"precision": 0.5}, {"recall": 0.8}, {}], ids=str)
def test_labels_without_any_doubt_are_not_flagged_however_many_are_alike(promise):
    codes, flipped = np.arange(200, dtype=np.int32) % 2, np.zeros((1, 200), dtype=bool)
    flipped[0, :20] = True
    trials = Trials(np.where(flipped, 1 - codes, codes), flipped, 1.0 - flipped)  # each flip is found for certain
    audit = class_audit(
        codes=codes, classes=np.arange(2), proba=None, quality=np.ones(200), suggested=codes, trials=trials
    )
    assert not Injection(**promise).decide(audit).any()


def test_rows_are_thinned_out_where_there_are_too_many(monkeypatch, make_known):
    known = make_known(CHANNELS["even"], n_samples=3000)
    whole = find_label_issues(known.given, known.posterior, rule=Injection(precision=0.8))
    monkeypatch.setattr("skclean.rules._injection.MAX_FLIPS", 3 * 1000)
    some = find_label_issues(known.given, known.posterior, rule=Injection(precision=0.8))
    assert 0 < (some != whole).mean() < 0.03


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"precision": 1.0}, "precision"),
        ({"recall": 0.0}, "recall"),
        ({"objective": "accuracy"}, "objective"),
        ({"n_trials": 0}, "n_trials"),
        ({"ambiguity": -0.1}, "ambiguity"),
        ({"precision": 0.9, "recall": 0.8}, "precision and recall, leave out all but one"),
        ({"precision": 0.9, "objective": "f1"}, "precision and objective"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(params, message, make_noisy):
    with pytest.raises(ValueError, match=message):
        find_label_issues(*make_noisy(), rule=Injection(**params))


def test_without_probabilities_or_trials_the_error_says_what_to_use():
    codes = np.array([0, 0, 1, 1], dtype=np.int32)
    with pytest.raises(ValueError, match="Injection needs class probabilities, or fits.*ConfidentLearning"):
        Injection().decide(class_audit(codes, np.array([0, 1]), None, np.ones(4), codes))


@pytest.mark.parametrize("wish", [{"precision": 0.7}, {"recall": 0.9}, {"objective": "f1"}], ids=repr)
def test_where_only_verified_labels_count_no_noise_is_known(wish):
    y, verified = np.array([0, 0, 0, 1, 1, 1] * 10), np.arange(60) % 6 != 2
    proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]] * 10)
    mask = find_label_issues(y, proba, rule=Injection(**wish), verified=verified, sample_weight=verified.astype(float))
    assert not mask.any()
