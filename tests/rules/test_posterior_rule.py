"""The noise channel and the rule on it, against Bayes written out and against data of which all is known."""

import numpy as np
import pytest

from skclean import find_label_issues
from skclean.rules import PosteriorRule
from skclean.rules._noise_channel import NoiseChannel, evenly_spread, fit_channel, uniform_transition
from skclean.rules._posterior import cut_of_largest_f1

CHANNELS = {
    "even": uniform_transition(0.2, 3),
    "pairs": np.array([[0.8, 0.2, 0.0], [0.0, 0.9, 0.1], [0.3, 0.0, 0.7]]),
    "none": np.eye(3),
}


@pytest.fixture(autouse=True)
def _no_prior(monkeypatch, request):
    """The prior is for many classes and few rows; beside it noise between pairs of classes is underrated."""
    if "transition" in request.fixturenames:
        monkeypatch.setattr("skclean.rules._noise_channel.PRIOR_ROWS", 1.0)


every_channel = pytest.mark.parametrize("transition", CHANNELS.values(), ids=CHANNELS)


@every_channel
@pytest.mark.parametrize("slope", [1.0, 2.0])
def test_the_channel_is_found_under_evidence_that_is_off(transition, slope, make_known, make_audit):
    known = make_known(transition, n_samples=5000)
    dulled = known.posterior ** (1 / slope)
    channel = fit_channel(make_audit(known.given, dulled / dulled.sum(axis=1, keepdims=True)))
    np.testing.assert_allclose(channel.transition, transition, atol=0.04)
    truth = channel.truth(dulled / dulled.sum(axis=1, keepdims=True))
    assert np.abs(truth - known.posterior).mean() < 0.03


def test_the_chance_of_error_is_bayes_rule_written_out():
    rng = np.random.default_rng(0)
    transition, truth = rng.dirichlet(np.ones(4), size=4), rng.dirichlet(np.ones(4), size=6)
    channel = NoiseChannel(1.0, np.zeros(4), transition)
    for ambiguity in (0.0, 0.4):
        for row, chances in zip(truth, channel.wrong(truth, ambiguity), strict=True):
            for j in range(4):
                right = row[j] * transition[j, j] / sum(row[k] * transition[k, j] for k in range(4))
                assert chances[j] == pytest.approx(1 - right * (1 - ambiguity * (1 - row[j])))


def test_calibration_is_the_softmax_of_scaled_logarithms():
    proba = np.random.default_rng(1).dirichlet(np.ones(3), size=5)
    logits = 1.5 * np.log((proba + 0.001 / 3) / 1.001) + [0.1, 0.0, -0.2]
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(NoiseChannel(1.5, np.array([0.1, 0.0, -0.2]), np.eye(3)).truth(proba), expected)


def test_verified_rows_hold_their_truth(make_known, make_audit):
    known = make_known(CHANNELS["even"], n_samples=2000, distance=1.0)
    verified = known.given == known.truth
    with_known = fit_channel(make_audit(known.given, known.posterior, verified=verified))
    assert np.trace(with_known.transition) > np.trace(fit_channel(make_audit(known.given, known.posterior)).transition)


def test_weights_count_as_repeated_rows(make_known, make_audit):
    known = make_known(CHANNELS["pairs"], n_samples=600)
    times = np.random.default_rng(0).integers(1, 4, 600)
    weighted = fit_channel(make_audit(known.given, known.posterior, sample_weight=times / times.mean()))
    # the pseudo-rows of the prior count beside 600 rows in one case and beside their number in the other
    repeated = fit_channel(make_audit(np.repeat(known.given, times), np.repeat(known.posterior, times, axis=0)))
    np.testing.assert_allclose(weighted.transition, repeated.transition, atol=0.06)
    assert weighted.slope == pytest.approx(repeated.slope, rel=0.1)


@every_channel
def test_flags_are_wrong_as_often_as_their_probabilities_say(transition, make_known):
    if transition is CHANNELS["none"]:
        known = make_known(transition)
        rule = PosteriorRule(threshold=0.5, ambiguity=0.0)
        assert find_label_issues(known.given, known.posterior, rule=rule).mean() < 0.005
        return
    realised = {0.3: [], 0.5: [], 0.8: []}
    expected = {threshold: [] for threshold in realised}
    for seed in range(3):
        known = make_known(transition, seed)
        noisy = known.posterior @ transition
        rows = np.arange(len(known.given))
        exact = 1 - (known.posterior * np.diag(transition))[rows, known.given] / noisy[rows, known.given]
        for threshold in realised:
            rule = PosteriorRule(threshold=threshold, ambiguity=0.0)
            mask = find_label_issues(known.given, known.posterior, rule=rule)
            realised[threshold].append(np.mean(known.given[mask] != known.truth[mask]))
            expected[threshold].append(exact[exact > threshold].mean())
    for threshold in realised:
        assert np.mean(realised[threshold]) == pytest.approx(np.mean(expected[threshold]), abs=0.05)


def test_costs_are_a_threshold_and_lower_the_cost_where_the_channel_is_right(make_known):
    known = make_known(CHANNELS["even"], distance=2.0)
    wrong = known.given != known.truth

    def mask(**params):
        return find_label_issues(known.given, known.posterior, rule=PosteriorRule(ambiguity=0.0, **params))

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
        find_label_issues(known.given, known.posterior, rule=PosteriorRule(threshold=0.5, ambiguity=share)).sum()
        for share in (0.0, 0.6, 1.0)
    ]
    assert counts[0] < counts[1] < counts[2]


def test_many_rows_are_judged_in_blocks(monkeypatch, make_noisy):
    given, proba = make_noisy()
    whole = find_label_issues(given, proba, rule="posterior")
    monkeypatch.setattr("skclean.rules._noise_channel.BLOCK", 100)
    np.testing.assert_array_equal(find_label_issues(given, proba, rule="posterior"), whole)


@pytest.mark.filterwarnings("error")
def test_rows_without_weight_are_not_fitted_to(monkeypatch, make_noisy):
    monkeypatch.setattr("skclean.rules._noise_channel.MOST_ROWS", 40)
    given, proba = make_noisy()
    weight = np.ones(len(given))
    weight[evenly_spread(len(given), 40)] = 0
    assert find_label_issues(given, proba, rule="posterior", sample_weight=weight).any()


@pytest.mark.parametrize("rule", ["posterior", "injection", "rival_ratio"])
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
        ({"threshold": 0.5, "cost_missed": 2}, "threshold= and the costs"),
    ],
)
def test_parameters_that_make_no_sense_are_refused(params, message, make_noisy):
    with pytest.raises(ValueError, match=message):
        find_label_issues(*make_noisy(), rule=PosteriorRule(**params))
