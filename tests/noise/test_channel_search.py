"""The search from several starts, against known pair flips and even flips."""

import numpy as np
import pytest
from known_channels import known_labels

from skclean.noise.model._channel_fit import fit_channel
from skclean.noise.model._channel_search import best_channel, flips_to_one, recorded_at_anchors


def recorded_by(transition, distance, sureness=0.7, n_samples=1500):
    """What a cautious model learns from noisy labels: (given labels, probabilities)."""
    posterior, _, given = known_labels(transition, distance=distance, n_samples=n_samples)
    return given, sureness * posterior @ transition + (1 - sureness) / len(transition)


def pair_flips(n_classes, rate):
    return (1 - rate) * np.eye(n_classes) + rate * np.roll(np.eye(n_classes), 1, axis=1)


def test_flips_to_one_class_keep_the_rates():
    transition = np.random.default_rng(0).dirichlet(np.ones(5), size=5)
    sharp = flips_to_one(transition)
    np.testing.assert_allclose(np.diag(sharp), np.diag(transition))
    np.testing.assert_allclose(sharp.sum(axis=1), 1)
    flips, found = (part - np.diag(np.diag(part)) for part in (transition, sharp))
    assert (np.count_nonzero(found, axis=1) == 1).all()
    np.testing.assert_array_equal(found.argmax(axis=1), flips.argmax(axis=1))
    np.testing.assert_array_equal(flips_to_one(np.eye(3)), np.eye(3))


def test_anchors_show_what_a_class_is_recorded_as():
    transition = pair_flips(4, 0.25)
    given, recorded = recorded_by(transition, 5.0, n_samples=4000)
    weight, allowed = np.ones(4000), ~np.eye(4, dtype=bool)
    found = recorded_at_anchors(given, recorded, weight, allowed)
    np.testing.assert_allclose(found, transition, atol=0.08)
    one = np.argsort(-recorded[:, 1], kind="stable")[:200]
    share = recorded[one, 1][given[one] == 2].sum() / (recorded[one, 1].sum() + 1)
    assert found[1, 2] == pytest.approx(share)
    tied = np.tile([0.5, 0.3, 0.1, 0.1], (4000, 1))  # all rows are anchors then
    of_tied = recorded_at_anchors(given, tied, weight, allowed)
    np.testing.assert_allclose(of_tied, np.tile(np.bincount(given) / 4000, (4, 1)), atol=0.01)
    allowed[:, 2] = False
    kept = recorded_at_anchors(given, recorded, weight, allowed)
    assert not kept[[0, 1, 3], 2].any()
    np.testing.assert_allclose(kept.sum(axis=1), 1)


def test_labels_that_are_never_right_where_a_class_is_sure_are_no_error():
    given = np.repeat([0, 1, 2], 60).astype(np.int32)
    proba = np.repeat(np.roll(np.eye(3), 1, axis=1), 60, axis=0)  # sure, and always of another class
    found = best_channel(given, proba).channel
    assert np.isfinite(found.transition).all()
    np.testing.assert_allclose(found.transition.sum(axis=1), 1)


def test_pair_flips_are_found_where_the_first_fit_sees_mostly_overlap():
    given, recorded = recorded_by(pair_flips(6, 0.3), 3.0, 0.8)
    plain, found = fit_channel(given, recorded), best_channel(given, recorded)
    assert plain.channel.flip_rates.mean() < 0.1
    assert found.channel.flip_rates.mean() == pytest.approx(0.3, abs=0.04)


@pytest.mark.parametrize("sureness", [0.6, 0.8])
def test_the_search_comes_nearer_to_pair_flips_of_overlapping_classes(sureness):
    transition = pair_flips(8, 0.2)
    given, recorded = recorded_by(transition, 2.5, sureness)
    plain = fit_channel(given, recorded)
    again = fit_channel(given, recorded, start=plain.channel._replace(contained=plain.channel.transition))
    found = best_channel(given, recorded)
    assert found.log_likelihood > again.log_likelihood > plain.log_likelihood
    errors = [np.abs(fitted.channel.transition - transition).mean() for fitted in (found, again, plain)]
    assert errors[0] < 0.6 * errors[1] < 0.6 * errors[2]


def test_even_flips_and_clean_labels_keep_the_first_fit():
    even = np.full((5, 5), 0.05) + 0.75 * np.eye(5)
    for transition in (even, np.eye(5)):
        given, recorded = recorded_by(transition, 2.0)
        found, plain = best_channel(given, recorded), fit_channel(given, recorded)
        assert found.channel.contained is None
        np.testing.assert_array_equal(found.channel.transition, plain.channel.transition)


def test_two_classes_keep_the_first_fit():
    given, recorded = recorded_by(pair_flips(2, 0.2), 2.0)
    plain = fit_channel(given, recorded).channel
    np.testing.assert_array_equal(best_channel(given, recorded).channel.transition, plain.transition)


def test_trusted_classes_and_weights_hold_in_every_step():
    given, recorded = recorded_by(pair_flips(6, 0.3), 2.5)
    trusted = np.arange(6) == 2
    found = best_channel(given, recorded, trusted=trusted).channel
    assert not found.transition[np.arange(6) != 2, 2].any()
    alike = best_channel(given, recorded, weight=np.ones(len(given))).channel
    np.testing.assert_array_equal(alike.transition, best_channel(given, recorded).channel.transition)
