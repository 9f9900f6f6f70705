"""The corrected scorer in cross-validation and searches of scikit-learn."""

import pickle

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate

from skclean.metrics import corrected_accuracy, make_noise_corrected_scorer
from skclean.noise import inject_noise

T = np.array([[0.9, 0.1], [0.3, 0.7]])
METRICS = ["accuracy", "balanced_accuracy", "neg_log_loss", "neg_brier_score", "roc_auc"]


@pytest.fixture(scope="module")
def problem():
    X, y = make_classification(3_000, 8, n_informative=5, class_sep=1.2, flip_y=0, random_state=0)
    given, _ = inject_noise(y, kind="matrix", transition_matrix=T, random_state=1)
    return X, y, given


@pytest.mark.parametrize("metric", METRICS)
def test_without_noise_it_is_the_scorer_of_scikit_learn(metric, problem):
    X, y, _ = problem
    model = LogisticRegression().fit(X[:1_000], y[:1_000])
    own = make_noise_corrected_scorer(metric, transition_matrix=np.eye(2))
    assert own(model, X[1_000:], y[1_000:]) == pytest.approx(
        sklearn.metrics.get_scorer(metric)(model, X[1_000:], y[1_000:])
    )


@pytest.mark.parametrize("transition_matrix", [T, "estimate"], ids=["given", "estimate"])
@pytest.mark.parametrize("metric", METRICS)
def test_it_comes_nearer_to_the_score_on_true_labels(metric, transition_matrix, problem):
    X, y, given = problem
    model = LogisticRegression().fit(X[:1_500], given[:1_500])
    plain, test = sklearn.metrics.get_scorer(metric), slice(1_500, None)
    own = make_noise_corrected_scorer(metric, transition_matrix=transition_matrix)
    truth = plain(model, X[test], y[test])
    assert abs(own(model, X[test], given[test]) - truth) < abs(plain(model, X[test], given[test]) - truth)


def test_with_error_gives_the_interval(problem):
    X, _, given = problem
    model = LogisticRegression().fit(X[:1_000], given[:1_000])
    own = make_noise_corrected_scorer("accuracy", transition_matrix=T, transition_error=np.full((2, 2), 0.01))
    found = own.with_error(model, X, given)
    expected = corrected_accuracy(given, model.predict(X), T, transition_error=np.full((2, 2), 0.01))
    assert found == expected and found.score == own(model, X, given)


def test_a_search_chooses_by_the_true_score_where_the_noisy_one_misleads(problem):
    """Many positives are recorded as negatives: a weight that suits the noise is not the right one."""
    X, y, _ = problem
    flips = np.array([[1.0, 0.0], [0.4, 0.6]])
    given, _ = inject_noise(y, kind="matrix", transition_matrix=flips, random_state=1)
    grid = {"class_weight": [{0: 1, 1: 2}, {0: 1, 1: 2.5}]}
    own = make_noise_corrected_scorer("accuracy", transition_matrix=flips)
    found = GridSearchCV(LogisticRegression(), grid, scoring=own, cv=3).fit(X, given)
    plain = GridSearchCV(LogisticRegression(), grid, scoring="accuracy", cv=3).fit(X, given)
    assert found.best_params_ == {"class_weight": {0: 1, 1: 2.5}}
    assert found.score(X, given) == own(found.best_estimator_, X, given)
    assert (found.predict(X) == y).mean() > (plain.predict(X) == y).mean() + 0.01


def test_it_stands_beside_other_scorers_and_in_other_processes(problem):
    X, _, given = problem
    scoring = {"noisy": "accuracy", "true": make_noise_corrected_scorer(transition_matrix=T)}
    result = cross_validate(LogisticRegression(), X, given, scoring=scoring, cv=3, n_jobs=2)
    assert (result["test_true"] > result["test_noisy"]).all()
    again = pickle.loads(pickle.dumps(scoring["true"]))
    assert repr(again) == "make_noise_corrected_scorer('accuracy')"
    assert clone(DummyClassifier()).fit(X, given) is not None


def test_weights_are_routed_on_request(problem):
    X, _, given = problem
    weight = np.random.RandomState(0).rand(len(given))
    with sklearn.config_context(enable_metadata_routing=True):
        own = make_noise_corrected_scorer(transition_matrix=T).set_score_request(sample_weight=True)
        model = LogisticRegression().set_fit_request(sample_weight=False)
        weighted = cross_val_score(model, X, given, scoring=own, cv=3, params={"sample_weight": weight})
        plain = cross_val_score(
            model, X, given, scoring=make_noise_corrected_scorer(transition_matrix=T), cv=3, params={}
        )
    assert not np.allclose(weighted, plain)


def test_classes_may_be_in_another_order_or_unknown_to_the_model(problem):
    X, _, given = problem
    model = LogisticRegression().fit(X, given)
    turned = make_noise_corrected_scorer("neg_log_loss", transition_matrix=T[::-1, ::-1], classes=[1, 0])
    plain = make_noise_corrected_scorer("neg_log_loss", transition_matrix=T)
    assert turned(model, X, given) == pytest.approx(plain(model, X, given))
    wider = make_noise_corrected_scorer("neg_log_loss", transition_matrix=np.eye(3), classes=[0, 1, 2])
    assert wider(model, X, given) == pytest.approx(sklearn.metrics.get_scorer("neg_log_loss")(model, X, given))


def test_the_estimate_has_no_part_of_the_model_that_is_scored(problem, few_trees):
    """A model that repeats the noisy training labels gets the same matrix as one that does not."""
    X, _, given = problem
    own = make_noise_corrected_scorer()
    matrices = [own._noise(X[:500], given[:500]) for _ in range(2)]
    assert matrices[0] is matrices[1]  # estimated once
    matrix = matrices[0].matrix(np.array([0, 1]))
    assert pickle.loads(pickle.dumps(own))._noise(X[:500], given[:500]).matrix(np.array([0, 1])) == pytest.approx(
        matrix
    )
    assert matrices[0].matrix(np.array([1, 0])) == pytest.approx(matrix[::-1, ::-1])
    wider = matrices[0].matrix(np.array([0, 1, 2]))
    assert wider[:2, :2] == pytest.approx(matrix) and wider[2].tolist() == [0, 0, 1]
    for fold in range(30):
        own._noise(X[fold : fold + 60], given[fold : fold + 60])
    assert len(own._estimated) == 20


@pytest.mark.parametrize("metric", METRICS)
def test_the_error_of_an_estimated_matrix_is_counted(metric, problem):
    """The interval is wider than that of a matrix that counts as exact, and holds the score on true labels."""
    X, y, given = problem
    model, test = LogisticRegression().fit(X[:1_500], given[:1_500]), slice(1_500, None)
    own = make_noise_corrected_scorer(metric)
    found = own.with_error(model, X[test], given[test])
    matrix = own._noise(X[test], given[test]).matrix(model.classes_)
    exact = make_noise_corrected_scorer(metric, transition_matrix=matrix).with_error(model, X[test], given[test])
    assert found.standard_error > exact.standard_error > 0
    low, high = found.interval()
    truth = sklearn.metrics.get_scorer(metric)(model, X[test], y[test])
    assert low < (abs(truth) if metric.startswith("neg") else truth) < high
    assert abs(own(model, X[test], given[test])) == pytest.approx(found.score)


def test_what_it_does_not_know_is_refused():
    with pytest.raises(ValueError, match="metric must be one of 'accuracy', 'balanced_accuracy'"):
        make_noise_corrected_scorer("f1")
    with pytest.raises(ValueError, match="transition_matrix must be a matrix or 'estimate', got 'em'"):
        make_noise_corrected_scorer(transition_matrix="em")
