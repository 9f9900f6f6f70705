"""Self-distillation: targets as in the equation, exact for linear losses, and a share chosen by corrected loss."""

import pickle

import numpy as np
import pytest
from material import Log, Recorder
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

from skclean.noise import inject_noise
from skclean.robust import RobustLogisticRegression, SelfDistillationClassifier
from skclean.robust.training._robust_logistic import fit_soft

X, y = make_classification(600, 20, n_informative=5, n_classes=3, n_clusters_per_class=1, class_sep=1.5, random_state=0)
noisy, _ = inject_noise(y, rate=0.4, random_state=0)


def test_without_a_share_of_the_teacher_it_is_the_plain_fit():
    model = SelfDistillationClassifier(LogisticRegression(), xi=0, random_state=0).fit(X, noisy)
    np.testing.assert_allclose(model.coef_, LogisticRegression().fit(X, noisy).coef_, atol=1e-6)
    assert model.xi_ == 0 and not hasattr(model, "corrected_losses_")


@pytest.mark.parametrize("xi", [0.5, 1.0, 1.5])
@pytest.mark.parametrize("piped", [False, True])
def test_targets_are_exact_for_linear_losses(xi, piped):
    folds = [(np.arange(300, 600), np.arange(300)), (np.arange(300), np.arange(300, 600))]
    base = RobustLogisticRegression("log", tol=1e-8)
    estimator = make_pipeline(StandardScaler(), base) if piped else base
    model = SelfDistillationClassifier(estimator, xi=xi, cv=folds).fit(X, noisy)
    teacher = np.zeros((600, 3))
    for train, test in folds:
        teacher[test] = clone(estimator).fit(X[train], noisy[train]).predict_proba(X[test])
    targets = xi * teacher + (1 - xi) * np.eye(3)[noisy]
    assert (targets.min() < 0) == (xi > 1)
    table = StandardScaler().fit_transform(X) if piped else X
    expected = fit_soft(RobustLogisticRegression("log", tol=1e-8), table, targets, np.arange(3), np.ones(600))
    np.testing.assert_allclose(model.predict_proba(X), expected.predict_proba(table), atol=1e-3)


@pytest.mark.parametrize("xi", [0.5, 1.5])
def test_other_models_learn_from_weighted_copies(xi):
    log = Log()
    folds = [(np.arange(300, 600), np.arange(300)), (np.arange(300), np.arange(300, 600))]
    with_id = np.column_stack([np.arange(600) / 1e6, X])
    SelfDistillationClassifier(Recorder(log), xi=xi, cv=folds).fit(with_id, noisy)
    call = log[-1]
    rows = np.round(call["X"][:, 0] * 1e6).astype(int)
    np.testing.assert_allclose(np.bincount(rows, call["sample_weight"]), 1)
    assert (call["sample_weight"] > 0).all() and len(rows) > 600


def test_a_share_is_chosen_under_noise_and_wins():
    X_wide, y_wide = make_classification(1400, 60, n_informative=5, class_sep=1.5, random_state=2)
    given, _ = inject_noise(y_wide[:400], rate=0.35, random_state=2)
    plain = RobustLogisticRegression("log").fit(X_wide[:400], given)
    model = SelfDistillationClassifier(RobustLogisticRegression("log"), random_state=0).fit(X_wide[:400], given)
    assert model.xi_ > 0 and set(model.corrected_losses_) == {0.0, 0.5, 0.8, 1.0, 1.25, 1.5}
    assert model.score(X_wide[400:], y_wide[400:]) > plain.score(X_wide[400:], y_wide[400:]) - 0.01
    np.testing.assert_allclose(model.transition_matrix_.sum(axis=1), 1)
    given_matrix = SelfDistillationClassifier(LogisticRegression(), transition_matrix=np.eye(2), random_state=0)
    assert given_matrix.fit(X_wide[:400], y_wide[:400]).xi_ < 1
    np.testing.assert_array_equal(given_matrix.transition_matrix_, np.eye(2))


def test_verified_rows_keep_their_labels_and_low_keeps_contradicted_ones():
    sure = np.ones(600, dtype=bool)
    verified = SelfDistillationClassifier(LogisticRegression(), xi=1.0, random_state=0).fit(X, noisy, verified=sure)
    plain = LogisticRegression().fit(X, noisy)
    np.testing.assert_allclose(verified.coef_, plain.coef_, atol=1e-5)
    soft = SelfDistillationClassifier(LogisticRegression(), xi=1.0, random_state=0).fit(X, noisy)
    hard = SelfDistillationClassifier(LogisticRegression(), xi=1.0, low=0.3, random_state=0).fit(X, noisy)
    assert np.abs(soft.coef_ - hard.coef_).max() > 1e-3
    log = Log()
    kept = SelfDistillationClassifier(Recorder(log), xi=1.0, low=1.0, random_state=0)
    kept.fit(np.column_stack([np.arange(600) / 1e6, X]), noisy)
    rows, weight = np.round(log[-1]["X"][:, 0] * 1e6).astype(int), log[-1]["sample_weight"]
    own = log[-1]["y"] == noisy[rows]
    np.testing.assert_allclose(weight[own], 0.9 + 0.1 / 3)
    np.testing.assert_allclose(weight[~own], 0.1 / 3)


def test_labels_of_any_type_missing_ones_weights_and_pickles():
    names = np.array(["a", "b", "c"], dtype=object)[noisy]
    names[::6] = None
    weight = np.where(np.arange(600) % 2, 0.0, 1.0)
    for estimator in (LogisticRegression(), RobustLogisticRegression("log")):
        model = SelfDistillationClassifier(estimator, xi=1.25, random_state=0).fit(X, names, sample_weight=weight)
        used = (weight > 0) & (np.arange(600) % 6 > 0)
        only = SelfDistillationClassifier(estimator, xi=1.25, random_state=0).fit(X[used], names[used])
        np.testing.assert_allclose(model.coef_, only.coef_, atol=1e-4)
        assert model.classes_.tolist() == ["a", "b", "c"] and set(model.predict(X)) <= {"a", "b", "c"}
        again = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(again.predict(X), model.predict(X))


def test_models_without_weights_draw_labels_and_the_default_works(few_trees):
    model = SelfDistillationClassifier(KNeighborsClassifier(), xi=0.8, random_state=0).fit(X, noisy)
    assert (model.predict(X) == y).mean() > (noisy == y).mean() - 0.1
    forest = SelfDistillationClassifier(cv=2, n_jobs=1, random_state=0).fit(X[:150], noisy[:150])
    assert forest.predict_proba(X).shape == (600, 3)
    tree = SelfDistillationClassifier(DecisionTreeClassifier(max_depth=3), xi=0.5, random_state=0)
    np.testing.assert_array_equal(tree.fit(X, noisy).predict(X), tree.fit(X, noisy).predict(X))


def test_texts_get_their_matrix_from_the_teacher():
    from_texts = pytest.importorskip("sklearn.feature_extraction.text").TfidfVectorizer()
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 120)
    texts = [" ".join(rng.choice(["red", "blue", "green"] if k else ["red", "car", "bus"], 6)) for k in labels]
    model = SelfDistillationClassifier(make_pipeline(from_texts, LogisticRegression()), random_state=0)
    assert model.fit(texts, labels).transition_matrix_.shape == (2, 2)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"xi": -1}, "xi"),
        ({"low": 2}, "low"),
        ({"transition_matrix": np.eye(2)}, "transition_matrix must be of shape"),
        ({"estimator": LinearSVC()}, "predict_proba"),
    ],
)
def test_what_cannot_work_is_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        SelfDistillationClassifier(**({"estimator": LogisticRegression()} | settings)).fit(X, y)
