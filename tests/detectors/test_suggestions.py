"""Labels that are suggested for flagged rows: the best other class, by a model that was fitted without them."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import RidgeClassifier
from sklearn.naive_bayes import GaussianNB

from skclean.detectors._suggestions import suggest_codes
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
