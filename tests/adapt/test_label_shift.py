"""Frequencies of classes among new rows: three methods, noisy labels, unknown classes and a given prior."""

import pickle

import numpy as np
import pytest
from scipy.stats import kstest
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from skclean.adapt import LabelShiftClassifier
from skclean.adapt._calibrate import Calibration
from skclean.adapt._moments import Moments, matched_weights, moment_weights
from skclean.noise import inject_noise

CENTERS = np.array([[0.0, 0.0], [2.5, 0.0], [0.0, 2.5]])


def rows(frequencies, n=2000, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.choice(len(frequencies), p=frequencies, size=n)
    return CENTERS[y] + rng.normal(size=(n, 2)), y


X, y = rows([0.4, 0.4, 0.2])
NEW = np.array([0.1, 0.3, 0.6])
X_new, y_new = rows(NEW, seed=1)
every_method = pytest.mark.parametrize("method", ["em", "bbse", "elsa"])


def shifted(**settings):
    return LabelShiftClassifier(LogisticRegression(), random_state=0, **settings)


@every_method
def test_it_finds_the_new_frequencies_and_predicts_better(method):
    model = shifted(method=method, cv=3).fit(X, y)
    before = model.score(X_new, y_new)
    np.testing.assert_allclose(model.new_prior_, model.prior_)
    model.adapt(X_new)
    np.testing.assert_allclose(model.new_prior_, NEW, atol=0.05)
    np.testing.assert_allclose(model.class_weight_, model.new_prior_ / model.prior_)
    assert model.score(X_new, y_new) > before + 0.02
    assert model.shift_p_value_ > 0.001 and model.unknown_share_ == 0
    assert (np.abs(model.class_weight_ - NEW / model.prior_) < 5 * model.weight_error_ + 0.02).all()


@every_method
def test_without_a_shift_little_changes(method):
    X_same, _ = rows([0.4, 0.4, 0.2], seed=2)
    model = shifted(method=method).fit(X, y).adapt(X_same)
    np.testing.assert_allclose(model.class_weight_, 1, atol=0.2)


@pytest.mark.parametrize(
    ("method", "matrix"), [("em", "given"), ("bbse", "given"), ("elsa", "given"), ("em", "estimate")]
)
def test_noise_in_the_training_labels_is_corrected(method, matrix):
    transition = np.array([[0.7, 0.3, 0.0], [0.0, 1.0, 0.0], [0.2, 0.0, 0.8]])
    noisy, _ = inject_noise(y, kind="matrix", transition_matrix=transition, random_state=0)
    plain = shifted(method=method).fit(X, noisy).adapt(X_new)
    settings = {"transition_matrix": transition if matrix == "given" else "estimate"}
    model = shifted(method=method, **settings).fit(X, noisy).adapt(X_new)
    error, plain_error = (np.abs(m.new_prior_ - NEW).sum() for m in (model, plain))
    assert error < 0.8 * plain_error
    np.testing.assert_allclose(model.prior_, [0.4, 0.4, 0.2], atol=0.06)
    assert model.score(X_new, y_new) > plain.score(X_new, y_new)
    np.testing.assert_allclose(model.transition_matrix_.sum(axis=1), 1)


def test_errors_cover_and_the_test_has_its_size():
    old, p_values = [], []
    for seed in range(25):
        model = shifted(method="bbse", cv=2).fit(*rows([0.4, 0.4, 0.2], 400, seed=seed))
        model.adapt(rows(NEW, 400, seed=100 + seed)[0])
        old.append(np.abs(model.class_weight_ - NEW / [0.4, 0.4, 0.2]) < 2 * model.weight_error_)
        p_values.append(model.shift_p_value_)
    assert 0.85 < np.mean(old) <= 1.0
    assert kstest(p_values, "uniform", alternative="greater").pvalue > 1e-3  # not more small ones than by chance


def test_the_method_follows_the_labels():
    assert shifted()._method() == "em" and shifted(transition_matrix=np.eye(3))._method() == "bbse"
    same = [shifted(method=m).fit(X, y).adapt(X_new).class_weight_ for m in ("auto", "em")]
    np.testing.assert_array_equal(*same)


def test_another_kind_of_shift_is_told():
    X_moved = X_new + np.array([1.0, 1.0])
    assert shifted(method="bbse").fit(X, y).adapt(X_moved).shift_p_value_ < 0.001


def test_rows_of_no_known_class_are_counted():
    strange = np.random.default_rng(3).normal(size=(500, 2)) * 0.5 + [8.0, -6.0]
    both = np.vstack([X_new[:1500], strange])
    for unknown, error in (("isolation_forest", 0.15), (lambda rows: np.where(rows[:, 0] > 5, 0.01, 0.99), 0.05)):
        model = shifted(unknown=unknown).fit(X, y).adapt(both)
        assert model.unknown_share_ == pytest.approx(0.25, abs=error)
        chance = model.predict_unknown_proba(both)
        assert chance[1500:].mean() > 0.8 > 0.3 > chance[:1500].mean()
        np.testing.assert_allclose(model.new_prior_, NEW, atol=0.1)
        assert model.adapt(X_new).unknown_share_ < 0.05
    closed = shifted().fit(X, y).adapt(both)
    with pytest.raises(ValueError, match="needs unknown="):
        closed.predict_unknown_proba(both)
    with pytest.raises(ValueError, match="needs method='em'"):
        shifted(unknown="isolation_forest", method="bbse").fit(X, y).adapt(both)


def test_a_known_prior_is_matched():
    model = shifted().fit(X, y).adapt(X_new, prior=[0.2, 0.2, 0.6])
    np.testing.assert_allclose(model.predict_proba(X_new).mean(axis=0), [0.2, 0.2, 0.6], atol=1e-6)
    assert not hasattr(model, "shift_p_value_")
    for prior in ([0.5, 0.5], [0.5, 0.5, 0.5], [1.0, 0.0, 0.0]):
        with pytest.raises(ValueError, match="prior must hold 3 numbers"):
            model.adapt(X_new, prior=prior)
    np.testing.assert_allclose(matched_weights(np.array([[0.5, 0.5], [0.5, 0.5]]), np.array([0.25, 0.75])), [1 / 3, 1])


def test_weights_of_exact_probabilities_are_exact():
    proba = np.array([[0.9, 0.1], [0.1, 0.9]])
    members = np.eye(2)[[0] * 90 + [1] * 10 + [0] * 10 + [1] * 90]
    old = proba[[0] * 100 + [1] * 100]
    new = proba[[0] * 180 + [1] * 20]
    found = moment_weights(Moments(old, members, np.full(200, 1 / 200), new))
    np.testing.assert_allclose(found.ratio @ [0.5, 0.5], 1)
    np.testing.assert_allclose(found.ratio, [2.0, 0.0], atol=0.01)


def test_calibration_finds_temperature_and_offset():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(20_000, 3)) * 2
    right = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    labels = (right.cumsum(axis=1) > rng.random((20_000, 1))).argmax(axis=1)
    sure = right**2 * [1.0, 2.0, 1.0]
    sure /= sure.sum(axis=1, keepdims=True)
    found = Calibration.fit(sure, labels, np.ones(20_000))
    assert found.temperature == pytest.approx(0.5, abs=0.03)
    np.testing.assert_allclose(found.apply(sure), right, atol=0.03)


def test_labels_of_any_type_missing_ones_weights_and_pickles():
    names = np.array(["a", "b", "c"], dtype=object)[y]
    names[:200] = None
    weight = np.where(y == 2, 2.0, 1.0)
    model = shifted().fit(X, names, sample_weight=weight)
    assert model.classes_.tolist() == ["a", "b", "c"]
    expected = np.bincount(y[200:], weight[200:]) / weight[200:].sum()
    np.testing.assert_allclose(model.prior_, expected)
    model.adapt(X_new)
    assert (model.predict(X_new) == np.array(["a", "b", "c"])[y_new]).mean() > 0.8
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X_new), model.predict_proba(X_new))
    np.testing.assert_allclose(model.predict_proba(X_new).sum(axis=1), 1)
    refitted = model.fit(X, y)
    assert not hasattr(refitted, "unknown_share_") and (refitted.class_weight_ == 1).all()


def test_the_default_estimator_and_forests_work(few_trees):
    model = LabelShiftClassifier(cv=2, n_jobs=1, random_state=0).fit(X[:300], y[:300]).adapt(X_new)
    np.testing.assert_allclose(model.new_prior_, NEW, atol=0.15)
    forest = LabelShiftClassifier(RandomForestClassifier(20), cv=2, random_state=0).fit(X[:300], y[:300])
    assert forest.adapt(X_new).score(X_new, y_new) > 0.7


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"transition_matrix": np.eye(2)}, "transition_matrix must be of shape"),
        ({"transition_matrix": np.full((3, 3), 1 / 3)}, "no inverse"),
        ({"method": "guess"}, "method"),
        ({"estimator": Ridge()}, "regressor"),
        ({"estimator": LinearSVC()}, "predict_proba"),
    ],
)
def test_what_cannot_work_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        LabelShiftClassifier(**({"estimator": LogisticRegression()} | settings)).fit(X, y)
