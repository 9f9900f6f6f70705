"""Hazards, residuals, the grid of times and the chances of errors: plain references and invariance."""

import numpy as np
import pytest

from skclean.evidence import Records, event_time_density, log_times, make_time_bins, share_forest
from skclean.evidence.survival._errors import (
    fit_error_rates,
    record_likelihoods,
    record_posterior,
    right_log_times,
    shift_kernel,
)
from skclean.evidence.survival._hazard import cumulative_hazard, deviance_of, hazard_of_bins, null_residuals

RNG = np.random.default_rng(0)
TIME = np.round(RNG.weibull(1.5, 80) * 5, 1)
EVENT = RNG.random(80) < 0.6


def test_the_cumulative_hazard_is_that_of_nelson_and_aalen():
    found = cumulative_hazard(EVENT, TIME)
    for row in range(80):
        by_hand = sum(EVENT[time == TIME].sum() / (time <= TIME).sum() for time in np.unique(TIME) if time <= TIME[row])
        assert found[row] == pytest.approx(by_hand)


def test_weights_count_as_repeats_and_residuals_sum_to_zero():
    times = RNG.integers(1, 4, 80)
    repeated = cumulative_hazard(np.repeat(EVENT, times), np.repeat(TIME, times))
    np.testing.assert_allclose(np.repeat(cumulative_hazard(EVENT, TIME, times.astype(float)), times), repeated)
    assert (EVENT - cumulative_hazard(EVENT, TIME)).sum() == pytest.approx(0)


def test_targets_of_the_forest_have_one_spread_and_follow_the_order_of_times():
    targets = null_residuals(EVENT, TIME)
    np.testing.assert_allclose(targets.std(axis=0), 1)
    order = RNG.permutation(80)
    np.testing.assert_allclose(null_residuals(EVENT[order], TIME[order]), targets[order], atol=1e-12)
    assert np.isfinite(null_residuals(np.ones(5, dtype=bool), np.ones(5))).all()


def test_deviance_residuals_are_those_of_the_paper():
    event, hazard = np.array([True, True, False]), np.array([0.2, 3.0, 0.5])
    martingale = event - hazard
    by_hand = [np.sqrt(-2 * (0.8 + np.log(0.2))), -np.sqrt(-2 * (-2 + np.log(3.0))), -np.sqrt(2 * 0.5)]
    np.testing.assert_allclose(deviance_of(martingale, event), by_hand)


def test_hazards_of_bins_sum_events_over_those_at_risk():
    density = np.array([[[0.1, 0.2], [0.3, 0.4]]])
    np.testing.assert_allclose(hazard_of_bins(density, np.array([1])), 0.3 / 1.0 + 0.4 / 0.6)


def test_units_move_the_grid_and_change_nothing_else():
    one, other = (make_time_bins(log_times(scale * TIME)) for scale in (1, 365.25))
    assert one.bandwidth == pytest.approx(other.bandwidth) and one.step == pytest.approx(other.step)
    np.testing.assert_array_equal(one.cells(log_times(TIME)), other.cells(log_times(365.25 * TIME)))
    np.testing.assert_allclose(one.smoother().sum(axis=0), 1)


def test_times_of_zero_and_equal_times_have_a_place():
    logs = log_times(np.array([0.0, 2.0, 4.0, np.nan]))
    np.testing.assert_allclose(logs[:3], np.log([1.0, 2.0, 4.0]))
    bins = make_time_bins(log_times(np.zeros(5)))
    assert bins.n_bins > 1 and bins.bandwidth > 0
    assert make_time_bins(RNG.normal(size=1_000_000)).n_bins < make_time_bins(logs[:3]).n_bins


def records_of(event, time):
    logs = log_times(time)
    return Records(event, logs, np.arange(len(event)), make_time_bins(logs))


def test_densities_sum_to_one_and_follow_the_columns():
    X = np.repeat([0.0, 1.0], 40)[:, None] + 0.01 * RNG.normal(size=(80, 1))
    time = np.where(X[:, 0] < 0.5, 1.0, 20.0) * RNG.uniform(0.8, 1.2, 80)
    records = records_of(X[:, 0] < 0.5, time)
    forest = share_forest(80, min_leaf=8, n_trees=20)
    density = event_time_density(forest, X, records, weight=np.ones(80), random_state=0)
    np.testing.assert_allclose(density.sum(axis=(1, 2)), 1)
    assert (density[:40, 1].sum(axis=1) > 0.7).all() and (density[40:, 0].sum(axis=1) > 0.7).all()


def test_likelihoods_are_what_their_definition_says():
    records = records_of(EVENT, TIME)
    density = RNG.random((80, 2, records.bins.n_bins))
    found, kernel = record_likelihoods(density, records), shift_kernel(records.bins)
    row, cell, event = 3, records.cells[3], int(EVENT[3])
    by_hand = [
        density[row, event, cell],
        density[row, 1 - event, cell],
        sum(density[row, event, place] * kernel[cell, place] for place in range(records.bins.n_bins)),
    ]
    np.testing.assert_allclose(found[row], by_hand)


def test_the_chances_follow_bayes_rule_and_spare_verified_rows():
    likelihoods = RNG.random((50, 3))
    verified = np.arange(50) < 5
    found = record_posterior(likelihoods, 0.1, 0.2, verified)
    joint = likelihoods * [0.7, 0.1, 0.2]
    np.testing.assert_allclose(found.event[5:], (joint[:, 1] / joint.sum(axis=1))[5:])
    assert not found.wrong[:5].any() and (found.wrong <= 1).all()


def test_rates_are_found_where_errors_are_plain():
    likelihoods = np.tile([1.0, 1e-6, 1e-6], (200, 1))
    likelihoods[:20] = [1e-6, 1.0, 1e-6]
    likelihoods[20:30] = [1e-6, 1e-6, 1.0]
    event_rate, time_rate = fit_error_rates(likelihoods, np.ones(200), None)
    assert event_rate == pytest.approx(0.1, abs=0.01) and time_rate == pytest.approx(0.05, abs=0.01)
    event_rate, _ = fit_error_rates(likelihoods, np.ones(200), np.ones(200, dtype=bool))
    assert event_rate < 0.003


def test_the_right_time_is_where_rows_alike_have_theirs():
    records = records_of(np.ones(80, dtype=bool), np.append(np.full(79, 2.0), 60.0) * RNG.uniform(0.9, 1.1, 80))
    n_bins = records.bins.n_bins
    density = np.full((80, 2, n_bins), 1e-9)
    density[:, 1, records.bins.cells(np.log([2.0]))[0]] = 1
    assert np.exp(right_log_times(density, records))[-1] == pytest.approx(2.0, rel=0.1)
