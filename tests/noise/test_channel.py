"""The noise channel against Bayes' rule written out, and against labels with a known truth."""

import numpy as np
import pytest
from known_channels import CHANNELS, known_labels

from skclean.noise.model._channel import NoiseChannel, uniform_transition, without_flips
from skclean.noise.model._channel_error import rate_errors
from skclean.noise.model._channel_fit import fit_channel, transition_of_expected
from skclean.noise.model._noise_fit import weighed_channel

every_channel = pytest.mark.parametrize("transition", CHANNELS.values(), ids=CHANNELS)


@every_channel
@pytest.mark.parametrize("slope", [1.0, 2.0])
def test_the_channel_is_found_under_probabilities_that_are_not_calibrated(transition, slope):
    posterior, _, given = known_labels(transition)
    dulled = posterior ** (1 / slope)
    dulled /= dulled.sum(axis=1, keepdims=True)
    channel = fit_channel(given, dulled).channel
    np.testing.assert_allclose(channel.transition, transition, atol=0.04)
    assert np.abs(channel.truth(dulled) - posterior).mean() < 0.03


def test_posterior_and_chance_of_error_are_bayes_rule_written_out():
    rng = np.random.default_rng(0)
    transition, truth = rng.dirichlet(np.ones(4), size=4), rng.dirichlet(np.ones(4), size=6)
    channel = NoiseChannel(np.ones(4), np.zeros(4), transition)
    for ambiguity in (0.0, 0.4):
        for row, chances in zip(truth, channel.wrong(truth, ambiguity), strict=True):
            for j in range(4):
                right = row[j] * transition[j, j] / sum(row[k] * transition[k, j] for k in range(4))
                assert chances[j] == pytest.approx(1 - right * (1 - ambiguity * (1 - row[j])))
    codes = rng.integers(4, size=6)
    for row, j, found in zip(truth, codes, channel.posterior(truth, codes), strict=True):
        joint = [row[k] * transition[k, j] for k in range(4)]
        np.testing.assert_allclose(found, np.divide(joint, sum(joint)))


def test_a_label_without_any_chance_keeps_the_probabilities_of_the_row():
    channel = NoiseChannel(np.ones(2), np.zeros(2), np.eye(2))
    truth = np.array([[1.0, 0.0]])
    np.testing.assert_array_equal(channel.posterior(truth, np.array([1])), truth)


def test_calibration_is_the_softmax_of_scaled_logarithms():
    proba = np.random.default_rng(1).dirichlet(np.ones(3), size=5)
    slope, bias = np.array([1.5, 1.0, 0.5]), np.array([0.1, 0.0, -0.2])
    logits = slope * np.log((proba + 0.001 / 3) / 1.001) + bias
    expected = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(NoiseChannel(slope, bias, np.eye(3)).truth(proba), expected)


def test_flips_are_taken_out_by_rounds_of_bayes_rule_written_out():
    rng = np.random.default_rng(2)
    transition, proba = CHANNELS["pairs"], rng.dirichlet(np.ones(3), size=4)
    for row, found in zip(proba, without_flips(proba, transition), strict=True):
        truth = row.copy()
        for _ in range(5):
            share = [[truth[k] * transition[k, j] for k in range(3)] for j in range(3)]
            truth = np.sum([row[j] * np.divide(share[j], sum(share[j])) for j in range(3)], axis=0)
        np.testing.assert_allclose(found, truth)
    np.testing.assert_allclose(without_flips(proba, np.eye(3)), proba)
    sure = np.eye(3)[[0, 2]]
    assert np.abs(without_flips(sure @ transition, transition) - sure).max() < np.abs(sure @ transition - sure).max()


@pytest.mark.parametrize("sureness", [0.6, 0.8])
def test_a_channel_takes_the_flips_out_that_the_probabilities_contain(sureness):
    transition = 0.8 * np.eye(6) + 0.2 * np.roll(np.eye(6), 1, axis=1)
    posterior, _, given = known_labels(transition, distance=2.5)
    recorded = sureness * posterior @ transition + (1 - sureness) / 6  # what a cautious model learns from the labels
    plain = fit_channel(given, recorded)
    again = fit_channel(given, recorded, start=plain.channel._replace(contained=plain.channel.transition))
    assert again.log_likelihood > plain.log_likelihood + 3
    for measure in (
        lambda fitted: fitted.channel.truth(recorded) - posterior,
        lambda fitted: fitted.channel.flip_rates - 0.2,
    ):
        before, after = (np.abs(measure(fitted)).mean() for fitted in (plain, again))
        assert after < 0.8 * before
    chosen = weighed_channel(given, recorded).channel
    assert chosen.contained is not None


def test_weights_count_as_repeated_rows():
    posterior, _, given = known_labels(CHANNELS["pairs"], n_samples=600)
    times = np.random.default_rng(0).integers(1, 4, 600)
    weighted = fit_channel(given, posterior, weight=times / times.mean()).channel
    # the pseudo-rows of the prior count beside 600 rows in one case and beside their number in the other
    repeated = fit_channel(np.repeat(given, times), np.repeat(posterior, times, axis=0)).channel
    np.testing.assert_allclose(weighted.transition, repeated.transition, atol=0.06)
    np.testing.assert_allclose(weighted.slope, repeated.slope, rtol=0.1)


def test_no_row_is_recorded_as_a_trusted_class_by_mistake():
    posterior, _, given = known_labels(CHANNELS["even"], n_samples=2000)
    channel = fit_channel(given, posterior, trusted=np.array([False, True, False])).channel
    assert channel.transition[0, 1] == channel.transition[2, 1] == 0
    assert channel.transition[1, 1] < 0.9  # rows of the trusted class may still be recorded as others
    np.testing.assert_allclose(channel.transition.sum(axis=1), 1)


def test_overlap_alone_explains_clean_labels_as_well_as_noise_does():
    posterior, _, given = known_labels(np.eye(3), n_samples=2000, distance=1.5)
    noisy, plain = fit_channel(given, posterior), fit_channel(given, posterior, noisy=False)
    assert noisy.log_likelihood - plain.log_likelihood < 2
    np.testing.assert_array_equal(plain.channel.transition, np.eye(3))
    posterior, _, given = known_labels(CHANNELS["even"], n_samples=2000)
    noisy, plain = fit_channel(given, posterior), fit_channel(given, posterior, noisy=False)
    assert noisy.log_likelihood - plain.log_likelihood > 20


def test_flips_go_to_one_class_or_to_all_as_the_counts_say():
    n_classes = 10
    allowed = ~np.eye(n_classes, dtype=bool)
    pairs = 80 * np.eye(n_classes) + 20 * np.roll(np.eye(n_classes), 1, axis=1)
    found = transition_of_expected(pairs, allowed)
    np.testing.assert_allclose(found.sum(axis=1), 1)
    assert found[0, 1] > 0.18
    assert found[0, 2:].sum() < 0.02
    even = np.full((n_classes, n_classes), 2.0)
    np.fill_diagonal(even, 82)
    np.testing.assert_allclose(transition_of_expected(even, allowed)[~np.eye(10, dtype=bool)], 0.02, atol=1e-12)


def test_the_standard_error_is_the_spread_over_draws():
    rates, errors = [], []
    for seed in range(12):
        posterior, _, given = known_labels(CHANNELS["even"], n_samples=800, seed=seed)
        channel = fit_channel(given, posterior).channel
        truth = channel.truth(posterior)
        rates.append(truth.mean(axis=0) @ channel.flip_rates)
        errors.append(rate_errors(channel, given, posterior).all_rows)
    assert 0.6 < np.mean(errors) / np.std(rates) < 1.7


def test_labels_that_were_taken_out_do_not_hide_the_noise():
    posterior, true, given = known_labels(CHANNELS["even"], n_samples=4000)
    support = posterior / posterior.max(axis=1, keepdims=True)
    hidden = support < 0.02
    left = ~hidden[np.arange(4000), given]  # somebody took out all labels that nothing speaks for
    whole = fit_channel(given[left], posterior[left], hidden=hidden[left]).channel
    blind = fit_channel(given[left], posterior[left]).channel
    assert (true != given)[left].mean() < 0.07
    assert np.abs(whole.transition - CHANNELS["even"]).max() < 0.08
    assert np.abs(blind.transition - CHANNELS["even"]).max() > 0.1
    nothing = np.zeros_like(hidden[left])
    np.testing.assert_allclose(fit_channel(given[left], posterior[left], hidden=nothing).channel.slope, blind.slope)


def test_rows_that_the_matrix_cannot_have_recorded_stay_as_they_are():
    transition = np.array([[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])  # nothing is recorded as class 0
    proba = np.array([[1.0, 0.0, 0.0], [0.0, 0.5, 0.5], [1 - 1e-310, 1e-310, 0.0], [1.0, 1e-320, 1e-320]])
    truth = without_flips(proba, transition)
    np.testing.assert_array_equal(truth[0], proba[0])
    assert np.isfinite(truth).all()
    np.testing.assert_allclose(truth.sum(axis=1), 1)


def test_a_fit_that_only_calibrates_keeps_the_matrix_it_starts_with():
    posterior, _, given = known_labels(CHANNELS["even"], n_samples=1000)
    start = fit_channel(given, posterior, noisy=False).channel._replace(transition=uniform_transition(0.05, 3))
    fitted = fit_channel(given, posterior, start=start, calibrate_only=True)
    np.testing.assert_allclose(fitted.channel.transition, start.transition)
    assert not np.allclose(fitted.channel.slope, start.slope)
