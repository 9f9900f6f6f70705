"""Influence in closed form, against models that were really fitted without the row, or with a little more of it."""

import numpy as np
import pytest
import sklearn
from scipy import sparse
from scipy.special import log_softmax, softmax
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression, RidgeClassifier, SGDClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import LabelBinarizer, StandardScaler, TargetEncoder

from skclean.evidence import linear_influence
from skclean.targets import encode_labels

OLD = sklearn.__version__.startswith(("1.6.", "1.7."))
EXACT = {"tol": 1e-10, "max_iter": 10_000}
both_shapes = pytest.mark.parametrize("n_classes", [2, 3])


def problem(n_classes, n_samples=50, n_features=5):
    X, y = make_classification(
        n_samples, n_features, n_informative=4, n_redundant=0, n_classes=n_classes, flip_y=0.2, random_state=3
    )
    weight = np.random.default_rng(0).uniform(0.5, 2, n_samples)
    return X, y, weight


def margins_of(model, X):
    margins = model.decision_function(X)
    return np.column_stack([-margins, margins]) if margins.ndim == 1 else margins


def proba_of(model, X):
    return model.predict_proba(X) if hasattr(model, "predict_proba") else softmax(margins_of(model, X), axis=1)


def without_each(model, X, y, weight=None):
    """Class probabilities of every row by a model that was fitted without it."""
    proba = []
    for i in range(len(y)):
        rest = np.arange(len(y)) != i
        fitted = clone(model).fit(X[rest], y[rest], None if weight is None else weight[rest])
        proba.append(proba_of(fitted, X[[i]])[0])
    return np.array(proba)


def total_loss(model, X, y, weight):
    """What the fitted model has minimised, and its coefficients with the intercept last: value, one row per output."""
    coef = np.column_stack([np.atleast_2d(model.coef_), model.intercept_])
    if isinstance(model, RidgeClassifier):
        target = LabelBinarizer(pos_label=1, neg_label=-1).fit_transform(y)
        margins = model.decision_function(X).reshape(target.shape)
        return 0.5 * (weight @ (margins - target) ** 2).sum() + 0.5 * model.alpha * (model.coef_**2).sum(), coef
    return weight @ row_losses(model, X, y) + 0.5 * (model.coef_**2).sum() / model.C, coef


def row_losses(model, X, y):
    if isinstance(model, RidgeClassifier):
        target = LabelBinarizer(pos_label=1, neg_label=-1).fit_transform(y)
        return 0.5 * ((model.decision_function(X).reshape(target.shape) - target) ** 2).sum(axis=1)
    return -np.log(model.predict_proba(X)[np.arange(len(y)), y])


@both_shapes
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("alpha", [0.01, 1, 30])
def test_leaving_out_a_row_is_exact_for_least_squares(n_classes, fit_intercept, alpha):
    X, y, weight = problem(n_classes)
    model = RidgeClassifier(alpha, fit_intercept=fit_intercept)
    found = linear_influence(model, X, encode_labels(y), fit_params={"sample_weight": weight})
    np.testing.assert_allclose(found.loo_proba, without_each(model, X, y, weight), rtol=0, atol=1e-8)


@both_shapes
@pytest.mark.parametrize("C", [0.01, 0.1, 1])
def test_leaving_out_a_row_is_close_for_logistic_regression(n_classes, C):
    X, y, weight = problem(n_classes, n_samples=100)
    model = LogisticRegression(C=C, **EXACT)
    found = linear_influence(model, X, encode_labels(y), fit_params={"sample_weight": weight})
    truth, seen = without_each(model, X, y, weight), clone(model).fit(X, y, weight).predict_proba(X)
    assert np.abs(found.loo_proba - truth).max() < 0.1 * np.abs(seen - truth).max()
    np.testing.assert_allclose(found.loo_proba.sum(axis=1), 1)


@both_shapes
@pytest.mark.parametrize("model", [RidgeClassifier(), LogisticRegression(C=0.5, **EXACT)])
def test_self_influence_is_how_fast_the_loss_of_a_row_falls_with_its_weight(n_classes, model):
    X, y, weight = problem(n_classes)
    found = linear_influence(model, X, encode_labels(y), fit_params={"sample_weight": weight})
    for i in (0, 7, 23):
        change = []
        for sign in (1, -1):
            moved = weight.copy()
            moved[i] += sign * 1e-3
            change.append(row_losses(clone(model).fit(X, y, moved), X, y)[i])
        np.testing.assert_allclose(found.self_influence[i], -(change[0] - change[1]) / 2e-3, rtol=1e-3)


@both_shapes
def test_cooks_distance_is_the_loss_that_least_squares_gain_without_the_row(n_classes):
    """The loss is quadratic: at the coefficients without a row it exceeds its minimum by half the squared distance."""
    X, y, weight = problem(n_classes)
    model = RidgeClassifier()
    found = linear_influence(model, X, encode_labels(y), fit_params={"sample_weight": weight})
    least, coef = total_loss(clone(model).fit(X, y, weight), X, y, weight)
    for i in (0, 7, 23):
        rest = np.arange(len(y)) != i
        other, _ = total_loss(clone(model).fit(X[rest], y[rest], weight[rest]), X, y, weight)
        np.testing.assert_allclose(found.cook_distance[i], 2 * (other - least) / coef.size, rtol=1e-6)


def test_cooks_distance_is_pregibons_for_two_classes():
    X, y, _ = problem(2)
    model = LogisticRegression(**EXACT).fit(X, y)
    ones, proba = np.column_stack([X, np.ones(len(y))]), model.predict_proba(X)[:, 1]
    variance = proba * (1 - proba)
    hessian = (ones.T * variance) @ ones + np.diag([1.0] * 5 + [0.0])
    hat = variance * np.einsum("ij,jk,ik->i", ones, np.linalg.inv(hessian), ones)
    expected = (y - proba) ** 2 / variance * hat / (1 - hat) ** 2 / 6
    np.testing.assert_allclose(linear_influence(model, X, encode_labels(y)).cook_distance, expected, rtol=1e-6)


def test_the_softmax_forms_are_those_of_the_whole_matrix():
    """The plain reference: every row's gradient and second derivative as large arrays."""
    X, y, weight = problem(3)
    model = LogisticRegression(C=0.5, fit_intercept=False, **EXACT).fit(X, y, weight)
    proba = softmax(model.decision_function(X), axis=1)
    gradients = np.einsum("ik,ij->ikj", proba - np.eye(3)[y], X).reshape(len(y), -1)
    seconds = [np.kron(np.diag(p) - np.outer(p, p), np.outer(x, x)) for p, x in zip(proba, X, strict=True)]
    hessian = np.einsum("i,ijk->jk", weight, seconds) + 2 * np.eye(15)
    found = linear_influence(model, X, encode_labels(y), fit_params={"sample_weight": weight})
    own = np.einsum("ij,ij->i", gradients, np.linalg.solve(hessian, gradients.T).T)
    np.testing.assert_allclose(found.self_influence, own, rtol=1e-8)
    for i in (0, 7, 23):
        step = np.linalg.solve(hessian - weight[i] * seconds[i], weight[i] * gradients[i])
        np.testing.assert_allclose(found.cook_distance[i], step @ hessian @ step / 15, rtol=1e-8)
        margins = (model.coef_ + step.reshape(3, -1)) @ X[i]
        np.testing.assert_allclose(np.log(found.loo_proba[i]), log_softmax(margins), atol=1e-8)


@both_shapes
@pytest.mark.parametrize("make", [LogisticRegression, RidgeClassifier])
@pytest.mark.parametrize("weighted", [False, True])
def test_weights_of_classes_count_as_weights_of_rows(n_classes, make, weighted):
    X, y, weight = problem(n_classes)
    names = np.array(["a", "b", "c"])[y]
    options = EXACT if make is LogisticRegression else {}
    fit_params = {"sample_weight": weight} if weighted else {}
    by_name = make(class_weight={"a": 2.0, "b": 0.5}, **options)
    found = linear_influence(by_name, X, encode_labels(names), fit_params=fit_params)
    factor = np.array([2.0, 0.5, 1.0])[y] * (weight if weighted else 1.0)
    expected = linear_influence(make(**options), X, encode_labels(names), fit_params={"sample_weight": factor})
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@both_shapes
@pytest.mark.parametrize("make", [LogisticRegression, RidgeClassifier])
@pytest.mark.parametrize("weighted", [False, True])
def test_balance_is_the_models_own(n_classes, make, weighted):
    X, y, weight = problem(n_classes)
    options = EXACT if make is LogisticRegression else {}
    model = make(class_weight="balanced", **options)
    heeds = make is LogisticRegression and not OLD
    totals = np.bincount(y, weight if weighted and heeds else None)
    factor = (totals.sum() / (n_classes * totals))[y] * (weight if weighted else 1.0)
    fit_params = {"sample_weight": weight} if weighted else {}
    found = linear_influence(model, X, encode_labels(y), fit_params=fit_params)
    expected = linear_influence(make(**options), X, encode_labels(y), fit_params={"sample_weight": factor})
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-6)


@both_shapes
@pytest.mark.parametrize("model", [LogisticRegression(C=0.2, **EXACT), RidgeClassifier()])
def test_more_columns_than_rows_and_sparse_rows_change_nothing(n_classes, model):
    X, y, _ = problem(n_classes, n_samples=40)
    turn = np.linalg.qr(np.random.default_rng(1).normal(size=(60, 5)))[0]  # rows of 60 columns, the same geometry
    narrow = linear_influence(model, X, encode_labels(y))
    for same in (X @ turn.T, sparse.csr_matrix(X @ turn.T), sparse.csr_matrix(X)):
        found = linear_influence(model, same, encode_labels(y))
        n_columns = min(same.shape) + 1  # of wide rows only as many directions count as there are rows
        np.testing.assert_allclose(found.self_influence, narrow.self_influence, atol=1e-6)
        np.testing.assert_allclose(found.cook_distance * n_columns, narrow.cook_distance * 6, atol=1e-6)
        np.testing.assert_allclose(found.loo_proba, narrow.loo_proba, atol=1e-6)


@both_shapes
def test_rows_without_a_label_are_as_if_absent(n_classes):
    X, y, _ = problem(n_classes)
    some = y.astype(float)
    some[::5] = np.nan
    kept = ~np.isnan(some)
    model = make_pipeline(StandardScaler(), LogisticRegression(**EXACT))
    found, expected = (
        linear_influence(model, X, encode_labels(some)),
        linear_influence(model, X[kept], encode_labels(y[kept])),
    )
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours[kept], theirs, atol=1e-10)
    seen = clone(model).fit(X[kept], y[kept]).predict_proba(X[~kept])
    np.testing.assert_allclose(found.loo_proba[~kept], seen, atol=1e-10)


def test_the_weights_of_a_pipeline_reach_its_model():
    X, y, weight = problem(2)
    model = make_pipeline("passthrough", LogisticRegression(**EXACT))
    found = linear_influence(model, X, encode_labels(y), fit_params={"logisticregression__sample_weight": weight})
    expected = linear_influence(model[-1], X, encode_labels(y), fit_params={"sample_weight": weight})
    np.testing.assert_allclose(found.self_influence, expected.self_influence)


@pytest.mark.parametrize(
    "model",
    [
        SGDClassifier(),
        LogisticRegression(solver="liblinear"),
        LogisticRegression(solver="saga", l1_ratio=0.5, **({"penalty": "elasticnet"} if OLD else {})),
        RidgeClassifier(positive=True),
        make_pipeline(StandardScaler(), SGDClassifier()),
    ],
    ids=repr,
)
def test_a_model_without_a_closed_form_is_refused(model):
    X, y, _ = problem(2)
    with pytest.raises(ValueError, match="estimator can be LogisticRegression .* RidgeClassifier"):
        linear_influence(model, X, encode_labels(y))


def test_too_many_coefficients_are_refused_before_memory_is_filled(monkeypatch):
    X, y, _ = problem(3)
    monkeypatch.setattr("skclean.evidence.training._linear_influence.MAX_COEFFICIENTS", 17)
    with pytest.raises(ValueError, match="18 coefficients.*17.*TruncatedSVD"):
        linear_influence(LogisticRegression(), X, encode_labels(y))


def test_unknown_names_in_class_weight_are_refused():
    X, y, _ = problem(2)
    with pytest.raises(ValueError, match="class_weight names \\['x'\\]"):
        linear_influence(LogisticRegression(class_weight={"x": 2}), X, encode_labels(y))


def test_a_row_that_alone_decides_its_margin_gives_numbers():
    """Least squares without a penalty, through as many rows as columns: every leverage is 1."""
    found = linear_influence(RidgeClassifier(alpha=0), np.eye(4)[:, :3], encode_labels([0, 1, 0, 1]))
    assert all(np.isfinite(part).all() for part in found)


def test_a_step_that_reads_the_labels_is_refused():
    X, y, _ = problem(2)
    with pytest.raises(ValueError, match="'targetencoder' reads y"):
        linear_influence(make_pipeline(TargetEncoder(), LogisticRegression()), X, encode_labels(y))
