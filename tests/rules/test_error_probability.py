"""ErrorProbability on data with a known truth."""

from dataclasses import replace

import numpy as np
import pytest
from known_channels import known_labels
from material import class_audit
from scipy.special import expit

from skclean import find_label_issues
from skclean.exceptions import LargeShareWarning
from skclean.noise.model._channel import uniform_transition
from skclean.noise.model._channel_sample import evenly_spread
from skclean.noise.model._noise_fit import fit_noise_model, noise_of
from skclean.rules import ErrorProbability
from skclean.rules._best_cut import cut_of_largest_f1

CHANNELS = {
    "even": uniform_transition(0.2, 3),
    "pairs": np.array([[0.8, 0.2, 0.0], [0.0, 0.9, 0.1], [0.3, 0.0, 0.7]]),
    "none": np.eye(3),
}


@pytest.fixture(autouse=True)
def _no_prior(monkeypatch, request):
    """The prior is for many classes and few rows; beside it noise between pairs of classes is underrated."""
    if "transition" in request.fixturenames:
        monkeypatch.setattr("skclean.noise.model._channel_fit.PRIOR_ROWS", 1.0)


every_channel = pytest.mark.parametrize("transition", CHANNELS.values(), ids=CHANNELS)


@every_channel
def test_flags_are_wrong_as_often_as_their_probabilities_say(transition, make_known):
    if transition is CHANNELS["none"]:
        known = make_known(transition)
        rule = ErrorProbability(threshold=0.5, ambiguity=0.0)
        assert find_label_issues(known.given, known.posterior, rule=rule).mean() < 0.005
        return
    realised = {0.3: [], 0.5: [], 0.8: []}
    expected = {threshold: [] for threshold in realised}
    for seed in range(3):
        known = make_known(transition, seed)
        noisy = known.posterior @ transition
        rows = np.arange(len(known.given))
        exact = 1 - (known.posterior * np.diag(transition))[rows, known.given] / noisy[rows, known.given]
        codes = known.given.astype(np.int32)
        audit = class_audit(codes, np.arange(3), known.posterior, np.ones(len(codes)), codes)
        audit = audit.with_evidence(noise_of(audit))  # once for all thresholds
        for threshold in realised:
            mask = ErrorProbability(threshold=threshold, ambiguity=0.0).decide(audit)
            realised[threshold].append(np.mean(known.given[mask] != known.truth[mask]))
            expected[threshold].append(exact[exact > threshold].mean())
    for threshold in realised:
        assert np.mean(realised[threshold]) == pytest.approx(np.mean(expected[threshold]), abs=0.05)


def test_costs_are_a_threshold_and_lower_the_cost_where_the_channel_is_right(make_known):
    known = make_known(CHANNELS["even"], distance=2.0)
    wrong = known.given != known.truth

    def mask(**params):
        return find_label_issues(known.given, known.posterior, rule=ErrorProbability(ambiguity=0.0, **params))

    np.testing.assert_array_equal(mask(cost_missed=4), mask(threshold=0.2))
    np.testing.assert_array_equal(mask(cost_false_flag=3.0, cost_missed=1.0), mask(threshold=0.75))
    for false_flag, missed in ((1, 4), (4, 1)):

        def cost(flags, false_flag=false_flag, missed=missed):
            return false_flag * (flags & ~wrong).sum() + missed * (~flags & wrong).sum()

        best = cost(mask(cost_false_flag=false_flag, cost_missed=missed))
        assert best < cost(mask(cost_false_flag=missed, cost_missed=false_flag))
        assert best <= 1.02 * cost(mask(threshold=0.5))


def test_the_largest_expected_f1_by_trying_every_cut():
    chances = np.random.default_rng(0).beta(0.4, 1.0, 80).round(2)
    expected = {
        cut: 2 * chances[chances >= cut].sum() / ((chances >= cut).sum() + chances.sum()) for cut in np.unique(chances)
    }
    assert cut_of_largest_f1(chances) == max(expected, key=expected.get)
    assert cut_of_largest_f1(np.zeros(5)) == np.inf


def test_ambiguity_flags_more(make_known):
    known = make_known(CHANNELS["none"], distance=1.5)
    counts = [
        find_label_issues(known.given, known.posterior, rule=ErrorProbability(threshold=0.5, ambiguity=share)).sum()
        for share in (0.0, 0.6, 1.0)
    ]
    assert counts[0] < counts[1] < counts[2]


def test_many_rows_are_judged_in_blocks(monkeypatch, make_noisy):
    given, proba = make_noisy()
    whole = find_label_issues(given, proba, rule="error_probability")
    monkeypatch.setattr("skclean.noise.model._channel.BLOCK", 100)
    np.testing.assert_array_equal(find_label_issues(given, proba, rule="error_probability"), whole)


@pytest.mark.filterwarnings("error")
def test_rows_without_weight_are_not_fitted_to(monkeypatch, make_noisy):
    monkeypatch.setattr("skclean.noise.model._channel_sample.MAX_ROWS", 40)
    given, proba = make_noisy()
    weight = np.ones(len(given))
    weight[evenly_spread(len(given), 40)] = 0
    assert find_label_issues(given, proba, rule="error_probability", sample_weight=weight).any()


@pytest.mark.parametrize("rule", ["error_probability", "injection", "rival_ratio"])
def test_weight_on_unlabelled_rows_alone_is_refused(rule):
    with pytest.raises(ValueError, match="zero for every row with a label"):
        find_label_issues([0, 1, None], np.full((3, 2), 0.5), rule=rule, sample_weight=[0, 0, 1])


def test_rows_for_the_fit_are_spread_over_all():
    assert evenly_spread(5, 10).tolist() == [0, 1, 2, 3, 4]
    assert evenly_spread(100, 4).tolist() == [12, 37, 62, 87]


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"cost_false_flag": 0}, "cost_false_flag"),
        ({"cost_missed": -1}, "cost_missed"),
        ({"threshold": 1.0}, "threshold"),
        ({"ambiguity": 1.5}, "ambiguity"),
        ({"most_of_class": 0.0}, "most_of_class"),
        ({"threshold": 0.5, "cost_missed": 2}, "threshold= and the costs"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(params, message, make_noisy):
    with pytest.raises(ValueError, match=message):
        find_label_issues(*make_noisy(), rule=ErrorProbability(**params))


def test_of_a_small_class_most_labels_are_spared_unless_they_are_certain(make_audit):
    proba, _, given = known_labels(np.eye(2), n_samples=300, distance=4.0)
    small = np.flatnonzero(given == 1)[:40]
    rows = np.r_[np.flatnonzero(given == 0), small]
    audit = make_audit(given[rows], proba[rows])
    of_small = given[rows] == 1
    chances = np.where(of_small, np.linspace(0.6, 0.75, len(rows)), 0.0)
    noise = fit_noise_model(given[rows], proba[rows], proba[np.arange(300), given][rows])
    doubtful = replace(noise, noise_weight=1.0, right=1 - chances, cautious=1 - chances, likeliest=~of_small)
    mask = ErrorProbability(most_of_class=0.25).decide(audit.with_evidence(doubtful))
    assert mask.sum() == 10
    assert chances[mask].min() >= chances[of_small & ~mask].max()
    chances = np.where(of_small, 0.95, 0.0)
    certain = replace(doubtful, right=1 - chances, cautious=1 - chances)
    with pytest.warns(LargeShareWarning, match=r"100% of the 40 labels 1 are flagged.*trusted_classes"):
        ErrorProbability(most_of_class=0.25).decide(audit.with_evidence(certain))


def test_reviewing_the_top_of_the_list_loses_no_recall_among_the_rest():
    transition = uniform_transition(0.3, 3)
    posterior, true, given = known_labels(transition, 4000, distance=2.0, seed=1)
    proba = posterior @ transition
    before = find_label_issues(given, proba, labels="outcomes")
    top = np.argsort(proba[np.arange(4000), given] / proba.max(axis=1))[:600]
    reviewed, verified = given.copy(), np.zeros(4000, dtype=bool)
    reviewed[top], verified[top] = true[top], True
    after = find_label_issues(reviewed, proba, labels="outcomes", verified=verified)
    wrong = (reviewed != true) & ~verified
    assert not after[verified].any()
    assert after[wrong].mean() > before[wrong].mean() - 0.05


def test_where_labels_do_not_tell_noise_from_overlap_few_of_them_are_flagged():
    """Without the second channel three in ten are, as the likelihood says nothing of the noise rate."""
    shares = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        logits = 0.5 * rng.standard_normal(1500)
        proba = expit(np.column_stack([-logits, logits]))
        given = (rng.random(1500) < proba[:, 1]).astype(int)
        shares.append(find_label_issues(given, proba, rule=ErrorProbability()).mean())
    assert np.mean(shares) < 0.2
