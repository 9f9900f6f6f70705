"""What the classifier hands on of its fitted model: scores of labelled rows, coefficients, importances."""

import numpy as np
import pandas as pd
import pytest
import sklearn
from material import planted_problem, small_detector, small_forest
from peers import InPolars, made
from scipy import sparse
from sklearn.feature_selection import RFE, SelectFromModel
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_score
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline

from skclean import NoiseRobustClassifier

X, Y, NOISY, _ = planted_problem(120, 3, 10)
MISSING = np.arange(120) % 7 == 0


def robust(model=None):
    model = GaussianNB() if model is None else model  # a forest is false before its fit
    return NoiseRobustClassifier(model, detector=small_detector(), random_state=0)


def with_gaps(labels, missing):
    labels = labels.astype(object)
    labels[MISSING] = missing
    return labels


LABELS = {
    "text and None": with_gaps(np.array(["a", "b", "c"])[Y], None),
    "text and NaN": with_gaps(np.array(["a", "b", "c"])[Y], np.nan),
    "numbers and NaN": np.where(MISSING, np.nan, Y),
    "nullable": pd.array(with_gaps(Y, pd.NA), dtype="Int64"),
    "Series": pd.Series(with_gaps(np.array(["a", "b", "c"])[Y], None), index=np.arange(120) + 5),
    "polars": InPolars(lambda pl: pl.Series(with_gaps(Y, None).tolist())),
    "list": with_gaps(Y, None).tolist(),
}


@pytest.mark.parametrize("y", LABELS.values(), ids=LABELS)
def test_score_leaves_out_rows_without_a_label(y):
    y = made(y)
    clf = robust().fit(X, y)
    known = np.flatnonzero(~MISSING)
    codes = {label: code for code, label in enumerate(clf.classes_.tolist())}
    hits = np.array([codes[label] for label in clf.predict(X).tolist()]) == Y
    weight = np.arange(120) + 1.0
    assert clf.score(X, y) == pytest.approx(hits[known].mean())
    assert clf.score(X, y, weight) == pytest.approx(np.average(hits[known], weights=weight[known]))


def in_polars(X):
    return pytest.importorskip("polars").from_numpy(X)


@pytest.mark.parametrize("convert", [sparse.coo_array, pd.DataFrame, in_polars])
def test_score_takes_any_table(convert):
    clf = robust(LogisticRegression()).fit(convert(X), NOISY)
    assert clf.score(convert(X), np.where(MISSING, np.nan, Y)) > 0.95


def test_score_says_that_no_row_has_a_label():
    with pytest.raises(ValueError, match="y has no label at all"):
        robust().fit(X, Y).score(X, np.full(120, np.nan))


def test_weights_that_were_routed_follow_the_rows():
    with sklearn.config_context(enable_metadata_routing=True):
        model = GaussianNB().set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        clf = robust(model)
        clf.detector.estimator.set_fit_request(sample_weight=True)
        y, weight = np.where(MISSING, np.nan, NOISY), np.arange(120) + 1.0
        clf.fit(X, y, sample_weight=weight)
        expected = np.average(clf.predict(X)[~MISSING] == NOISY[~MISSING], weights=weight[~MISSING])
        assert clf.score(X, y, sample_weight=weight) == pytest.approx(expected)


def test_cross_validation_scores_labelled_rows():
    y = np.where(MISSING, np.nan, NOISY)
    assert cross_val_score(robust(), X, y, cv=KFold(3, shuffle=True, random_state=0), error_score="raise").min() > 0.8


def test_coefficients_and_importances_are_those_of_the_model():
    linear, forest = robust(LogisticRegression()), robust(small_forest())
    for clf in (linear, forest):
        assert not any(hasattr(clf, name) for name in ("coef_", "intercept_", "feature_importances_"))
        clf.fit(X, NOISY)
    np.testing.assert_array_equal(linear.coef_, linear.estimator_.coef_)
    np.testing.assert_array_equal(linear.intercept_, linear.estimator_.intercept_)
    np.testing.assert_array_equal(forest.feature_importances_, forest.estimator_.feature_importances_)
    assert not hasattr(linear, "feature_importances_")
    assert not hasattr(forest, "coef_")


@pytest.mark.parametrize("model", [LogisticRegression(), small_forest()], ids=["coefficients", "importances"])
def test_features_can_be_selected_by_it(model):
    assert SelectFromModel(robust(model), max_features=2).fit(X, NOISY).get_support().sum() <= 2
    selection = make_pipeline(RFE(robust(model), n_features_to_select=2), GaussianNB())
    assert selection.fit(X, NOISY).score(X, Y) > 0.95
