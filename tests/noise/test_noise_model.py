"""The noise model: what it says of overlap, of noise, of reviewed rows; against known truths."""

import numpy as np
import pytest
from known_channels import CHANNELS, known_labels
from scipy.special import expit
from sklearn.datasets import load_digits
from sklearn.model_selection import cross_val_predict
from sklearn.neighbors import KNeighborsClassifier

from skclean.noise import inject_noise
from skclean.noise.model._ambiguity import (
    draw_review_sample,
    estimate_ambiguity,
    reviewed_noise_rate,
    reviewed_rows_count_for,
)
from skclean.noise.model._channel import uniform_transition
from skclean.noise.model._channel_fit import first_channel, fit_channel
from skclean.noise.model._noise_fit import fit_noise_model


def model_of(given, proba, **options):
    return fit_noise_model(given, proba, proba[np.arange(len(given)), given], **options)


@pytest.mark.parametrize("seed", range(3))
def test_pure_overlap_is_no_noise(seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(0, 1.5, size=(4000, 2))
    posterior = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    given = (rng.random(4000) < posterior[:, 1]).astype(np.int32)
    noise = model_of(given, posterior)
    targets = noise.posterior(posterior, given)
    assert np.abs(targets - np.eye(2)[given]).mean() < 0.02
    assert (noise.wrong() > 0.5).mean() < 0.01
    assert noise.noise_rate.rate < 0.02
    assert noise.noise_rate.low == 0


@pytest.mark.parametrize("slope", [0.5, 1.0, 2.0])
def test_where_classes_overlap_strongly_few_labels_are_cautiously_wrong(slope):
    """Labels say next to nothing about the noise rate there: the mean of a few tables, as one may be far off."""
    shares = []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        logits = slope * rng.standard_normal(1500)
        proba = expit(np.column_stack([-logits, logits]))
        given = (rng.random(1500) < proba[:, 1]).astype(np.int32)
        noise = model_of(given, proba)
        assert (noise.cautiously_wrong() <= noise.wrong() + 0.05).all()
        shares.append(((noise.cautiously_wrong() > 0.25) & ~noise.likeliest).mean())
    assert np.mean(shares) < 0.05


def test_where_labels_show_the_noise_caution_changes_little():
    posterior, _, given = known_labels(CHANNELS["even"])
    noise = model_of(given, posterior)
    np.testing.assert_allclose(noise.cautiously_wrong(), noise.wrong(), atol=0.01)
    for ambiguity in (0.3, 1.0):
        np.testing.assert_array_equal(noise.cautiously_wrong(ambiguity), noise.wrong(ambiguity))
    nothing = noise.only(np.zeros(len(given), dtype=bool))
    assert (nothing.cautiously_wrong() == 0).all()


@pytest.mark.parametrize("name", ["even", "pairs"])
def test_known_noise_gives_the_true_posterior(name):
    transition = CHANNELS[name]
    posterior, true, given = known_labels(transition)
    noise = model_of(given, posterior)
    exact = posterior * transition[:, given].T
    exact /= exact.sum(axis=1, keepdims=True)
    assert np.abs(noise.posterior(posterior, given) - exact).mean() < 0.05
    rate = noise.noise_rate
    assert rate.rate == pytest.approx((given != true).mean(), abs=0.02)
    assert rate.low < (given != true).mean() < rate.high
    assert noise.noise_weight > 0.99


@pytest.mark.parametrize("ambiguity", [0.0, 0.3, 1.0])
def test_the_chance_of_error_is_what_the_posterior_leaves_for_the_given_label(ambiguity):
    posterior, _, given = known_labels(CHANNELS["pairs"], n_samples=500, distance=1.5)
    noise = model_of(given, posterior).with_ambiguity(ambiguity)
    targets = noise.posterior(posterior, given)
    np.testing.assert_allclose(targets.sum(axis=1), 1)
    np.testing.assert_allclose(1 - targets[np.arange(500), given], noise.wrong(), atol=1e-12)


def test_more_classes_than_a_matrix_can_hold_have_no_model():
    proba = np.full((200, 60), 1 / 60)
    assert model_of(np.arange(200, dtype=np.int32) % 60, proba) is None


def test_unlabelled_rows_and_weights():
    posterior, _, given = known_labels(CHANNELS["even"], n_samples=600)
    given[:50] = -1
    own = posterior[np.arange(600), given]
    noise = fit_noise_model(given, posterior, own)
    assert not noise.wrong()[:50].any()
    doubled = fit_noise_model(given, posterior, own, weight=np.full(600, 2.0))
    np.testing.assert_allclose(doubled.wrong(), noise.wrong())
    assert doubled.noise_rate == pytest.approx(noise.noise_rate)


def test_the_ambiguity_is_found_from_a_hundred_rows_wherever_they_come_from():
    rng = np.random.default_rng(0)
    at_zero = rng.uniform(0, 0.3, size=5000)
    at_one = at_zero + rng.uniform(0, 1, size=5000) * (1 - at_zero)
    wrong = rng.random(5000) < at_zero + 0.4 * (at_one - at_zero)
    every = estimate_ambiguity(at_zero, at_one, wrong)
    assert every.ambiguity == pytest.approx(0.4, abs=0.05)
    for rows in (draw_review_sample(at_one, np.arange(5000), 100, 0), np.argsort(-at_one)[:100]):
        some = estimate_ambiguity(at_zero[rows], at_one[rows], wrong[rows])
        assert some.ambiguity == pytest.approx(0.4, abs=0.2)
        assert some.low <= 0.4 <= some.high


def test_the_noise_rate_is_corrected_by_what_was_found():
    rng = np.random.default_rng(1)
    at_one = rng.beta(0.5, 3, size=20000)
    wrong = rng.random(20000) < 0.5 * at_one  # twice as often as expected
    expected, weight = 0.25 * at_one, np.full(20000, 1 / 20000)
    rows = draw_review_sample(at_one, np.arange(20000), 400, 0)
    rate, low, high = reviewed_noise_rate(expected, at_one, weight, rows, wrong[rows])
    assert low < wrong.mean() < high
    assert abs(rate - wrong.mean()) < abs(expected.mean() - wrong.mean()) / 2


def test_review_samples_spread_over_the_range_and_follow_the_seed():
    at_one = np.random.default_rng(0).beta(0.3, 5, size=3000)
    rows = draw_review_sample(at_one, np.arange(3000), 100, 0)
    assert len(set(rows)) == 100
    counts = np.bincount((at_one[rows] * 10).astype(int), minlength=5)[:4]
    assert counts.min() >= 8
    np.testing.assert_array_equal(rows, draw_review_sample(at_one, np.arange(3000), 100, 0))
    assert sorted(draw_review_sample(at_one, np.array([3, 5]), 100, 0)) == [3, 5]


@pytest.mark.parametrize("n_classes", [2, 3, 6])
def test_the_order_of_rows_and_of_classes_does_not_matter_where_votes_tie(n_classes):
    proba, _, given = known_labels(uniform_transition(0.2, n_classes), n_samples=6000)  # more than the fit reads
    votes = np.random.default_rng(0).multinomial(10, proba) / 10
    wrong = model_of(given, votes).wrong()
    rows = np.random.default_rng(1).permutation(len(given))
    np.testing.assert_allclose(model_of(given[rows], votes[rows]).wrong(), wrong[rows], atol=1e-8)
    classes = np.roll(np.arange(n_classes), 1)
    relabelled = np.argsort(classes).astype(np.int32)[given]
    np.testing.assert_allclose(model_of(relabelled, votes[:, classes]).wrong(), wrong, atol=1e-8)


def test_flips_between_pairs_of_many_classes_are_found():
    X, y = load_digits(return_X_y=True)
    rows = np.random.default_rng(1).permutation(len(y))[:400]
    given, flipped = inject_noise(y[rows], kind="pair_flip", rate=0.2, random_state=1)
    given = given.astype(np.int32)
    proba = cross_val_predict(KNeighborsClassifier(8), X[rows], given, cv=4, method="predict_proba")
    assert model_of(given, proba).noise_rate.rate == pytest.approx(flipped.mean(), abs=0.03)
    hardly = fit_channel(given, proba, start=first_channel(10, 0.02))  # a start near no noise misses them
    assert hardly.log_likelihood < fit_channel(given, proba).log_likelihood - 6


def test_reviewed_rows_count_for_the_root_of_what_they_stand_for():
    at_one = np.concatenate([np.full(900, 0.05), np.full(100, 0.95)])
    rows = np.concatenate([np.arange(9), np.arange(900, 925)])
    counts_for = reviewed_rows_count_for(at_one, rows)
    assert counts_for.mean() == pytest.approx(1)
    assert counts_for[0] / counts_for[-1] == pytest.approx(np.sqrt(100 / 4))
    wrong = np.zeros(34, dtype=bool)
    wrong[:9] = True
    at_zero = np.zeros(34)
    plain = estimate_ambiguity(at_zero, at_one[rows], wrong)
    weighted = estimate_ambiguity(at_zero, at_one[rows], wrong, counts_for=counts_for)
    assert weighted.ambiguity > plain.ambiguity


def test_rows_that_tell_nothing_leave_the_ambiguity_as_it_was_assumed():
    posterior, _, given = known_labels(CHANNELS["even"], distance=9.0)
    noise = model_of(given, posterior @ CHANNELS["even"])
    sure = np.argsort(-noise.wrong(0.0))[:3]  # wrong whatever labels are
    for assumed in (0.0, 0.4):
        found = noise.with_ambiguity(assumed).with_review(sure, np.ones(3, dtype=bool)).ambiguity
        assert found.is_open
        assert found.ambiguity == pytest.approx(assumed, abs=0.05)
