"""Chances of follow-up and the weights made of them: plain references, ties, horizon, and the mean they restore."""

import numpy as np
import pytest

from skclean.adapt import censoring_weights
from skclean.evidence.survival._censoring import CENSORING_METHODS, censoring_of, chance_of_follow_up
from skclean.targets import read_survival

RNG = np.random.default_rng(0)
TIME = np.round(RNG.weibull(1.5, 60) * 5, 0) + 1
EVENT = RNG.random(60) < 0.6
every_method = pytest.mark.parametrize("method", CENSORING_METHODS)


def records(event, time):
    y = np.empty(len(event), dtype=[("event", bool), ("time", float)])
    y["event"], y["time"] = event, time
    return y


def test_the_chance_is_that_of_kaplan_and_meier_with_events_first():
    found = chance_of_follow_up(EVENT, TIME, TIME)
    for row in range(60):
        by_hand = 1.0
        for time in np.unique(TIME[TIME[row] > TIME]):
            at_risk = (time <= TIME).sum() - (EVENT & (time == TIME)).sum()
            by_hand *= 1 - (~EVENT & (time == TIME)).sum() / max(at_risk, 1)
        assert found[row] == pytest.approx(by_hand)


def test_weights_of_rows_count_as_repeats():
    times = RNG.integers(1, 4, 60)
    repeated = chance_of_follow_up(np.repeat(EVENT, times), np.repeat(TIME, times), TIME)
    np.testing.assert_allclose(chance_of_follow_up(EVENT, TIME, TIME, times.astype(float)), repeated)


def test_without_censoring_all_rows_count_alike():
    np.testing.assert_allclose(censoring_weights(records(np.ones(60, dtype=bool), TIME)), 1)


@every_method
def test_the_weighted_mean_is_that_of_all_rows(method):
    X = RNG.normal(size=(2000, 2))
    true, lost = np.exp(X[:, 0] / 2) * 3, np.exp(-X[:, 0] / 2) * RNG.exponential(6, 2000)
    y = records(true <= lost, np.minimum(true, lost))
    found = censoring_of(read_survival(y), X, method=method, random_state=0)
    mean, truth = np.average(found.time, weights=found.weight), np.minimum(true, found.horizon).mean()
    of_events = y["time"][y["event"]].mean()
    assert found.weight.mean() == pytest.approx(1)
    if method != "marginal":  # censoring depends on X
        assert abs(mean - truth) < 0.6 * abs(of_events - truth)


@every_method
def test_units_order_and_missing_times(method):
    X = RNG.normal(size=(60, 2))
    y = records(EVENT, TIME)
    y["time"][::9] = np.nan
    options = {"method": method, "random_state": 0}
    weights = censoring_weights(y, X, **options)
    assert (weights[::9] == 0).all() and (weights >= 0).all() and np.isfinite(weights).all()
    other = records(EVENT, TIME * 7)
    other["time"][::9] = np.nan
    np.testing.assert_allclose(censoring_weights(other, X, **options), weights)


def test_rows_observed_until_the_horizon_count():
    y = records([True, False, False, True], [1.0, 2.0, 5.0, 6.0])
    weights = censoring_weights(y, horizon=4.0)
    assert weights[1] == 0 and (weights[[0, 2, 3]] > 0).all()
    with pytest.raises(ValueError, match="horizon=9 is beyond 6"):
        censoring_weights(y, horizon=9.0)


def test_small_chances_are_raised():
    event = np.append(np.zeros(30, dtype=bool), True)
    y = records(event, np.arange(1.0, 32.0))
    loose, strict = (censoring_weights(y, min_proba=share) for share in (0.05, 0.5))
    assert (loose > 0).sum() < (strict > 0).sum()


def test_bad_input_is_named():
    y = records(EVENT, TIME)
    with pytest.raises(ValueError, match="method='forrest' is not known.*Did you mean 'forest'"):
        censoring_weights(y, method="forrest")
    with pytest.raises(ValueError, match="min_proba"):
        censoring_weights(y, min_proba=0)
    with pytest.raises(ValueError, match="inconsistent"):
        censoring_weights(y, np.zeros((3, 1)))
