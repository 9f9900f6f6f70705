"""The cost of wrong labels stays within the budget, and the value is more than that of a fixed number of labels."""

import pickle

import numpy as np
import pytest

from skclean.robust import CostControlledSets

VALUE, COST = np.array([1.0, 2.0, 1.0, 3.0, 1.0]), np.array([1.0, 1.0, 2.0, 1.0, 0.5])


def rows(rng, n_rows, shift=0.0):
    """Probabilities, calibrated but for a shift of their log-odds, and labels."""
    odds = rng.normal(-0.5, 1.5, size=(n_rows, 5))
    return 1 / (1 + np.exp(-odds - shift)), rng.rand(n_rows, 5) < 1 / (1 + np.exp(-odds))


def cost_of(sets, Y, cost=1.0):
    return ((sets & ~Y) * cost).sum(axis=1)


@pytest.mark.parametrize("shift", [0.0, 1.5, -1.5])
def test_the_mean_cost_is_within_the_budget(shift):
    """60 calibrations of 200 rows; the mean over them of the mean cost of 500 new rows has a standard error of 0.01."""
    found = []
    for seed in range(60):
        rng = np.random.RandomState(seed)
        model = CostControlledSets(0.6, value=VALUE, cost=COST).calibrate(*rows(rng, 200, shift))
        proba, Y = rows(rng, 500, shift)
        found.append(cost_of(model.predict_set(proba), Y, COST).mean())
    assert 0.5 < np.mean(found) <= 0.6 + 0.02


def test_the_share_of_violations_is_at_most_delta():
    found = []
    for seed in range(60):
        rng = np.random.RandomState(seed)
        model = CostControlledSets(1.0, control="violation", delta=0.2).calibrate(*rows(rng, 200))
        proba, Y = rows(rng, 500)
        found.append((cost_of(model.predict_set(proba), Y) > 1.0).mean())
    assert 0.15 < np.mean(found) <= 0.2 + 0.01


def test_the_threshold_is_the_largest_that_keeps_the_budget():
    rng = np.random.RandomState(0)
    proba, Y = rows(rng, 150)
    model = CostControlledSets(0.4, cost=COST).calibrate(proba, Y)

    def summed(threshold):
        other = CostControlledSets(0.4, cost=COST).calibrate(proba, Y)
        other.threshold_ = threshold
        return cost_of(other.predict_set(proba), Y, COST).sum()

    most = 0.4 * 151 - COST.sum()
    assert summed(model.threshold_) <= most < summed(np.nextafter(model.threshold_, np.inf))


def test_its_value_is_above_that_of_the_likeliest_labels_at_the_same_cost():
    rng = np.random.RandomState(0)
    model = CostControlledSets(0.6, value=VALUE).calibrate(*rows(rng, 1_000))
    proba, Y = rows(rng, 4_000)
    sets = model.predict_set(proba)
    top = np.zeros_like(sets)
    np.put_along_axis(top, proba.argsort(axis=1)[:, -2:], True, axis=1)
    kept = rng.rand(4_000) < cost_of(sets, Y).mean() / cost_of(top, Y).mean()  # the same cost
    top &= kept[:, None]
    assert ((sets & Y) * VALUE).sum() > ((top & Y) * VALUE).sum()


def test_rows_one_by_one_are_rows_at_once():
    rng = np.random.RandomState(0)
    proba, Y = rows(rng, 60)
    for control in ("mean", "violation"):
        whole = CostControlledSets(1.5, control=control).calibrate(proba, Y)
        parts = CostControlledSets(1.5, control=control).update(proba[:20], Y[:20])
        for row in range(20, 60):
            parts.update(proba[row : row + 1], Y[row : row + 1])
        assert parts.threshold_ == whole.threshold_ and parts.n_calibration_ == 60
        again = pickle.loads(pickle.dumps(parts))
        np.testing.assert_array_equal(again.predict_set(proba), whole.predict_set(proba))
        assert CostControlledSets(1.5, control=control).calibrate(proba[:30], Y[:30]).n_calibration_ == 30


def test_extremes():
    rng = np.random.RandomState(0)
    proba, Y = rows(rng, 50)
    assert CostControlledSets(100).calibrate(proba, Y).predict_set(proba).all()
    assert not CostControlledSets(0.01).calibrate(proba, Y).predict_set(proba).any()
    assert not CostControlledSets(1, control="violation", delta=0.01).calibrate(proba, Y).predict_set(proba).any()
    sure = np.eye(5)
    assert (
        CostControlledSets(0.5).calibrate(np.tile(sure, (20, 1)), np.tile(sure, (20, 1))).predict_set(sure).sum() >= 5
    )
    assert repr(CostControlledSets(0.5)) == "CostControlledSets(budget=0.5, control='mean')"


def test_bad_input_is_refused():
    rng = np.random.RandomState(0)
    proba, Y = rows(rng, 20)
    with pytest.raises(ValueError, match="budget"):
        CostControlledSets(0)
    with pytest.raises(ValueError, match="delta"):
        CostControlledSets(1, delta=1)
    with pytest.raises(ValueError, match="control must be 'mean' or 'violation'"):
        CostControlledSets(1, control="max")
    with pytest.raises(ValueError, match="cost must hold one number above 0"):
        CostControlledSets(1, cost=[1, 0])
    with pytest.raises(ValueError, match="value has 2 labels and proba has 5"):
        CostControlledSets(1, value=[1, 2]).calibrate(proba, Y)
    with pytest.raises(ValueError, match="proba must be of shape"):
        CostControlledSets(1).calibrate(proba * 2, Y)
    with pytest.raises(ValueError, match="Y must hold 0 and 1"):
        CostControlledSets(1).calibrate(proba, Y[:5])
    with pytest.raises(ValueError, match="is not calibrated"):
        CostControlledSets(1).predict_set(proba)
    with pytest.raises(ValueError, match="it was calibrated on 5"):
        CostControlledSets(1).calibrate(proba, Y).predict_set(proba[:, :3])
