"""Members learn plausible labels; where they differ the ensemble abstains, by a label that is no class."""

import copy
import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from material import Log, Recorder
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skclean.noise import inject_noise
from skclean.robust import ABSTAIN, PlausibleLabelsEnsemble, is_abstain
from skclean.robust.decisions._plausible_draws import draw_labels, truth_of_rows
from skclean.targets import encode_labels

T = np.array([[0.9, 0.1], [0.3, 0.7]])


@pytest.fixture(scope="module")
def problem():
    X, y = make_classification(900, 5, n_informative=3, n_redundant=0, class_sep=0.8, flip_y=0, random_state=0)
    given, _ = inject_noise(y, kind="matrix", transition_matrix=T, random_state=0)
    return X[:500], given[:500], y[:500], X[500:], y[500:]


def make(estimator=None, **params):
    options = {"n_members": 20, "transition_matrix": T, "random_state": 0} | params
    return PlausibleLabelsEnsemble(DecisionTreeClassifier(max_depth=4) if estimator is None else estimator, **options)


def test_abstain_is_a_label_of_its_own_kind():
    assert ABSTAIN == ABSTAIN and ABSTAIN != "ABSTAIN" and ABSTAIN != 0 and ABSTAIN is not None
    for again in (
        pickle.loads(pickle.dumps(ABSTAIN)),
        copy.copy(ABSTAIN),
        copy.deepcopy([ABSTAIN])[0],
        type(ABSTAIN)(),
    ):
        assert again is ABSTAIN
    assert repr(ABSTAIN) == "ABSTAIN" and len({ABSTAIN, ABSTAIN}) == 1
    with pytest.raises(TypeError, match="neither true nor false"):
        bool(ABSTAIN)
    with pytest.raises(TypeError):
        float(ABSTAIN)


@pytest.mark.parametrize("classes", [[0, 1], [-1.5, 2.0], ["a", "ABSTAIN"], [False, True]], ids=repr)
def test_abstain_in_arrays_equals_no_class(classes):
    labels = np.array([*classes, ABSTAIN, classes[0]], dtype=object)
    assert is_abstain(labels).tolist() == [False, False, True, False]
    for label in classes:
        assert (labels == label).tolist() == [value is not ABSTAIN and value == label for value in labels]
    assert np.unique(labels)[-1] is ABSTAIN and sorted(labels)[-1] is ABSTAIN
    assert is_abstain(pickle.loads(pickle.dumps(labels))).sum() == 1
    assert is_abstain(pd.Series(labels)).sum() == 1 and (pd.Series(labels) == classes[0]).sum() == 2
    with pytest.raises((TypeError, ValueError)):
        labels.astype(float)


@pytest.mark.parametrize("given_features", [True, False])
def test_draws_follow_the_posterior(given_features, problem):
    X, given, *_ = problem
    truth = truth_of_rows(X, encode_labels(given), T, given_features=given_features)
    assert truth.sum(axis=1) == pytest.approx(1) and (truth >= 0).all()
    codes, rng = given.astype(np.int32), np.random.RandomState(0)
    draws = np.array([draw_labels(truth, codes, rng) for _ in range(300)])
    assert (draws == 1).mean(axis=0) == pytest.approx(truth[:, 1], abs=0.12)
    for code in (0, 1):  # the number of changes is as expected, to within one row
        changed = (draws[:, codes == code] != code).sum(axis=1)
        assert np.abs(changed - (1 - truth[codes == code, code]).sum()).max() <= 1 + 1e-6


def test_draws_without_features_follow_bayes_rule(problem):
    X, given, *_ = problem
    truth = truth_of_rows(X, encode_labels(given), T, given_features=False)
    prior = np.bincount(given) / 500 @ np.linalg.inv(T)
    assert truth[given == 0][0] == pytest.approx(prior * T[:, 0] / (prior @ T[:, 0]))


def test_it_abstains_where_members_differ(problem):
    X, given, _, X_test, y_test = problem
    model = make().fit(X, given)
    votes, predicted = model.votes(X_test), model.predict(X_test)
    unsure = is_abstain(predicted)
    assert votes.sum(axis=1).tolist() == [20] * 400
    np.testing.assert_array_equal(unsure, votes.max(axis=1) < 15)  # 15 of 20 is the first that is significant
    np.testing.assert_array_equal(predicted[~unsure].astype(int), votes[~unsure].argmax(axis=1))
    assert model.ambiguity(X_test) == pytest.approx(1 - votes.max(axis=1) / 20)
    right = clone(model).set_params(abstain=False).fit(X, given).predict(X_test) == y_test
    assert right[~unsure].mean() > right.mean() > right[unsure].mean()
    assert model.score(X_test, y_test) == pytest.approx(right.mean())
    assert is_abstain(clone(model).set_params(alpha=1e-4).fit(X, given).predict(X_test)).sum() > unsure.sum()


def test_two_ensembles_agree_where_they_decide(problem):
    X, given, _, X_test, _ = problem
    one, other = (make(random_state=seed).fit(X, given).predict(X_test) for seed in (0, 1))
    both = ~is_abstain(one) & ~is_abstain(other)
    assert (one[both] == other[both]).mean() >= 0.95


def test_regret_is_the_chance_that_noise_hides_a_mistake(problem):
    X, given, y, *_ = problem
    labels = given.astype(float)
    labels[:20] = np.nan
    model = make(abstain=False).fit(X, labels)
    vote = model.predict(X)
    expected = np.where(
        vote == given, 1 - model.truth_[np.arange(500), given], model.truth_[np.arange(500), vote.astype(int)]
    )
    assert np.isnan(model.regret_[:20]).all() and (model.truth_[:20] == 0).all()
    assert model.regret_[20:] == pytest.approx(expected[20:])
    hidden = (vote == given) != (vote == y)
    assert model.regret_[20:][hidden[20:]].mean() > 2 * model.regret_[20:][~hidden[20:]].mean()


def test_verified_labels_are_never_changed(problem):
    X, given, *_ = problem
    model = make().fit(X, given, verified=np.ones(500, dtype=bool))
    plain = np.eye(2)[given]
    np.testing.assert_array_equal(model.truth_, plain)
    half = make(n_members=2).fit(X, given, verified=np.full(500, 0.5))
    assert half.truth_ == pytest.approx((plain + make(n_members=2).fit(X, given).truth_) / 2)


def test_confidence_ranks_mistakes(problem):
    X, given, _, X_test, y_test = problem
    for confidence in ("votes", "logit_norm"):
        model = make(LogisticRegression(), confidence=confidence, abstain=False).fit(X, given)
        sure = model.decision_confidence(X_test)
        wrong = model.predict(X_test) != y_test
        assert sure.shape == (400,) and sure[wrong].mean() < sure[~wrong].mean() + 1e-9
    assert model.norm_ in (2, 4, 8)


@pytest.mark.parametrize("estimator", [RidgeClassifier(), GaussianNB()], ids=["votes", "proba"])
def test_labels_of_any_type_and_models_without_probabilities(estimator, problem):
    X, given, _, X_test, _ = problem
    names = np.array(["no", "yes"])
    plain = make(estimator, n_members=8, n_jobs=1).fit(X, given)
    named = make(estimator, n_members=8).fit(pd.DataFrame(X).add_prefix("x"), names[given])
    found = named.predict(pd.DataFrame(X_test).add_prefix("x"))
    expected = plain.predict(X_test)
    np.testing.assert_array_equal(is_abstain(found), is_abstain(expected))
    decided = ~is_abstain(found)
    np.testing.assert_array_equal(found[decided], names[expected[decided].astype(int)])
    assert plain.predict_proba(X_test).sum(axis=1) == pytest.approx(1)
    assert list(named.feature_names_in_) == ["x0", "x1", "x2", "x3", "x4"]
    again = pickle.loads(pickle.dumps(plain)).predict(X_test)
    np.testing.assert_array_equal(is_abstain(again), is_abstain(expected))


@pytest.mark.usefixtures("few_trees")
def test_the_matrix_may_be_estimated(problem):
    X, given, _, X_test, y_test = problem
    model = make(transition_matrix="estimate", n_members=10).fit(X, given)
    assert model.score(X_test, y_test) > 0.6
    make(transition_matrix="estimate", given_features=False, n_members=2).fit(X, given)
    PlausibleLabelsEnsemble(n_members=2, random_state=0).fit(X[:200], given[:200])


@pytest.mark.parametrize("routing", [False, True])
def test_fit_parameters_follow_the_rows(routing, problem):
    X, given, *_ = problem
    labels, weight, log = given.astype(float), np.arange(500.0) + 1, Log()
    labels[::5] = np.nan
    with sklearn.config_context(enable_metadata_routing=routing):
        recorder = Recorder(log).set_fit_request(sample_weight=True, tag=True) if routing else Recorder(log)
        model = make(recorder, n_members=2)
        model.fit(np.column_stack([np.arange(500), X]), labels, sample_weight=weight, tag=weight, verified=weight < 9)
    assert len(log) == 2
    for call in log:
        rows = call["X"][:, 0].astype(int)
        assert len(rows) == 400
        np.testing.assert_array_equal(call["sample_weight"], weight[rows])
        np.testing.assert_array_equal(call["tag"], weight[rows])


def test_bad_input_is_refused(problem):
    X, given, *_ = problem
    with pytest.raises(ValueError, match="transition_matrix must be of shape"):
        make(transition_matrix=np.eye(3)).fit(X, given)
    with pytest.raises(ValueError, match="takes no sample_weight"):
        make(KNeighborsClassifier()).fit(X, given, sample_weight=np.ones(500))
    with pytest.raises(ValueError, match="one class only"):
        make().fit(X, np.zeros(500))
    with pytest.raises(ValueError, match="'n_members' parameter"):
        make(n_members=0).fit(X, given)
