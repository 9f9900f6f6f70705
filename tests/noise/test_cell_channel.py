"""The noise model of tags: rates, the formula of a wrong cell, and what has no part in it."""

import numpy as np
import pytest
from scipy.special import expit

from skclean.noise.model._cell_channel import _Cells, fit_cell_channel


def tagged(drop, add, seed=0, shape=(1500, 6)):
    """Scores that are right log odds, true and given cells."""
    rng = np.random.default_rng(seed)
    scores = 3 * rng.standard_normal(shape) - 1.0
    true = (rng.random(shape) < expit(scores)).astype(np.int8)
    flips = rng.random(shape) < np.where(true == 1, drop, add)
    return scores[None], true, np.where(flips, 1 - true, true).astype(np.int8)


@pytest.mark.parametrize(("drop", "add"), [(0.1, 0.0), (0.0, 0.05), (0.1, 0.05)])
def test_rates_of_dropped_and_added_tags_are_found(drop, add):
    scores, true, given = tagged(drop, add)
    channel = fit_cell_channel(scores, given)
    assert abs(channel.drop_rate - drop) < 0.03 and abs(channel.add_rate - add) < 0.02
    assert channel.noise_weight > 0.99
    wrong = true != given
    assert abs(channel.wrong.mean() - wrong.mean()) < 0.02
    assert channel.wrong[wrong].mean() > 5 * channel.wrong[~wrong].mean()


def test_where_tags_only_overlap_next_to_nothing_is_wrong():
    scores, _, given = tagged(0.0, 0.0)
    channel = fit_cell_channel(scores, given)
    assert channel.wrong.mean() < 0.005 and (channel.cautiously_wrong <= channel.wrong).all()


def test_flags_expect_little_noise_where_few_rows_speak_for_it():
    for seed in range(4):
        scores, _, given = tagged(0.1, 0.05, seed, shape=(60, 3))
        channel = fit_cell_channel(scores, given)
        assert channel.cautiously_wrong.sum() < 0.9 * channel.wrong.sum()


def test_the_chance_of_a_wrong_cell_is_that_of_bayes():
    scores, _, given = tagged(0.1, 0.05)
    found = fit_cell_channel(scores, given)
    truth, drop, add = found.truth, found.drop_rate, found.add_rate
    given_one = add * (1 - truth) / (add * (1 - truth) + (1 - drop) * truth)
    given_zero = drop * truth / (drop * truth + (1 - add) * (1 - truth))
    np.testing.assert_allclose(found.wrong, found.noise_weight * np.where(given == 1, given_one, given_zero))


def test_the_gradient_is_that_of_the_loss():
    scores, _, given = tagged(0.1, 0.05, shape=(50, 3))
    given[0, 0] = -1
    both = np.concatenate([scores, 0.5 * scores + 0.1])
    problem = _Cells(both, given, np.linspace(0.5, 2, 50), np.arange(50) < 5)
    values = np.array([0.4, 0.7, 0.1, -0.2, 0.3, -2.0, -3.5])
    for noisy in (True, False):
        _, gradient = problem.loss(values, noisy)
        for place in range(len(values) if noisy else 5):
            step = np.zeros(len(values))
            step[place] = 1e-5
            slope = (problem.loss(values + step, noisy)[0] - problem.loss(values - step, noisy)[0]) / 2e-5
            np.testing.assert_allclose(gradient[place], slope, rtol=1e-4, atol=1e-4)


def test_unknown_cells_and_rows_without_weight_have_no_part():
    scores, _, given = tagged(0.1, 0.05)
    plain = fit_cell_channel(scores[:, :1000], given[:1000])
    unknown, unweighted = given.copy(), np.where(np.arange(1500) < 1000, 2.0, 0.0)
    unknown[1000:] = -1
    for other in (fit_cell_channel(scores, unknown), fit_cell_channel(scores, given, weight=unweighted)):
        np.testing.assert_allclose(other.wrong[:1000], plain.wrong, atol=1e-4)
    assert not fit_cell_channel(scores, unknown).wrong[1000:].any()


def test_verified_rows_are_right_and_say_how_tags_follow_scores():
    scores, _, given = tagged(0.2, 0.1)
    verified = np.arange(1500) < 300
    assert not fit_cell_channel(scores, given, verified=verified).wrong[:300].any()
