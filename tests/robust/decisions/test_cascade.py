"""Cascades keep their budget, learn where a specialist helps, and fall back to confidence."""

import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.svm import LinearSVC

from skclean.evidence import matrix_and_inverse
from skclean.noise import inject_noise
from skclean.robust import CascadeClassifier
from skclean.robust.decisions._cascade import _threshold, chance_right
from skclean.robust.decisions._decision_score import Features
from skclean.targets import encode_labels


class Specialist(ClassifierMixin, BaseEstimator):
    """Right where the first column is positive, and no better than a coin elsewhere."""

    def fit(self, X, y):
        self.classes_ = np.array([0, 1])
        return self

    def predict_proba(self, X):
        X = np.asarray(X)
        sign = np.where(X[:, 0] > 0, np.sign(X[:, 1] * X[:, 2]), np.sign(np.sin(1000 * X[:, 3])))
        second = np.where(sign > 0, 0.9, 0.1)
        return np.column_stack([1 - second, second])

    def predict(self, X):
        return self.predict_proba(X).argmax(axis=1)


def specialist_problem(n=1200, seed=0):
    """A linear rule where the first column is negative, and an interaction, easy for the specialist, elsewhere."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 4))
    linear = X[:, 1] + rng.normal(scale=1.5, size=n) > 0
    return X, np.where(X[:, 0] > 0, X[:, 1] * X[:, 2] > 0, linear).astype(int)


X, y = specialist_problem()
X_test, y_test = specialist_problem(3000, seed=1)


def cascade(**settings):
    defaults = {"cheap": LogisticRegression(), "expensive": Specialist(), "budget": 0.4, "transition_matrix": None}
    return CascadeClassifier(**(defaults | {"random_state": 0} | settings))


@pytest.mark.parametrize("noise", [0.0, 0.2])
def test_it_learns_where_a_specialist_helps(noise):
    given = inject_noise(y, rate=noise, random_state=0)[0] if noise else y
    matrix = np.eye(2) * (1 - 2 * noise) + noise
    model = cascade(transition_matrix=matrix).fit(X, given)
    by_confidence = cascade(deferral="confidence").fit(X, given)
    assert model.deferral_ == "learned" and by_confidence.deferral_ == "confidence"
    assert model.score(X_test, y_test) > by_confidence.score(X_test, y_test) + 0.05
    handed_on = model.deferred(X_test)
    assert (X_test[handed_on, 0] > 0).mean() > 0.8
    assert model.accuracies_["learned"] == pytest.approx(model.score(X_test, y_test), abs=0.06)
    assert model.accuracies_["cheap"] == pytest.approx(model.cheap_.score(X_test, y_test), abs=0.06)


@pytest.mark.parametrize(
    ("budget", "deferral"),
    [
        (0.0, "confidence"),
        (0.1, "confidence"),
        (0.5, "confidence"),
        (1.0, "confidence"),
        (0.3, "learned"),
        (1.0, "learned"),
    ],
)
def test_the_budget_is_kept(budget, deferral):
    model = cascade(budget=budget, deferral=deferral).fit(X, y)
    assert model.deferred(X_test).mean() == pytest.approx(budget, abs=0.08)
    proba, handed_on = model.predict_proba(X_test), model.deferred(X_test)
    expected = np.where(handed_on[:, None], model.expensive_.predict_proba(X_test), model.cheap_.predict_proba(X_test))
    np.testing.assert_array_equal(proba, expected)


def test_it_falls_back_to_confidence_where_nothing_is_learned():
    rng = np.random.default_rng(2)
    X = rng.normal(size=(300, 2))
    y = (X[:, 0] + 0.5 * rng.normal(size=300) > 0).astype(int)
    model = cascade(expensive=LogisticRegression(C=0.5)).fit(X, y)
    assert model.deferral_ == "confidence"
    assert {"cheap", "expensive", "confidence", "learned"} == set(model.accuracies_)


def test_being_right_is_corrected_for_noise():
    rng = np.random.default_rng(0)
    matrix = np.array([[0.9, 0.1], [0.3, 0.7]])
    truth = rng.integers(0, 2, 20_000)
    given = (rng.random(20_000) < matrix[truth, 1]).astype(int)
    predicted = np.where(rng.random(20_000) < 0.8, truth, 1 - truth)
    _, inverse = matrix_and_inverse(matrix, None, encode_labels(given))
    assert chance_right(predicted, given, inverse).mean() == pytest.approx(0.8, abs=0.02)
    assert (predicted == given).mean() < 0.75


def test_ties_are_treated_alike_within_the_budget():
    assert _threshold(np.array([3.0, 2.0, 2.0, 1.0]), 0.5) == 2.0  # only the first is above
    assert _threshold(np.array([3.0, 2.0]), 1.0) == -np.inf


def test_labels_of_any_type_missing_ones_weights_and_the_default_models(few_trees):
    X, y = load_iris(return_X_y=True)
    names = np.array(["a", "b", "c"], dtype=object)[y]
    names[::10] = None
    model = CascadeClassifier(cv=2, n_jobs=1, random_state=0).fit(X, names, sample_weight=np.ones(150))
    assert model.classes_.tolist() == ["a", "b", "c"]
    assert (model.predict(X) == np.array(["a", "b", "c"])[y]).mean() > 0.9
    np.testing.assert_allclose(model.transition_matrix_.sum(axis=1), 1)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1)


def test_wide_and_sparse_tables_are_decided_by_probabilities():
    from_sparse = pytest.importorskip("scipy.sparse").csr_matrix(X)
    proba = np.full((1200, 2), 0.5)
    assert Features().fit(from_sparse).of(from_sparse, proba).shape == (1200, 3)
    assert Features().fit(np.zeros((5, 600))).of(np.zeros((5, 600)), proba[:5]).shape == (5, 3)
    assert Features().fit(X).of(X, proba).shape == (1200, 7)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"budget": 1.5}, "budget"),
        ({"deferral": "guess"}, "deferral"),
        ({"cheap": LinearSVC()}, "cheap= of CascadeClassifier"),
        ({"expensive": Ridge()}, "regressor"),
        ({"transition_matrix": np.eye(3)}, "transition_matrix must be of shape"),
        ({"transition_matrix": np.full((2, 2), 0.5)}, "no inverse"),
    ],
)
def test_what_cannot_work_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        cascade(**({"cheap": GaussianNB(), "expensive": RandomForestClassifier(5)} | settings)).fit(X[:100], y[:100])
