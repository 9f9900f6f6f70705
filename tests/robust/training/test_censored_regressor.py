"""Times that are partly censored: better than ignoring or dropping, any table, weights, horizon, refusals."""

import pickle

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean.robust import CensoredRegressor


def trial(n_samples=600, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_samples, 2))
    true, lost = 6 + X[:, 0] + 2 * rng.normal(size=n_samples), rng.uniform(1, 12, n_samples)
    y = np.empty(n_samples, dtype=[("event", bool), ("time", float)])
    y["event"], y["time"] = true <= lost, np.minimum(true, lost).clip(0)
    return X, y, true


X, Y, TRUE = trial()
X_NEW, Y_NEW, TRUE_NEW = trial(seed=1)


@pytest.fixture(autouse=True)
def few_trees(monkeypatch):
    """The forest of the chances in small."""
    monkeypatch.setattr("skclean.evidence.cross_fitting._leaf_shares.MOST_TREES", 60)


def error(model):
    return np.abs(model.predict(X_NEW) - 6 - X_NEW[:, 0]).mean()


@pytest.mark.parametrize("censoring", ["forest", "neighbors", "marginal"])
def test_it_predicts_better_than_ignoring_or_dropping_censored_rows(censoring):
    model = CensoredRegressor(LinearRegression(), censoring=censoring, random_state=0).fit(X, Y)
    ignoring = LinearRegression().fit(X, Y["time"])
    dropping = LinearRegression().fit(X[Y["event"]], Y["time"][Y["event"]])
    assert error(model) < min(error(ignoring), error(dropping))
    assert 0.05 < model.score(X_NEW, Y_NEW) < 1 and model.horizon_ <= Y["time"].max()
    assert model.censoring_weight_.mean() == pytest.approx(1)


def test_the_default_model_reads_any_table():
    table = pd.DataFrame({"a": X[:, 0], "b": np.where(X[:, 1] > 0, "x", "y")})
    table.iloc[::10, 0] = np.nan
    y = pd.DataFrame({"event": Y["event"], "time": Y["time"]})
    model = CensoredRegressor(random_state=0).fit(table, y)
    assert model.feature_names_in_.tolist() == ["a", "b"] and np.isfinite(model.predict(table[:5])).all()


def test_missing_times_and_weights_of_zero_leave_rows_out():
    y, weight = Y.copy(), np.ones(len(X))
    y["time"][:100], weight[100:200] = np.nan, 0
    model = CensoredRegressor(LinearRegression(), censoring="marginal").fit(X, y, sample_weight=weight)
    part = CensoredRegressor(LinearRegression(), censoring="marginal").fit(X[200:], Y[200:])
    np.testing.assert_allclose(model.predict(X_NEW), part.predict(X_NEW))
    assert model.score(X, y, sample_weight=weight) == pytest.approx(part.score(X[200:], Y[200:]))


def test_horizon_and_folds():
    model = CensoredRegressor(LinearRegression(), horizon=4.0, cv=3, min_proba=0.1, n_jobs=1, random_state=0).fit(X, Y)
    assert model.horizon_ == 4 and model.predict(X_NEW).mean() < 4
    with pytest.raises(ValueError, match="is beyond"):
        CensoredRegressor(LinearRegression(), horizon=100.0).fit(X, Y)
    with pytest.raises(ValueError, match="min_proba"):
        CensoredRegressor(min_proba=0.0).fit(X, Y)


def test_pipelines_take_weights_and_neighbours_are_refused():
    inside = CensoredRegressor(make_pipeline(StandardScaler(), LinearRegression()), random_state=0).fit(X, Y)
    plain = CensoredRegressor(LinearRegression(), random_state=0).fit(X, Y)
    np.testing.assert_allclose(inside.predict(X_NEW), plain.predict(X_NEW))
    with pytest.raises(ValueError, match="KNeighborsRegressor takes no sample weights"):
        CensoredRegressor(KNeighborsRegressor()).fit(X, Y)


def test_copies_give_the_same():
    model = CensoredRegressor(LinearRegression(), random_state=0).fit(X, Y)
    for other in (pickle.loads(pickle.dumps(model)), clone(model).fit(X, Y)):
        np.testing.assert_array_equal(other.predict(X_NEW), model.predict(X_NEW))
