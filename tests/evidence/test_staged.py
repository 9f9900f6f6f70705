"""Scores step by step: each way is compared with models that were really trained for as many steps."""

import tracemalloc

import numpy as np
import pytest
import sklearn
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
)
from sklearn.linear_model import LogisticRegression, SGDClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean.evidence import default_staged_model, staged_scores
from skclean.targets import encode_labels

both_shapes = pytest.mark.parametrize("n_classes", [2, 3])


def problem(n_classes, n_samples=90):
    X, y = make_classification(
        n_samples, 5, n_informative=4, n_redundant=0, n_classes=n_classes, flip_y=0.1, random_state=1
    )
    return X, np.array(["ash", "birch", "cedar"])[y]


def steps_of(model, X, y, **options):
    return [scores.copy() for scores in staged_scores(model, X, encode_labels(y), random_state=0, **options)]


def assert_same_differences(ours, theirs, atol=1e-8):
    """Logits are known up to a number for each row."""
    ours, theirs = (scores - scores.mean(axis=1, keepdims=True) for scores in (ours, theirs))
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=atol)


def margins_of(margins):
    return np.column_stack([-margins / 2, margins / 2]) if margins.ndim == 1 else margins


@both_shapes
@pytest.mark.parametrize("make", [GradientBoostingClassifier, HistGradientBoostingClassifier])
def test_boosting_is_replayed(make, n_classes):
    X, y = problem(n_classes)
    name = "n_estimators" if make is GradientBoostingClassifier else "max_iter"
    steps = steps_of(make(**{name: 6}, random_state=0), X, y)
    assert len(steps) == 6
    for t in (1, 3, 6):
        fitted = make(**{name: t}, random_state=0).fit(X, y)
        assert_same_differences(steps[t - 1], margins_of(fitted.decision_function(X)))
        np.testing.assert_allclose(softmax(steps[t - 1], axis=1), fitted.predict_proba(X), atol=1e-8)


@pytest.mark.filterwarnings("ignore:X does not have valid feature names")  # LightGBM 4.6 names columns of arrays
@both_shapes
@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_boosting_libraries_are_asked_round_by_round(library, n_classes):
    module = pytest.importorskip(library)
    make = module.XGBClassifier if library == "xgboost" else module.LGBMClassifier
    options = {"n_jobs": 1, "learning_rate": 0.3, **({"verbose": -1} if library == "lightgbm" else {"max_depth": 3})}
    X, y = problem(n_classes)
    codes = np.unique(y, return_inverse=True)[1]
    steps = steps_of(make(n_estimators=6, **options), X, y)
    assert len(steps) == 6
    for t in (1, 2, 6):
        fitted = make(n_estimators=t, **options).fit(X, codes)
        assert_same_differences(softmax(steps[t - 1], axis=1), fitted.predict_proba(X), atol=1e-5)


def test_xgboost_without_trees_is_refused():
    xgboost = pytest.importorskip("xgboost")
    X, y = problem(2)
    with pytest.raises(ValueError, match="of trees"):
        staged_scores(xgboost.XGBClassifier(booster="gblinear"), X, encode_labels(y))


@both_shapes
@pytest.mark.parametrize("model", [SGDClassifier(random_state=0), GaussianNB(), MLPClassifier((8,), random_state=0)])
def test_epochs_are_those_of_a_plain_loop(model, n_classes):
    X, y = problem(n_classes, n_samples=450)  # two batches
    steps = steps_of(model, X, y, n_epochs=3)
    rng, codes, plain = np.random.RandomState(0), np.unique(y, return_inverse=True)[1], sklearn.clone(model)
    for scores in steps:
        order = rng.permutation(450)
        for batch in (order[:225], order[225:]):
            plain.partial_fit(X[batch], codes[batch], classes=np.arange(n_classes))
        if hasattr(plain, "decision_function"):
            np.testing.assert_allclose(scores, margins_of(plain.decision_function(X)))
        else:
            np.testing.assert_allclose(softmax(scores, axis=1), plain.predict_proba(X), atol=1e-12)


def test_a_batch_is_never_smaller_than_the_models_own():
    """MLPClassifier would warn, and warnings fail."""
    X, y = problem(2, n_samples=510)
    assert len(steps_of(MLPClassifier((4,), batch_size=250, random_state=0), X, y, n_epochs=2)) == 2


class OnlyProbabilities(ClassifierMixin, BaseEstimator):
    """Halves the distance from even probabilities to the truth at each of three steps."""

    def fit(self, X, y):
        self.y_ = y
        return self

    def staged_predict_proba(self, X):
        n_classes = self.y_.max() + 1
        for t in range(3):
            yield 0.5 ** (t + 1) / n_classes + (1 - 0.5 ** (t + 1)) * np.eye(n_classes)[self.y_]


@both_shapes
def test_models_that_stage_probabilities_only_are_served(n_classes):
    X, y = problem(n_classes)
    steps = steps_of(OnlyProbabilities(), X, y)
    codes = np.unique(y, return_inverse=True)[1]
    expected = OnlyProbabilities().fit(X, codes).staged_predict_proba(X)
    for scores, proba in zip(steps, expected, strict=True):
        np.testing.assert_allclose(softmax(scores, axis=1), proba)


@both_shapes
@pytest.mark.parametrize("routing", [False, True])
@pytest.mark.parametrize(
    "last", [SGDClassifier(random_state=0), GradientBoostingClassifier(n_estimators=3, random_state=0)]
)
def test_pipelines_are_their_last_step_on_transformed_rows_weights_included(last, routing, n_classes):
    X, y = problem(n_classes)
    weight = np.random.default_rng(0).uniform(0.1, 3, len(y))
    with sklearn.config_context(enable_metadata_routing=routing):
        if routing:
            last = sklearn.clone(last).set_fit_request(sample_weight=True)
            head = StandardScaler().set_fit_request(sample_weight=False)
        else:
            head = StandardScaler()
        pipeline = make_pipeline(head, last)
        name = "sample_weight" if routing else f"{type(last).__name__.lower()}__sample_weight"
        ours = steps_of(pipeline, X, y, n_epochs=3, fit_params={name: weight})
        scaled = StandardScaler().fit_transform(X)
        theirs = steps_of(last, scaled, y, n_epochs=3, fit_params={"sample_weight": weight})
        unweighted = steps_of(last, scaled, y, n_epochs=3)
    np.testing.assert_allclose(ours, theirs)
    assert not np.allclose(ours, unweighted)


def test_class_weights_go_by_label():
    X, y = problem(3)
    model = HistGradientBoostingClassifier(max_iter=3, random_state=0)
    by_label = steps_of(sklearn.clone(model).set_params(class_weight={"ash": 5, "cedar": 0.2}), X, y)
    weight = np.select([y == "ash", y == "cedar"], [5, 0.2], 1.0)
    by_row = steps_of(model, X, y, fit_params={"sample_weight": weight})
    np.testing.assert_allclose(by_label, by_row)


def test_rows_without_a_label_take_no_part():
    X, y = problem(3)
    some = y.astype(object)
    some[::7] = None
    kept = np.arange(len(y)) % 7 != 0
    np.testing.assert_array_equal(
        steps_of(SGDClassifier(), X, some, n_epochs=2), steps_of(SGDClassifier(), X[kept], y[kept], n_epochs=2)
    )


def test_steps_are_never_held_together():
    X, y = make_classification(2000, 5, n_informative=5, n_redundant=0, n_classes=8, random_state=0)
    model = HistGradientBoostingClassifier(max_iter=60, max_depth=2, random_state=0)
    tracemalloc.start()
    n_steps = sum(1 for _ in staged_scores(model, X, encode_labels(y)))
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert n_steps == 60
    assert most < 0.5 * 60 * 2000 * 8 * 8


@pytest.mark.parametrize(
    "model",
    [
        RandomForestClassifier(),
        LogisticRegression(),
        make_pipeline(StandardScaler(), LogisticRegression()),
    ],
    ids=repr,
)
def test_a_model_without_steps_is_refused_at_once(model):
    X, y = problem(2)
    with pytest.raises(ValueError, match="HistGradientBoostingClassifier.*XGBClassifier.*partial_fit.*Pipeline"):
        staged_scores(model, X, encode_labels(y))


def test_the_default_takes_texts_and_gaps_and_small_tables():
    table = np.array([["a", 1.0], ["b", None], ["a", 2.0], ["c", 0.5]] * 5, dtype=object)
    y = np.array([0, 1, 0, 1] * 5)
    steps = steps_of(default_staged_model(table), table, y)
    assert len(steps) == 50 and ((steps[-1][:, 1] > steps[-1][:, 0]) == (y == 1)).all()
