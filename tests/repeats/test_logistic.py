"""Repeated cross-validation of logistic regression without refitting."""

import numpy as np
import pytest
from material import assert_same_as_plain, planted_problem, scores_of
from scipy import sparse
from scipy.special import expit, softmax
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

from skclean.repeats import make_folds, repeated_cv
from skclean.targets import encode_labels

SCORINGS = [None, "roc_auc", "neg_log_loss"]


def tight(**params):
    """Logistic regression at its optimum."""
    return LogisticRegression(**{"tol": 1e-10, "max_iter": 10_000, "solver": "newton-cholesky", **params})


def noisy_problem(n_samples=160, n_classes=2, *, flip_y=0.2, n_features=7, **options):
    return make_classification(
        n_samples,
        n_features=n_features,
        n_informative=5,
        n_redundant=1,
        n_classes=n_classes,
        flip_y=flip_y,
        random_state=0,
        **options,
    )


def engine_of(estimator, X, y, fit_params=None):
    """Name of the engine that is chosen."""
    labels = encode_labels(y)
    folds = make_folds(5, labels.codes, seed=3)
    return repeated_cv(estimator, X, labels, folds, fit_params=fit_params).name


def one_hot(n_samples=200):
    """Columns of four variables with four, five, six and seven values, and noisy labels that depend on them."""
    rng = np.random.default_rng(5)
    values = [rng.integers(0, size, n_samples) for size in (4, 5, 6, 7)]
    X = np.hstack([np.eye(size)[value] for size, value in zip((4, 5, 6, 7), values, strict=True)])
    return X, (values[0] + values[1] + rng.normal(size=n_samples) > 3.5).astype(int)


@pytest.mark.parametrize("scoring", SCORINGS)
@pytest.mark.parametrize("n_classes", [2, 4])
def test_dense_rows(n_classes, scoring):
    if n_classes == 4 and scoring == "roc_auc":
        scoring = "roc_auc_ovr"
    assert_same_as_plain(tight(), *noisy_problem(n_classes=n_classes), scoring=scoring)


@pytest.mark.parametrize("scoring", SCORINGS)
@pytest.mark.parametrize("kind", [np.asarray, sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array])
def test_mostly_zero_rows(kind, scoring):
    X, y = one_hot()
    assert_same_as_plain(tight(), kind(X), y, scoring=scoring)


def test_mostly_zero_rows_of_many_classes():
    X, y = one_hot(300)
    assert_same_as_plain(tight(), X, y + 2 * X[:, 0].astype(int), scoring="neg_log_loss")


def test_sparse_rows_that_are_not_mostly_zero():
    X, y = noisy_problem()
    assert_same_as_plain(tight(), sparse.csr_matrix(X), y, scoring="neg_log_loss")


@pytest.mark.parametrize("C", [0.01, 1.0, 100.0])
@pytest.mark.parametrize("fit_intercept", [True, False])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_penalty_and_intercept(C, fit_intercept, n_classes):
    model = tight(C=C, fit_intercept=fit_intercept)
    assert_same_as_plain(model, *noisy_problem(n_classes=n_classes), scoring="neg_log_loss", n_repeats=3)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("class_weight", ["balanced", "chosen"])
def test_class_weights_of_imbalanced_strings(n_classes, class_weight):
    X, codes = noisy_problem(n_classes=n_classes, weights=[0.8] if n_classes == 2 else [0.7, 0.2])
    y = np.array(["no", "yes", "perhaps"])[codes]
    if class_weight == "chosen":
        class_weight = {"no": 0.3, "yes": 2.0, "perhaps": 1.5}
    for scoring in (None, "neg_log_loss"):
        assert_same_as_plain(tight(class_weight=class_weight), X, y, scoring=scoring, n_repeats=3)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("class_weight", [None, "balanced"])
def test_sample_weights(n_classes, class_weight):
    X, y = noisy_problem(n_classes=n_classes)
    weight = np.random.default_rng(0).random(len(y)) * 3
    weight[::7] = 0
    model = tight(class_weight=class_weight)
    if class_weight and "multi_class" in model.get_params():
        pytest.skip("balance heeds sample weights from scikit-learn 1.8 on")
    assert_same_as_plain(model, X, y, fit_params={"sample_weight": weight}, scoring="neg_log_loss")


@pytest.mark.parametrize("class_weight", [None, "balanced"])
@pytest.mark.parametrize("n_classes", [3, 4])
def test_a_class_that_a_model_has_not_seen(n_classes, class_weight):
    X, y = noisy_problem(n_classes=n_classes - 1)
    y[17] = n_classes - 1  # the fold that tests it leaves two or three classes
    assert_same_as_plain(tight(class_weight=class_weight), X, y)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_scores_that_scikit_learn_computes_from_labels(n_classes):
    X, y = noisy_problem(n_classes=n_classes)
    assert_same_as_plain(tight(), X, np.array(["a", "b", "c"])[y], scoring="f1_macro")


@pytest.mark.parametrize("n_factors", [1, 2])
def test_descents_that_are_cut_short_reach_the_same_end(monkeypatch, n_factors):
    monkeypatch.setattr("skclean.repeats.engines._logistic.SWEEPS_A_FACTOR", 1)
    monkeypatch.setattr("skclean.repeats.engines._logistic.MAX_FACTORS", n_factors)
    for n_classes in (2, 3):
        assert_same_as_plain(tight(), *noisy_problem(n_classes=n_classes), scoring="neg_log_loss", n_repeats=2)


def test_one_class_only_is_refused_as_by_the_model():
    X, y = noisy_problem()
    y = np.where(np.arange(len(y)) == 3, "rare", "common")
    for engine in ("plain", "auto"):
        with pytest.raises(ValueError, match=r"only one class.*common"):
            scores_of(tight(), X, y, engine=engine)


def test_constant_and_repeated_columns():
    X, y = noisy_problem()
    X = np.column_stack([X, np.zeros(len(X)), np.full(len(X), 3.0), X[:, 0]])
    for scoring in SCORINGS:
        assert_same_as_plain(tight(), X, y, scoring=scoring)


def test_columns_of_very_different_size():
    X, y = noisy_problem()
    assert_same_as_plain(tight(), X * np.logspace(-4, 4, X.shape[1]), y, scoring="neg_log_loss")


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("C", [1.0, 1e4])
def test_separable_classes(n_classes, C):
    X, y, _, _ = planted_problem(n_samples=90, n_classes=n_classes, n_flipped=0)
    assert_same_as_plain(tight(C=C), X, y, scoring="neg_log_loss")


@pytest.mark.parametrize("C", [1.0, 100.0])
def test_more_columns_than_rows(C):
    X, y = noisy_problem(60, n_features=90)
    for scoring in SCORINGS:
        assert_same_as_plain(tight(C=C), X, y, scoring=scoring, n_repeats=3)


def test_probabilities_of_zero_and_one():
    X, y, _, _ = planted_problem(n_samples=90, n_classes=2, n_flipped=0)
    assert_same_as_plain(tight(C=1e6), 100 * X, y)


def test_features_whose_squares_overflow_are_left_to_the_plain_loop():
    X, y = noisy_problem()
    assert engine_of(tight(), 1e200 * X, y) == "plain"


def test_classes_that_touch():
    X, y, noisy, _ = planted_problem(n_samples=120, n_classes=2, n_flipped=1)
    assert_same_as_plain(tight(C=1e3), X, noisy, scoring="neg_log_loss")
    assert_same_as_plain(tight(C=1e3), 3 * X, y, scoring="neg_log_loss")


@pytest.mark.parametrize("cv", [2, 10, 40, StratifiedKFold(3, shuffle=True)])
def test_number_of_folds(cv):
    assert_same_as_plain(tight(), *noisy_problem(), cv=cv, n_repeats=2, scoring="neg_log_loss")


@pytest.mark.parametrize("scoring", [None, "neg_log_loss"])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_unlabelled_rows_take_no_part(n_classes, scoring):
    X, codes = noisy_problem(n_classes=n_classes)
    y = codes.astype(float)
    y[::9] = np.nan
    name, scores = scores_of(tight(), X, y, engine="auto", scoring=scoring)
    assert name == "LogisticRepeats"
    _, expected = scores_of(tight(), X, y, engine="plain", scoring=scoring)
    np.testing.assert_allclose(scores, expected, rtol=0, atol=1e-8)


@pytest.mark.parametrize(
    ("model", "atol"),
    [
        (tight(solver="lbfgs"), 1e-6),  # stops where the loss no longer falls, before the gradient is that small
        (tight(solver="newton-cg"), 1e-7),
        (LogisticRegression(), 1e-3),
    ],
    ids=["lbfgs", "newton-cg", "default"],
)
def test_other_solvers_are_close(model, atol):
    X, y = noisy_problem()
    assert_same_as_plain(model, X, y, scoring="neg_log_loss", atol=atol)


@pytest.mark.parametrize("make", [noisy_problem, one_hot])
def test_threads_change_nothing(make):
    X, y = make()
    results = [scores_of(tight(), X, y, engine="auto", n_repeats=130, n_jobs=n_jobs)[1] for n_jobs in (1, 2)]
    np.testing.assert_array_equal(*results)


@pytest.mark.parametrize(
    "params",
    [
        {"solver": "liblinear"},
        {"solver": "saga", "l1_ratio": 1.0, "penalty": "l1"},
        {"solver": "saga", "l1_ratio": 0.5, "penalty": "elasticnet"},
        {"C": np.inf},
        {"C": "1"},
        {"penalty": None},
        {"solver": "lbfgs", "dual": True},
        {"multi_class": "ovr"},
    ],
    ids=lambda params: "-".join(map(str, params.values())),
)
def test_other_objectives_are_left_to_the_plain_loop(params):
    model = LogisticRegression()
    known = model.get_params()
    if "multi_class" in params and "multi_class" not in known:
        pytest.skip("there is no such parameter any more")
    model.set_params(**params)
    assert engine_of(model, *noisy_problem()) == "plain"


def test_what_the_model_refuses_is_left_to_the_plain_loop():
    X, y = noisy_problem()
    for weight in (np.full(len(y), -1.0), np.full(len(y), np.nan), (y == 0).astype(float)):
        assert engine_of(tight(), X, y, {"sample_weight": weight}) == "plain"
    assert engine_of(tight(), np.zeros((160, 1001)), y) == "plain"


def test_the_old_name_of_the_penalty():
    assert_same_as_plain(tight(penalty="l2"), *noisy_problem(), scoring="neg_log_loss")


def _newton_step(X, y, train, solution, C):
    """One step of Newton's method from `solution` towards the optimum of some rows, softmax or two classes."""
    X = np.column_stack([X, np.ones(len(X))])[train]
    n_outputs = len(solution)
    penalty = np.tile(np.r_[np.full(X.shape[1] - 1, 1 / C), 0], n_outputs)
    proba = expit(X @ solution.T) if n_outputs == 1 else softmax(X @ solution.T, axis=1)
    label = y[train, None] == np.arange(n_outputs) + (n_outputs == 1)
    gradient = ((proba - label).T @ X).ravel() + penalty * solution.ravel()
    inner = np.einsum("ik,kl->ikl", proba, np.eye(n_outputs)) - np.einsum("ik,il->ikl", proba, proba)
    hessian = np.einsum("ia,ikl,ib->kalb", X, inner, X).reshape(len(penalty), -1) + np.diag(penalty)
    return solution - (np.linalg.pinv(hessian) @ gradient).reshape(solution.shape)


@pytest.mark.parametrize("n_classes", [2, 3])
def test_one_step_is_one_step_of_newton(n_classes):
    X, y = noisy_problem(n_classes=n_classes)
    model = tight(C=0.5, tol=1e-12)
    cv = StratifiedKFold(4, shuffle=True)
    name, scores = scores_of(model, X, y, engine="one_step", cv=cv, n_repeats=1, scoring="neg_log_loss")
    assert name == "LogisticRepeats"
    solution = model.fit(X, y)
    solution = np.column_stack([solution.coef_, solution.intercept_])
    for (train, test), score in zip(_first_split(cv, y), scores[0], strict=True):
        point = _newton_step(X, y, train, solution, 0.5)
        margins = np.column_stack([X, np.ones(len(X))])[test] @ point.T
        proba = np.column_stack([1 - expit(margins), expit(margins)]) if n_classes == 2 else softmax(margins, axis=1)
        assert score == pytest.approx(-log_loss(y[test], proba), abs=1e-9)


def _first_split(cv, y):
    """The folds that `scores_of` draws for its first repeat."""
    rng = np.random.default_rng([3, 0])
    cv = StratifiedKFold(cv.n_splits, shuffle=True, random_state=int(rng.integers(2**31)))
    return cv.split(y[:, None], y)


def test_one_step_is_close():
    X, y = noisy_problem(600)
    _, exact = scores_of(tight(), X, y, engine="auto", scoring="neg_log_loss")
    _, quick = scores_of(tight(), X, y, engine="one_step", scoring="neg_log_loss")
    np.testing.assert_allclose(quick, exact, rtol=0, atol=1e-2)
    assert np.abs(quick - exact).mean() < 2e-3
    assert np.abs(quick - exact).max() > 1e-9
