"""Robust logistic regression: equal to scikit-learn where it must be, minima of its losses, and labels of any kind."""

import pickle

import numpy as np
import pytest
import sklearn
from scipy import sparse
from scipy.optimize import check_grad
from sklearn.base import clone
from sklearn.datasets import load_iris, make_classification
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from skclean import robust
from skclean._kernels import forward_loss, log_loss, power_loss, robust_loss
from skclean.noise import inject_noise
from skclean.robust import RobustLogisticRegression
from skclean.robust.training._linear_fit import LinearPoint
from skclean.robust.training._linear_losses import adaptive_smoothing, smoothed
from skclean.robust.training._robust_logistic import fit_soft

LOSSES = ("log", "forward", "gce", "ldr", "aldr", "maxsup")


def problem(n_classes, n=300, seed=0):
    X, y = make_classification(
        n, 6, n_informative=4, n_classes=n_classes, n_clusters_per_class=1, class_sep=1.5, random_state=seed
    )
    return scale(X), y, np.random.default_rng(seed).random(n) + 0.1


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("settings", [{"loss": "log"}, {"loss": "forward"}, {"loss": "maxsup", "smoothing": 0.0}])
def test_it_equals_logistic_regression_where_nothing_is_robust(n_classes, fit_intercept, settings):
    X, y, weight = problem(n_classes)
    options = {"C": 0.5, "fit_intercept": fit_intercept, "max_iter": 10_000}
    plain = LogisticRegression(tol=1e-10, **options).fit(X, y, weight)
    settings = settings | {"transition_matrix": np.eye(n_classes)}
    model = RobustLogisticRegression(tol=1e-10, **options, **settings).fit(X, y, weight)
    np.testing.assert_allclose(model.coef_, plain.coef_, atol=1e-6)
    np.testing.assert_allclose(model.intercept_, plain.intercept_, atol=1e-6)
    np.testing.assert_allclose(model.predict_proba(X), plain.predict_proba(X), atol=1e-6)
    np.testing.assert_allclose(model.predict_log_proba(X), plain.predict_log_proba(X), atol=1e-5)
    np.testing.assert_allclose(model.decision_function(X), plain.decision_function(X), atol=1e-5)
    np.testing.assert_array_equal(model.predict(X), plain.predict(X))


def objective_of(loss, n_classes):
    """The whole objective by the flat coefficients, and its slope: weights of one, C of one."""
    X, y, _ = problem(n_classes, 60)
    targets, ones = np.eye(n_classes)[y], np.ones(60)
    transition = np.full((n_classes, n_classes), 0.2 / n_classes) + 0.8 * np.eye(n_classes)
    losses = {
        "log": lambda z: log_loss(z, targets, ones),
        "maxsup": lambda z: log_loss(z, targets, ones, spread=0.2),
        "forward": lambda z: forward_loss(z, targets, ones, transition),
        "gce": lambda z: power_loss(z, targets, ones, 0.7),
        "ldr": lambda z: robust_loss(z, targets, ones, np.ones(60), 1.0),
        "aldr": lambda z: robust_loss(z, targets, ones, np.linspace(0.5, 1, 60), 1.0),
    }
    start = LinearPoint.zero(n_classes, 6)

    def value(flat):
        point = start.like(flat)
        return losses[loss](point.logits(X))[0] + 0.5 * (point.coef**2).sum()

    def slope(flat):
        point = start.like(flat)
        by_logits = losses[loss](point.logits(X))[1]
        by_logits = by_logits[:, 1:] if n_classes == 2 else by_logits
        return np.append((by_logits.T @ X + point.coef).ravel(), by_logits.sum(axis=0))

    return value, slope, start.flat().size, (X, y, transition)


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("loss", LOSSES)
def test_gradients_of_the_whole_objective_equal_differences(loss, n_classes):
    value, slope, size, _ = objective_of(loss, n_classes)
    point = np.random.default_rng(0).normal(size=size)
    assert check_grad(value, slope, point, epsilon=1e-7) < 1e-4 * (1 + np.linalg.norm(slope(point)))


@pytest.mark.parametrize("n_classes", [2, 4])
@pytest.mark.parametrize("loss", ["log", "forward", "gce", "ldr"])
def test_the_slope_at_the_fit_is_zero(loss, n_classes):
    _, slope, _, (X, y, transition) = objective_of(loss, n_classes)
    model = RobustLogisticRegression(loss, transition_matrix=transition, tol=1e-8).fit(X, y)
    assert np.abs(slope(np.append(model.coef_.ravel(), model.intercept_))).max() < 1e-4
    assert model.n_iter_ > 0


@pytest.mark.parametrize("loss", LOSSES)
def test_sparse_rows_and_weights_give_the_same_model(loss):
    X, y, weight = problem(3)
    options = {"transition_matrix": np.eye(3) * 0.7 + 0.1, "tol": 1e-8}
    dense = RobustLogisticRegression(loss, **options).fit(X, y, weight)
    rows = RobustLogisticRegression(loss, **options).fit(sparse.csr_matrix(X), y, weight)
    np.testing.assert_allclose(rows.coef_, dense.coef_, atol=1e-4)
    twice = np.repeat(np.arange(300), 2)
    repeated = RobustLogisticRegression(loss, **options).fit(X[twice], y[twice])
    weighted = RobustLogisticRegression(loss, **options).fit(X, y, np.full(300, 2.0))
    np.testing.assert_allclose(repeated.coef_, weighted.coef_, atol=1e-3)


def test_labels_of_any_type_and_missing_ones():
    X, y, _ = problem(2)
    names = np.array(["no", "yes"], dtype=object)[y]
    names[::5] = None
    model = RobustLogisticRegression("gce").fit(X, names)
    known = np.arange(300) % 5 > 0
    np.testing.assert_array_equal(model.coef_, RobustLogisticRegression("gce").fit(X[known], y[known]).coef_)
    assert model.classes_.tolist() == ["no", "yes"]
    assert set(model.predict(X)) == {"no", "yes"}


def test_forward_with_the_true_matrix_finds_the_coefficients_of_clean_labels():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 3))
    y = (rng.random(20_000) < 1 / (1 + np.exp(-(X @ [2.0, -1.0, 0.5])))).astype(int)
    matrix = np.array([[0.9, 0.1], [0.3, 0.7]])
    noisy = (rng.random(20_000) < matrix[y, 1]).astype(int)
    model = RobustLogisticRegression(transition_matrix=matrix, C=100.0).fit(X, noisy)
    np.testing.assert_allclose(model.coef_[0], [2.0, -1.0, 0.5], atol=0.15)
    np.testing.assert_array_equal(model.transition_matrix_, matrix)
    assert np.abs(LogisticRegression().fit(X, noisy).coef_[0]).max() < 1.5


def test_the_estimated_matrix_helps_under_pair_flips():
    X, y = load_iris(return_X_y=True)
    X = scale(X)
    noisy, _ = inject_noise(y, kind="pair_flip", rate=0.35, random_state=0)
    plain = LogisticRegression().fit(X, noisy).score(X, y)
    model = RobustLogisticRegression(cv=4, random_state=0).fit(X, noisy)
    assert model.score(X, y) >= plain
    np.testing.assert_allclose(model.transition_matrix_.sum(axis=1), 1)


@pytest.mark.parametrize("loss", ["gce", "forward"])
def test_verified_rows_count_as_they_are(loss):
    X, y, _ = problem(2)
    noisy, _ = inject_noise(y, rate=0.3, random_state=0)
    matrix = [[0.7, 0.3], [0.3, 0.7]]
    everything = RobustLogisticRegression(loss, transition_matrix=matrix).fit(X, noisy, verified=np.ones(300, bool))
    plain = RobustLogisticRegression("log").fit(X, noisy)
    np.testing.assert_allclose(everything.coef_, plain.coef_, atol=1e-3)
    some = RobustLogisticRegression(loss, transition_matrix=matrix).fit(X, noisy, verified=np.arange(300) < 100)
    assert np.abs(some.coef_ - plain.coef_).max() > 1e-2


def test_smoothing_moves_confidence_in_both_directions():
    X, y, _ = problem(3)
    noisy, _ = inject_noise(y, rate=0.2, random_state=0)
    confidence = [
        RobustLogisticRegression("log", smoothing=s).fit(X, noisy).predict_proba(X).max(axis=1).mean()
        for s in (-0.3, None, 0.3)
    ]
    assert confidence[0] > confidence[1] + 0.02 > confidence[2] + 0.04
    np.testing.assert_allclose(smoothed(np.array([[1.0, 0.0]]), 0.2), [[0.9, 0.1]])


def test_adaptive_smoothing_is_the_gap_between_confidence_and_accuracy():
    proba = np.tile([[0.9, 0.1]], (1000, 1)) + np.linspace(0, 1e-6, 1000)[:, None] * [1, -1]
    codes = (np.arange(1000) % 10 >= 7).astype(int)  # right in 7 of 10
    smoothing = adaptive_smoothing(proba, codes, np.ones(1000))
    np.testing.assert_allclose((1 - smoothing) * 0.9 + smoothing / 2, 0.7, atol=0.01)
    X, y, _ = problem(2)
    model = RobustLogisticRegression("log", smoothing="adaptive", random_state=0).fit(X, y)
    assert model.smoothing_.shape == (300,) and np.abs(model.smoothing_).max() < 0.5


def test_power_margin_and_scale_reach_the_loss():
    X, y, _ = problem(3)
    near_log = RobustLogisticRegression("gce", power=1e-6, tol=1e-8).fit(X, y)
    log = RobustLogisticRegression("log", tol=1e-8).fit(X, y)
    np.testing.assert_allclose(near_log.coef_, log.coef_, atol=1e-3)
    no_margin = RobustLogisticRegression("ldr", margin=0.0, scale=1.0, tol=1e-8).fit(X, y)
    np.testing.assert_allclose(no_margin.coef_, log.coef_, atol=1e-4)
    np.testing.assert_allclose(no_margin.predict_proba(X), log.predict_proba(X), atol=1e-4)
    assert np.abs(RobustLogisticRegression("ldr", scale=2.0).fit(X, y).coef_ - log.coef_).max() > 1e-2


def test_soft_targets_may_be_negative_and_are_linear():
    X, y, weight = problem(3)
    onehot = np.eye(3)[y]
    hard = RobustLogisticRegression("log", tol=1e-8).fit(X, y, weight)
    soft = fit_soft(RobustLogisticRegression("log", tol=1e-8), X, onehot, np.arange(3), weight)
    np.testing.assert_allclose(soft.coef_, hard.coef_, atol=1e-4)
    negative = 1.2 * onehot - 0.2 / 3
    sharper = fit_soft(RobustLogisticRegression("log", tol=1e-8), X, negative, np.arange(3), weight)
    assert np.abs(sharper.coef_).sum() > np.abs(hard.coef_).sum()


def test_it_is_a_good_citizen():
    X, y, _ = problem(2)
    pipe = make_pipeline(StandardScaler(), RobustLogisticRegression(random_state=0))
    search = GridSearchCV(pipe, {"robustlogisticregression__loss": ["gce", "forward"]}, cv=2).fit(X, y)
    again = pickle.loads(pickle.dumps(search.best_estimator_))
    np.testing.assert_array_equal(again.predict_proba(X), search.best_estimator_.predict_proba(X))
    one = clone(pipe).fit(X, y)[-1]
    np.testing.assert_array_equal(one.coef_, clone(pipe).fit(X, y)[-1].coef_)
    with sklearn.config_context(enable_metadata_routing=True):
        RobustLogisticRegression(random_state=0).fit(X, y)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "huber"}, "loss"),
        ({"loss": "gce", "smoothing": 0.2}, "does not go with loss='gce'"),
        ({"loss": "maxsup", "smoothing": -0.2}, "does not go with loss='maxsup'"),
        ({"loss": "log", "smoothing": 0.7}, "smoothing"),
        ({"transition_matrix": np.eye(3)}, r"transition_matrix must be of shape \(2, 2\)"),
        ({"transition_matrix": np.ones((2, 2))}, "rows must sum to 1"),
        ({"transition_matrix": "guess"}, "transition_matrix"),
    ],
)
def test_what_cannot_work_is_refused(settings, message):
    X, y, _ = problem(2)
    with pytest.raises(ValueError, match=message):
        RobustLogisticRegression(**settings).fit(X, y)


def test_bad_rows_are_refused_and_few_steps_are_told():
    X, y, _ = problem(2)
    with pytest.raises(ValueError, match="y has 3 labels"):
        RobustLogisticRegression().fit(X, y[:3])
    with pytest.raises(ValueError, match="one class only"):
        RobustLogisticRegression().fit(X, np.zeros(300))
    with pytest.raises(ValueError, match="verified must have shape"):
        RobustLogisticRegression().fit(X, y, verified=[True])
    with pytest.warns(ConvergenceWarning, match="max_iter=2"):
        RobustLogisticRegression("log", max_iter=2).fit(X, y)


@pytest.mark.parametrize(
    "kind", [RobustLogisticRegression, robust.SelfDistillationClassifier, robust.SpectralTruncationClassifier]
)
def test_notes_say_what_is_as_in_the_paper_and_what_is_otherwise(kind):
    notes = kind.__doc__.split("    Notes\n    -----\n")[1].split("    References\n")[0]
    paragraphs = [" ".join(part.split()) for part in notes.strip().split("\n\n")]
    assert paragraphs[0].startswith("As in the paper: ") and paragraphs[1].startswith("Otherwise: ")
    assert any("It loses" in part for part in paragraphs)
