"""UpperRegressor and UnscramblingRegressor: numbers that are wrong in a known way."""

import numpy as np
import pytest
from sklearn.datasets import make_friedman1
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import HuberRegressor, LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsRegressor

from skclean.evidence import TableForestRegressor
from skclean.robust import UnscramblingRegressor, UpperRegressor
from skclean.robust.numbers._upper import split_shortfalls


@pytest.fixture(scope="module")
def short():
    """X, numbers that are too low in 30 % of the rows, the right ones, and which are short."""
    X, y = make_friedman1(400, noise=0.5, random_state=0)
    rng = np.random.RandomState(0)
    low = rng.uniform(size=400) < 0.3
    return X, np.where(low, y * rng.uniform(size=400), y), y, low


def error(model, short, **params):
    X, given, y, _ = short
    return np.abs(model.fit(X[:300], given[:300], **params).predict(X[300:]) - y[300:]).mean()


def test_short_numbers_pull_it_down_less(short):
    others = [
        HuberRegressor(max_iter=1000),
        HistGradientBoostingRegressor(loss="quantile", quantile=0.5, max_iter=40, random_state=0),
        TableForestRegressor(30, random_state=0),
    ]
    model = UpperRegressor(TableForestRegressor(30), random_state=0)
    found = error(model, short)
    assert found < 0.9 * min(error(other, short) for other in others)
    assert 0.2 < model.short_share_ < 0.45 and model.shortfall_ > 2
    low = short[3][:300]
    assert model.complete_[low].mean() < 0.4 and model.complete_[~low].mean() > 0.75


@pytest.mark.parametrize("model", [Ridge(), HistGradientBoostingRegressor(max_iter=15)], ids=repr)
def test_any_regressor_is_helped(model, short):
    upper = UpperRegressor(model, cv=2, n_rounds=2, n_jobs=1, random_state=np.random.RandomState(0))
    assert error(upper, short) < 0.9 * error(model, short)


def test_units_missing_numbers_weights_and_verified_rows(short):
    X, given, _, low = short
    holes = given.copy()
    holes[:10] = np.nan
    model = UpperRegressor(Ridge(), n_rounds=2).fit(X, holes)
    scaled = UpperRegressor(Ridge(), n_rounds=2).fit(X, holes * 1000 + 5)
    np.testing.assert_allclose(scaled.complete_, model.complete_, atol=1e-6)
    assert (model.complete_[:10] == 0).all()
    weight = np.where(low, 0.0, 1.0)
    weighted = [UpperRegressor(Ridge(), n_rounds=2).fit(X, y, weight) for y in (given, given - 100 * low)]
    np.testing.assert_allclose(weighted[0].predict(X), weighted[1].predict(X))
    verified = UpperRegressor(Ridge(), n_rounds=2).fit(X, given, verified=low)
    assert (verified.complete_[low] == 1).all()
    trusted = UpperRegressor(Ridge(), n_rounds=2).fit(X, given, verified=low * 0.5)
    assert (trusted.complete_[low] >= 0.5).all()
    with pytest.raises(ValueError, match="is a classifier; pass a regressor"):
        UpperRegressor(LogisticRegression()).fit(X, given)
    with pytest.raises(ValueError, match="takes no sample_weight"):
        UpperRegressor(KNeighborsRegressor()).fit(X, given)


def test_two_kinds_of_residuals_are_told_apart():
    rng = np.random.RandomState(0)
    low = np.arange(4000) < 1000
    residual = rng.normal(scale=0.5, size=4000) - low * rng.exponential(3, 4000)
    complete, share, fall = split_shortfalls(residual)
    assert share == pytest.approx(0.25, abs=0.03) and fall == pytest.approx(3, rel=0.1)
    assert complete[residual > 0].min() > 0.9 and complete[residual < -3].max() < 0.01
    assert split_shortfalls(np.zeros(5))[0].shape == (5,)


def scrambled(m, n=200, share=0.2, seed=0, noise=0.5):
    rng = np.random.RandomState(seed)
    X = rng.normal(size=(n, 5))
    Y = X @ rng.normal(size=(5, m)) + noise * rng.normal(size=(n, m))
    moved = rng.choice(n, int(share * n), replace=False)
    given = Y.copy()
    given[moved] = Y[np.roll(moved, 1)]
    return X, given, Y, moved


@pytest.mark.parametrize("share", [0.1, 0.2, 0.4])
def test_rows_are_put_back(share):
    X, given, Y, moved = scrambled(10, share=share)
    model = UnscramblingRegressor().fit(X, given)
    back = (model.restored_ == Y).all(axis=1)
    assert back[moved].mean() > 0.8 and np.delete(back, moved).mean() > 0.99
    np.testing.assert_array_equal(np.sort(model.permutation_), np.arange(200))
    np.testing.assert_array_equal(model.restored_, given[model.permutation_])
    np.testing.assert_array_equal(model.noise_mask_, model.permutation_ != np.arange(200))
    plain = Ridge(1e-9).fit(X, given)
    right = Ridge(1e-9).fit(X, Y).coef_
    assert np.linalg.norm(model.estimator_.coef_ - right) < 0.3 * np.linalg.norm(plain.coef_ - right)
    scaled = UnscramblingRegressor().fit(X, given * 1000 + 7)
    np.testing.assert_array_equal(scaled.permutation_, model.permutation_)


def test_blocks_keep_numbers_and_make_one_response_enough():
    rng = np.random.RandomState(0)
    X = rng.normal(size=(200, 3))
    y = X @ [3.0, -2.0, 1.0] + 0.1 * rng.normal(size=200)
    pairs = np.arange(0, 60, 2)
    given = y.copy()
    given[pairs], given[pairs + 1] = y[pairs + 1], y[pairs]
    blocks = np.arange(200) // 2
    model = UnscramblingRegressor(max_rounds=5).fit(X, given, blocks=blocks.astype(str))
    assert (model.restored_[:60] == y[:60]).mean() > 0.8
    np.testing.assert_array_equal(blocks[model.permutation_], blocks)
    assert model.n_rounds_ <= 5


def test_nothing_moves_where_nothing_moved_and_models_without_weights():
    X, given, Y, moved = scrambled(10, share=0.0)
    assert UnscramblingRegressor(Ridge(), random_state=0).fit(X, given).noise_mask_.mean() <= 0.01
    X, given, Y, moved = scrambled(10, n=400, noise=0.3)
    model = UnscramblingRegressor(KNeighborsRegressor()).fit(X, given)
    assert (model.restored_ == Y).all(axis=1)[moved].mean() > 0.2
    with pytest.raises(ValueError, match="is a classifier; pass a regressor"):
        UnscramblingRegressor(LogisticRegression()).fit(X, given)
