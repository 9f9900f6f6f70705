"""EM around any classifier: what it assumes, what never falls, and what it may be given."""

import pickle

import numpy as np
import pytest
from joblib import parallel_config
from material import overlapping_blobs, planted_problem
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression, Perceptron, RidgeClassifier
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean.noise import inject_noise
from skclean.robust import NoisyLabelEM
from skclean.robust.training._expectation import compatibility, expect, expected_transition, run_em
from skclean.robust.training._soft_fit import one_hot
from skclean.targets import read_candidates
from skclean.treatments import weighted_copies

pytestmark = pytest.mark.usefixtures("few_trees")


def em(model=None, **params):
    return NoisyLabelEM(LogisticRegression() if model is None else model, **{"random_state": 0, "cv": 3, **params})


def noisy_blobs(rate=0.3, seed=0, n_samples=240):
    X, y, *_ = planted_problem(n_samples, 3, seed=seed, spread=2.5)
    return X, y, inject_noise(y, kind="pair_flip", rate=rate, random_state=seed)[0]


def in_sample_losses(X, target, C, transition=None):
    """Penalised negative log-likelihood after each round of EM whose model predicts its own training rows."""
    n_classes, objective = len(target.classes), []

    def learn(targets):
        rows, codes, weights = weighted_copies(targets, 0.0)
        model = LogisticRegression(C=C, tol=1e-10, max_iter=10_000).fit(X[rows], codes, weights)
        objective.append((model.coef_**2).sum() / (2 * C))
        return model.predict_proba(X)

    rng = np.random.default_rng(0)
    start = expect(np.full((len(X), n_classes), 1 / n_classes), rng.uniform(0.2, 1, (len(X), n_classes))).posterior
    weight = np.ones(len(X))
    settings = {"prior_rows": 0.0, "max_rounds": 30, "tol": 0.0, "smoothing": 0.0}
    losses = run_em(learn, target, weight, start, transition, **settings)[2]
    return np.array(losses) * len(X) + np.array(objective)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("C", [0.1, 10.0])
def test_in_sample_a_model_of_maximum_likelihood_never_lowers_the_objective(known, C):
    X, y, noisy = noisy_blobs()
    said = noisy.astype(object)
    said[::5] = None
    for row in range(1, len(y), 5):
        said[row] = {int(y[row]), int(y[row] + 1) % 3}
    matrix = np.full((3, 3), 0.1) + 0.7 * np.eye(3)
    losses = in_sample_losses(X, read_candidates(said), C, matrix if known else None)
    assert np.diff(losses).max() < 1e-6 * abs(losses[0])
    assert losses[-1] < losses[0] - 1


def test_the_chance_of_what_was_said_is_that_of_the_definition():
    target = read_candidates(["b", {"a", "c"}, None, "a"]).verified([3])
    matrix = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [0.3, 0.3, 0.4]])
    expected = [[0.2, 1.0, 0.3], [1, 0, 1], [1, 1, 1], [1, 0, 0]]
    np.testing.assert_allclose(compatibility(target, matrix), expected)


def test_the_transition_matrix_counts_labels_that_may_be_wrong_only():
    target = read_candidates([0, 0, 1, 1, {0, 1}]).verified([3])
    posterior = np.array([[1, 0], [0.5, 0.5], [0, 1], [0, 1], [1, 0]], dtype=float)
    found = expected_transition(posterior, target, np.array([1.0, 2.0, 1.0, 9.0, 9.0]), prior_rows=0)
    np.testing.assert_allclose(found, [[1, 0], [0.5, 0.5]])


def test_it_beats_the_plain_fit_under_noise_of_classes():
    X, _, noisy = noisy_blobs(rate=0.4, n_samples=600)
    X_test, y_test, _ = noisy_blobs(seed=5, n_samples=600)
    plain = LogisticRegression().fit(X, noisy).score(X_test, y_test)
    model = em().fit(X, noisy)
    assert model.score(X_test, y_test) > plain + 0.02
    assert np.diag(model.transition_matrix_).min() < 0.75


def test_sets_of_labels_that_hold_the_right_one_teach_the_classes():
    X, y, *_ = planted_problem(150)
    said = np.empty(150, dtype=object)
    rng = np.random.default_rng(0)
    for row in range(150):
        said[row] = frozenset({int(y[row]), int(rng.choice([k for k in range(3) if k != y[row]]))})
    model = em().fit(X, said)
    assert model.score(X, y) > 0.9
    allowed = read_candidates(said).allowed
    assert (model.posterior_[~allowed] == 0).all()


def test_verified_and_missing_labels_enter_as_what_they_are():
    X, y, noisy = noisy_blobs()
    verified = np.zeros(len(y), dtype=bool)
    verified[:40] = True
    given = np.where(verified, y, noisy).astype(float)
    given[40:60] = np.nan
    model = em().fit(X, given, verified=verified)
    np.testing.assert_array_equal(model.posterior_[:40], one_hot(y[:40], 3))
    assert model.classes_.tolist() == [0.0, 1.0, 2.0]
    assert (model.posterior_[40:60].argmax(axis=1) == y[40:60]).mean() > 0.7


def test_it_records_its_rounds():
    X, _, noisy = noisy_blobs()
    model = em(max_rounds=2, tol=0.0).fit(X, noisy)
    assert model.n_iter_ == len(model.loss_history_) == 2
    assert not model.converged_
    assert em(tol=0.5).fit(X, noisy).converged_
    np.testing.assert_allclose(model.posterior_.sum(axis=1), 1)
    np.testing.assert_allclose(model.transition_matrix_.sum(axis=1), 1)


def test_parameters_do_what_they_say():
    X, _, noisy = noisy_blobs()
    matrix = np.full((3, 3), 0.05) + 0.85 * np.eye(3)
    np.testing.assert_array_equal(em(transition_matrix=matrix).fit(X, noisy).transition_matrix_, matrix)
    fixed = em(anchor=1.0, transition_matrix=matrix).fit(X, noisy)
    assert fixed.n_iter_ == 1
    assert not np.allclose(fixed.posterior_, em(anchor=0.0, transition_matrix=matrix).fit(X, noisy).posterior_)
    stiff = em(prior_rows=1e6).fit(X, noisy).transition_matrix_
    assert np.ptp(np.diag(stiff)) < 1e-3 < np.ptp(np.diag(em(prior_rows=0.0).fit(X, noisy).transition_matrix_))
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    assert em(cv=folds).fit(X, noisy).n_iter_ > 0
    with parallel_config(backend="threading"):  # starts faster than processes
        same = em(n_jobs=2).fit(X, noisy)
    np.testing.assert_array_equal(same.posterior_, em().fit(X, noisy).posterior_)


def test_the_default_model_and_one_without_weights_learn_too():
    X, y, noisy = noisy_blobs()
    assert NoisyLabelEM(cv=2, max_rounds=1, random_state=0).fit(X, noisy).score(X, y) > 0.8
    assert em(KNeighborsClassifier(15), max_rounds=2).fit(X, noisy).score(X, y) > 0.8


def test_names_of_classes_change_nothing():
    X, _, noisy = noisy_blobs()
    numbers = em(GaussianNB()).fit(X, noisy)
    names = em(GaussianNB()).fit(X, np.array(["x", "y", "z"])[noisy])
    np.testing.assert_array_equal(numbers.posterior_, names.posterior_)
    assert set(names.predict(X)) <= {"x", "y", "z"}


def test_it_can_be_stored_searched_and_put_into_a_pipeline():
    X, _, noisy = noisy_blobs()
    pipeline = make_pipeline(StandardScaler(), em(max_rounds=1))
    search = GridSearchCV(pipeline, {"noisylabelem__anchor": [0.0, 1.0]}, cv=2).fit(X, noisy)
    stored = pickle.loads(pickle.dumps(search))
    np.testing.assert_array_equal(stored.predict(X), search.predict(X))
    clone(em(anchor=0.3))


def test_weights_of_zero_leave_rows_out_of_the_final_fit():
    X, y = overlapping_blobs()
    weight = np.ones(len(y))
    weight[:10] = 0
    moved = X.copy()
    moved[:10] += 100
    model = em(max_rounds=1, anchor=0.0).fit(moved, y, sample_weight=weight)
    assert np.abs(model.coef_).max() < 20
    assert model.score(X, y) > 0.5


@pytest.mark.parametrize(
    ("params", "y", "message"),
    [
        ({}, [0, 1, set()] * 10, "empty set in row 2"),
        ({}, [0, 1, {0, None}] * 10, "missing label in the set"),
        ({"transition_matrix": np.eye(3)}, [0, 1, 0] * 10, "must be of shape"),
        ({"transition_matrix": [[0.5, 0.1], [0, 1]]}, [0, 1, 0] * 10, "rows must sum to 1"),
        ({"estimator": RidgeClassifier()}, [0, 1, 0] * 10, "no predict_proba"),
        ({}, [1, 1, 1] * 10, "one class only"),
    ],
)
def test_bad_input_is_named(params, y, message):
    X = np.random.default_rng(0).normal(size=(30, 2))
    with pytest.raises(ValueError, match=message):
        em().set_params(**params).fit(X, y)


def test_weights_for_a_model_without_them_are_refused():
    X, y = make_classification(40, random_state=0)
    with pytest.raises(ValueError, match="takes no sample_weight"):
        em(KNeighborsClassifier()).fit(X, y, sample_weight=np.ones(40))
    with pytest.raises(ValueError, match="no predict_proba"):
        em(Perceptron()).fit(X, y)
