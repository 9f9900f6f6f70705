"""The forest of numbers: what it predicts out of bag, and what wrong numbers do to it."""

import pickle

import numpy as np
import pytest
from sklearn.datasets import make_friedman1
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV
from sklearn.model_selection import LeaveOneOut, cross_val_predict
from sklearn.tree import DecisionTreeRegressor
from sklearn.utils.estimator_checks import parametrize_with_checks

from skclean._kernels import ByteTable, TreeGrowth, vote_unit
from skclean.evidence import TableForestRegressor, fit_numbers_out_of_bag, out_of_sample_numbers
from skclean.evidence.numbers._leaf_sums import LeafSums
from skclean.evidence.numbers._robust import clip_tails
from skclean.targets import read_numbers

FOREST = TableForestRegressor(10, random_state=0)


@pytest.fixture(scope="module")
def friedman():
    return make_friedman1(250, noise=0.5, random_state=0)


EXPECTED = {"check_sample_weight_equivalence_on_dense_data": "a row of weight 2 is not drawn as often as two rows"}
CHECKS = parametrize_with_checks(
    [TableForestRegressor(3, min_samples_leaf=1, random_state=0)], expected_failed_checks=lambda _: EXPECTED
)


@CHECKS
def test_scikit_learns_checks(estimator, check):
    check(estimator)


def test_it_predicts_like_others(friedman):
    X, y = friedman
    found = fit_numbers_out_of_bag(TableForestRegressor(40, random_state=0), X, read_numbers(y))
    assert np.var(y - found.predicted) < 0.25 * np.var(y)
    assert (found.scale > 0).all()
    fitted = TableForestRegressor(40, random_state=0).fit(X[:200], y[:200])
    assert fitted.score(X[200:], y[200:]) > 0.7
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(fitted)).predict(X), fitted.predict(X))
    two = TableForestRegressor(40, n_jobs=2, random_state=0).fit(X[:200], y[:200])
    np.testing.assert_array_equal(two.predict(X), fitted.predict(X))


def test_units_do_not_matter(friedman):
    X, y = friedman
    plain = fit_numbers_out_of_bag(FOREST, X, read_numbers(y))
    other = fit_numbers_out_of_bag(FOREST, X, read_numbers(1024.0 * y - 4096))
    np.testing.assert_allclose(other.predicted, 1024 * plain.predicted - 4096, rtol=1e-2)
    np.testing.assert_allclose(other.scale, 1024 * plain.scale, rtol=0.2)


def test_huge_errors_do_not_move_the_others(friedman):
    X, y = friedman
    wrong = y.copy()
    wrong[:12] = 1e9
    found = fit_numbers_out_of_bag(FOREST, X, read_numbers(wrong))
    assert np.var((y - found.predicted)[12:]) < 0.5 * np.var(y)
    assert found.right[:12].max() < 1e-6


def test_rows_without_a_number_or_a_weight_are_predicted_only(friedman):
    X, y = friedman
    weight = np.ones(250)
    weight[:20] = 0
    absent = y.copy()
    absent[:20] = np.nan
    given = fit_numbers_out_of_bag(FOREST, X, read_numbers(y), weight=weight)
    other = fit_numbers_out_of_bag(FOREST, X, read_numbers(absent))
    np.testing.assert_allclose(given.predicted, other.predicted, rtol=1e-6)
    assert (given.right[:20] == 0).all()
    with pytest.raises(ValueError, match="leave no row to train on"):
        fit_numbers_out_of_bag(FOREST, X, read_numbers(absent), weight=1 - weight)


@pytest.mark.parametrize("y", [np.ones(30), np.repeat([0.0, 1.0], 15), np.append(np.zeros(29), 5.0), np.arange(30.0)])
def test_odd_numbers(y):
    X = np.arange(60.0).reshape(30, 2)
    found = fit_numbers_out_of_bag(FOREST, X, read_numbers(y))
    assert np.isfinite(found.predicted).all() and (found.scale > 0).all()


def test_a_tree_of_numbers_cuts_as_variance_asks():
    """With one column of two values, the cut and the leaves are those of a regression tree."""
    rng = np.random.RandomState(0)
    cells = rng.randint(2, size=(40, 1)).astype(np.uint8)
    target = rng.uniform(size=40).astype(np.float32)
    heights = np.tile(np.arange(256, dtype=np.float32), (1, 1))
    options = {"weight": None, "n_draws": 40, "n_tried": 1, "min_leaf": 1, "unit": vote_unit(1)}
    growth = TreeGrowth(ByteTable(cells, heights), np.zeros(40, dtype=np.int32), 2, target=target, **options)
    times = np.ones(40, dtype=np.uint16)
    tree = growth.grow(0, times)
    leaves = tree.leaves(growth.table)
    sums = LeafSums()
    sums.add(leaves, times)
    sums.close()
    values, masses = sums.leaf_values(target.astype(float), np.ones(40))[0]
    expected = DecisionTreeRegressor().fit(cells, target).predict(cells)
    np.testing.assert_allclose((values / masses)[leaves], expected, rtol=1e-6)
    votes = np.zeros((40, 2), dtype=np.uint32)
    tree.vote(growth.table, np.arange(40, dtype=np.int32), votes)
    np.testing.assert_allclose(votes[:, 1] / vote_unit(1), expected, rtol=1e-5)


@pytest.mark.parametrize("target", [np.full(4, 2.0, np.float32), np.zeros(3, np.float32), np.zeros(4)])
def test_targets_of_trees_are_checked(target):
    table = ByteTable(np.zeros((4, 1), dtype=np.uint8), np.zeros((1, 256), dtype=np.float32))
    with pytest.raises(ValueError, match="target must"):
        TreeGrowth(
            table, np.zeros(4, np.int32), 2, weight=None, n_draws=4, n_tried=1, min_leaf=1, unit=1.0, target=target
        )


def test_means_over_leaves_are_those_of_a_plain_loop():
    rng = np.random.RandomState(0)
    leaves, times = rng.randint(3, size=(5, 12)), rng.randint(3, size=(5, 12))
    column, mass, weight = rng.normal(size=12), rng.uniform(size=12), rng.uniform(size=12)
    sums = LeafSums(weight)
    for tree, drawn in zip(leaves, times, strict=True):
        sums.add(tree.astype(np.int32), drawn.astype(np.uint16))
    sums.close()
    found = sums.means(column, mass=mass)[0]
    for row in range(12):
        top = bottom = 0.0
        for tree, drawn in zip(leaves, times, strict=True):
            beside = drawn * weight * (tree == tree[row])
            if drawn[row] == 0 and beside.sum():
                top += beside @ (mass * column) / beside.sum()
                bottom += beside @ mass / beside.sum()
        expected = top / bottom if bottom else np.average(column, weights=mass * weight)
        assert found[row] == pytest.approx(expected)


def test_tails_are_clipped_on_their_own_side():
    y = np.append(np.arange(100.0), [1e6, -1e6])
    clipped = clip_tails(y)
    np.testing.assert_array_equal(clipped[:100], y[:100])
    assert 100 < clipped[100] < 500 and -500 < clipped[101] < 0
    np.testing.assert_array_equal(
        clip_tails(np.append(np.zeros(95), np.arange(5.0))), np.append(np.zeros(95), range(5))
    )


@pytest.mark.parametrize("model", [LinearRegression(), LinearRegression(fit_intercept=False), Ridge(3.0)])
def test_left_out_predictions_in_closed_form(model, friedman):
    X, y = friedman[0][:60], friedman[1][:60]
    found = out_of_sample_numbers(model, X, read_numbers(y), n_rounds=1)
    np.testing.assert_allclose(found.predicted, cross_val_predict(model, X, y, cv=LeaveOneOut()), rtol=1e-6)


def test_closed_form_with_weights_and_chosen_shrinkage(friedman):
    X, y = friedman
    weight = np.linspace(0.5, 2, 250)
    target, params = read_numbers(y), {"sample_weight": weight}
    found = out_of_sample_numbers(Ridge(3.0), X, target, n_rounds=1, weight=weight, fit_params=params)
    for row in (0, 7, 249):
        rest = np.arange(250) != row
        expected = Ridge(3.0).fit(X[rest], y[rest], sample_weight=weight[rest]).predict(X[[row]])
        assert found.predicted[row] == pytest.approx(expected[0])
    chosen = out_of_sample_numbers(RidgeCV([3.0]), X, target, n_rounds=1, weight=weight, fit_params=params)
    np.testing.assert_allclose(chosen.predicted, found.predicted)
