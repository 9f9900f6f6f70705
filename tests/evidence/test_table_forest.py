"""The forest that reads any table."""

import numpy as np
import pandas as pd
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from skclean.evidence import SeenClasses, TableForest, default_estimator, fit_out_of_bag, out_of_bag_proba
from skclean.preprocessing import BinEncoder
from skclean.targets import UNLABELLED, ClassTarget, encode_labels


def expected_failures(estimator):
    reason = "a row of weight 2 is not drawn as often as two rows"
    return {"check_sample_weight_equivalence_on_dense_data": reason} if isinstance(estimator, TableForest) else {}


@parametrize_with_checks([TableForest(5, random_state=0), BinEncoder()], expected_failed_checks=expected_failures)
def test_scikit_learns_checks(estimator, check):
    check(estimator)


@pytest.fixture
def forest():
    return TableForest(40, random_state=0)


def test_it_learns_and_predicts(planted, forest):
    forest.fit(planted.X[::2], planted.y[::2])
    proba = forest.predict_proba(planted.X[1::2])
    np.testing.assert_allclose(proba.sum(axis=1), 1)
    assert (forest.predict(planted.X[1::2]) == planted.y[1::2]).mean() > 0.95


def test_the_result_does_not_depend_on_threads(planted, forest):
    labels = encode_labels(planted.noisy)
    one = fit_out_of_bag(forest, planted.X, labels)[1]
    for n_jobs in (2, 3):
        np.testing.assert_array_equal(fit_out_of_bag(forest.set_params(n_jobs=n_jobs), planted.X, labels)[1], one)


def test_out_of_bag_votes_are_those_of_the_trees_that_did_not_draw_the_row(planted, forest):
    labels = encode_labels(planted.noisy)
    cells, proba = fit_out_of_bag(forest, planted.X, labels)
    fitted = TableForest(40, random_state=0).fit(planted.X, planted.noisy)
    growth = fitted._growth(cells, labels.codes, 3, None)
    votes = np.zeros((150, 3), dtype=np.uint32)
    for (seed, _), tree in zip(fitted._seeds(), fitted.trees_, strict=True):
        tree.vote(growth.table, np.flatnonzero(growth.draw(seed) == 0).astype(np.int32), votes)
    np.testing.assert_allclose(proba, votes / votes.sum(axis=1, keepdims=True))


def test_no_label_has_a_part_in_its_own_prediction(planted, forest):
    codes = planted.noisy.astype(np.int32)
    before = fit_out_of_bag(forest, planted.X, ClassTarget(codes, np.arange(3)))[1]
    for row in (0, 77):
        changed = codes.copy()
        changed[row] = (changed[row] + 1) % 3
        after = fit_out_of_bag(forest, planted.X, ClassTarget(changed, np.arange(3)))[1]
        np.testing.assert_array_equal(after[row], before[row])
        assert (after != before).any()


def test_unlabelled_rows_and_rows_of_weight_0_are_predicted_but_not_learned(planted, forest):
    codes = np.where(planted.flipped, UNLABELLED, planted.y).astype(np.int32)
    labels = ClassTarget(codes, np.arange(3))
    unlabelled = fit_out_of_bag(forest, planted.X, labels)[1]
    assert (unlabelled.argmax(axis=1) == planted.y).mean() > 0.95
    weight = np.where(planted.flipped, 0.0, 2.0)
    weightless = fit_out_of_bag(forest, planted.X, encode_labels(planted.noisy), weight=weight)[1]
    np.testing.assert_allclose(weightless, unlabelled)


def test_tables_of_text_dates_and_missing_cells(planted):
    frame = pd.DataFrame(planted.X.copy(), columns=[f"x{j}" for j in range(planted.X.shape[1])])
    frame["text"] = np.array(["low", "middle", "high"])[planted.y]
    frame["date"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(planted.y * 30, unit="D")
    frame.iloc[::4, 0] = np.nan
    frame.loc[::5, "text"] = None
    forest = TableForest(30, random_state=0).fit(frame, planted.noisy)
    assert list(forest.feature_names_in_) == list(frame.columns)
    assert (forest.predict(frame) == planted.y).mean() > 0.95


def test_classes_that_no_asked_tree_had_drawn_are_recorded(planted, forest):
    codes = planted.noisy % 2
    codes[5] = 2
    labels = ClassTarget(codes.astype(np.int32), np.arange(3))
    seen = SeenClasses(labels)
    fit_out_of_bag(forest, planted.X, labels, seen=seen)
    np.testing.assert_array_equal(np.flatnonzero(seen.unseen), [5])


def test_it_is_the_default_and_out_of_bag_by_name(planted):
    labels = encode_labels(planted.noisy)
    default = default_estimator(planted.X)
    assert isinstance(default, TableForest)
    small = default.set_params(n_estimators=30)
    proba = out_of_bag_proba(small, planted.X, labels, random_state=3, fit_params={"sample_weight": np.ones(150)})
    np.testing.assert_array_equal(proba, out_of_bag_proba(small, planted.X, labels, random_state=3))


def test_large_tables_draw_fewer_rows_a_tree(monkeypatch, planted, forest):
    draws = {}
    for n in (100, 10_000, 40_000):
        cells = np.zeros((n, 1), dtype=np.uint8)
        forest.encoder_ = type("Encoder", (), {"heights_": np.zeros((1, 256), dtype=np.float32)})
        draws[n] = forest._growth(cells, np.arange(n, dtype=np.int32) % 2, 2, None).n_draws
    assert draws == {100: 100, 10_000: 10_000, 40_000: 20_000}
    monkeypatch.setattr("skclean.evidence.default_model._table_forest.MAX_DRAWS", 50)
    assert forest._growth(np.zeros((100, 1), dtype=np.uint8), np.arange(100, dtype=np.int32) % 2, 2, None).n_draws == 50


def test_one_tree_leaves_some_rows_with_the_mean_of_the_others(planted):
    proba = fit_out_of_bag(TableForest(1, random_state=0), planted.X, encode_labels(planted.noisy))[1]
    np.testing.assert_allclose(proba.sum(axis=1), 1)


def test_leaves_have_as_many_rows_as_asked_for(planted):
    labels = encode_labels(planted.noisy)
    large = fit_out_of_bag(TableForest(20, min_samples_leaf=40, random_state=0), planted.X, labels)[1]
    small = fit_out_of_bag(TableForest(20, min_samples_leaf=1, random_state=0), planted.X, labels)[1]
    assert large.max(axis=1).mean() < small.max(axis=1).mean()
