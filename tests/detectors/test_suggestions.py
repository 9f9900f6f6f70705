"""Labels that are suggested for flagged rows: the best other class, by a model that was fitted without them."""

import numpy as np
import pytest
from material import planted_problem
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import SVC

from skclean.detectors import ReCoV
from skclean.detectors._suggestions import suggest_codes
from skclean.rules import ExactCount
from skclean.targets import encode_labels

ALL_BUT_TEN = np.arange(10, 150)


def suggested_for_ten(model, X, y):
    """Suggestions for the first ten rows, and the labels as they were given."""
    labels = encode_labels(y)
    flagged = np.arange(10)
    return suggest_codes(model, X, labels, flagged, ALL_BUT_TEN, fit_params={}, random_state=0), labels.codes


@pytest.mark.parametrize(
    ("model", "score"),
    [
        (GaussianNB(), "predict_proba"),
        (RidgeClassifier(), "decision_function"),
    ],
    ids=repr,
)
def test_the_best_other_class_is_suggested_and_never_the_given_one(model, score, planted):
    X, y = planted.X, planted.noisy
    suggested, given = suggested_for_ten(model, X, y)
    scores = getattr(model.fit(X[ALL_BUT_TEN], y[ALL_BUT_TEN]), score)(X[:10])
    for row in range(10):
        others = [code for code in range(scores.shape[1]) if code != given[row]]
        assert suggested[row] == max(others, key=lambda code, row=row: scores[row, code])
    np.testing.assert_array_equal(suggested[10:], given[10:])


class NearestRow(ClassifierMixin, BaseEstimator):
    """Predicts the label of the nearest row, and ranks no classes."""

    def fit(self, X, y):
        self.classes_, self.X_, self.y_ = np.unique(y), X, y
        return self

    def predict(self, X):
        return self.y_[cdist(X, self.X_).argmin(axis=1)]


def test_a_model_that_ranks_no_classes_suggests_what_it_predicts(planted):
    suggested, _ = suggested_for_ten(NearestRow(), planted.X, planted.noisy)
    nearest = cdist(planted.X[:10], planted.X[ALL_BUT_TEN]).argmin(axis=1)
    np.testing.assert_array_equal(suggested[:10], planted.noisy[ALL_BUT_TEN][nearest])


def test_two_classes_leave_one_choice():
    X, y = np.random.default_rng(0).normal(size=(150, 2)), np.arange(150) % 2
    suggested, given = suggested_for_ten(GaussianNB(), X, y)
    np.testing.assert_array_equal(suggested[:10], 1 - given[:10])


@pytest.fixture(scope="module")
def crowded():
    """Eight classes that overlap, so that a model often prefers the label that was flagged."""
    return planted_problem(240, 8, 24, spread=3)


@pytest.mark.parametrize(
    "model", [GaussianNB(), RidgeClassifier(), SVC(), SVC(decision_function_shape="ovo")], ids=repr
)
def test_a_flagged_label_is_not_suggested_where_the_model_prefers_it(model, crowded):
    X, y = crowded.X, crowded.noisy
    flagged, kept = np.arange(0, 240, 2), np.arange(1, 240, 2)
    suggested = suggest_codes(model, X, encode_labels(y), flagged, kept, fit_params={}, random_state=0)
    predicted = model.fit(X[kept], y[kept]).predict(X[flagged])
    prefers = predicted == y[flagged]
    assert prefers.sum() > 10
    np.testing.assert_array_equal(suggested[flagged][~prefers], predicted[~prefers])
    np.testing.assert_array_equal(suggested[kept], y[kept])
    if getattr(model, "decision_function_shape", "ovr") == "ovr":
        assert (suggested[flagged] != y[flagged]).all()
    else:  # it ranks pairs of classes only: where it predicts the flagged label, none is suggested
        np.testing.assert_array_equal(suggested[flagged], predicted)


def test_a_model_that_was_not_taught_the_given_class_suggests_another(crowded):
    X, y = crowded.X, crowded.noisy
    flagged, kept = np.flatnonzero(y == 3), np.flatnonzero(y != 3)
    suggested = suggest_codes(GaussianNB(), X, encode_labels(y), flagged, kept, fit_params={}, random_state=0)
    np.testing.assert_array_equal(suggested[flagged], GaussianNB().fit(X[kept], y[kept]).predict(X[flagged]))


def test_no_table_shows_a_flagged_label_as_a_suggestion(crowded):
    detector = ReCoV(NearestRow(), n_repeats=5, rule=ExactCount(120), random_state=0).fit(crowded.X, crowded.noisy)
    flagged, given = detector.noise_mask_, crowded.noisy
    same = flagged & (detector.suggested_labels_ == given)
    assert same.any()  # the model ranks no classes, and predicts the given label of some rows
    table = detector.audit_table()
    assert table["suggested"][same].isna().all()
    assert (table["suggested"][flagged & ~same] != given[flagged & ~same]).all()
    assert not table["reason"][same].str.contains("fits better").any()
    moves = detector.summary()["moves"]
    assert all(before != after for before, after, _ in moves)
    assert sum(count for *_, count in moves) == np.count_nonzero(flagged & ~same)
