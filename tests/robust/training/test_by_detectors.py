"""Estimators that learn with the help of a detector: rounds of filters, bagging by trust, a corrected forest."""

import pickle

import numpy as np
import pytest
from joblib import parallel_config
from material import planted_problem, small_detector
from scipy import sparse
from sklearn.base import clone
from sklearn.ensemble import ExtraTreesClassifier
from sklearn.linear_model import RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skclean.detectors import KDN, ConfidentLearning
from skclean.noise import inject_noise
from skclean.robust import BaggingReweightClassifier, IterativeFilterClassifier, RobustForestClassifier
from skclean.robust.training._bagging_reweight import draw_trusted

pytestmark = pytest.mark.usefixtures("few_trees")
TREE = DecisionTreeClassifier(min_samples_leaf=2, random_state=0)  # learns noise by heart

LEARNERS = {
    "filter": IterativeFilterClassifier(TREE, detector=small_detector(), random_state=0),
    "stable filter": IterativeFilterClassifier(TREE, detector=small_detector(), stop="stable", random_state=0),
    "partitions": IterativeFilterClassifier(TREE, detector="partition_filter", patience=2, random_state=0),
    "bagging": BaggingReweightClassifier(TREE, detector=small_detector(), random_state=0),
    "bagging by quality": BaggingReweightClassifier(TREE, detector="kdn", random_state=0),
    "forest": RobustForestClassifier(30, detector=small_detector(), random_state=0),
    "forest by quality": RobustForestClassifier(30, detector="kdn", random_state=0),
    "default of the filter": IterativeFilterClassifier(random_state=0),
    "default of bagging": BaggingReweightClassifier(n_estimators=3, random_state=0),
    "default of the forest": RobustForestClassifier(random_state=0),
}
every = pytest.mark.parametrize("learner", LEARNERS.values(), ids=LEARNERS)


def heavy(seed=0, rate=0.3):
    X, y, *_ = planted_problem(300, 3, seed=seed)
    return X, y, inject_noise(y, rate=rate, random_state=seed)[0]


@every
def test_they_beat_a_tree_on_noisy_labels(learner):
    X, _, noisy = heavy()
    X_test, y_test, _ = heavy(seed=9)
    plain = TREE.fit(X, noisy).score(X_test, y_test)
    assert learner.fit(X, noisy).score(X_test, y_test) > plain + 0.1
    proba = learner.predict_proba(X_test)
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-5)


@every
def test_verified_and_missing_labels_and_names(learner):
    X, y, noisy = heavy()
    names = np.array(["x", "y", "z"], dtype=object)[np.where(np.arange(300) < 60, y, noisy)]
    names[60:70] = None
    learner.fit(X, names, verified=np.arange(300) < 60)
    assert set(learner.predict(X)) == {"x", "y", "z"}
    if hasattr(learner, "trust_"):
        assert (learner.trust_[:60] == 1).all()
        assert (learner.trust_[60:70] == 0).all()
    else:
        assert not learner.noise_mask_[:70].any()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(learner)).predict(X), learner.predict(X))


@pytest.mark.parametrize("name", ["bagging", "forest"])
def test_jobs_change_nothing(name):
    X, _, noisy = heavy()
    first = LEARNERS[name].fit(X, noisy).predict_proba(X)
    parallel = clone(LEARNERS[name]).set_params(n_jobs=2)
    with parallel_config(backend="threading"):  # starts faster than processes
        np.testing.assert_array_equal(parallel.fit(X, noisy).predict_proba(X), first)


def test_rows_are_drawn_by_trust_and_no_class_is_lost():
    codes = np.array([0] * 50 + [1] * 49 + [2] + [-1] * 20)
    chance = np.r_[np.zeros(25), np.ones(25), np.full(49, 0.5), 0.0, np.ones(20)]
    drawn = draw_trusted(chance, codes, np.random.RandomState(0))
    assert drawn.min() >= 25
    assert 99 in drawn
    assert drawn.max() < 100
    share = np.mean(drawn < 50)
    assert abs(share - 25 / 49.5) < 0.2
    assert len(draw_trusted(np.zeros(120), codes, np.random.RandomState(0))) >= 100


def test_weights_reach_models_that_take_none():
    X, _, noisy = heavy()
    weight = np.where(np.arange(300) < 100, 0.0, 1.0)
    moved = X.copy()
    moved[:100] = 1000
    model = BaggingReweightClassifier(KNeighborsClassifier(), detector="kdn", random_state=0)
    model.fit(moved, noisy, sample_weight=weight)
    assert all(member.n_samples_fit_ for member in model.members_)
    assert all((member._fit_X < 999).all() for member in model.members_)
    RobustForestClassifier(5, detector=small_detector(), random_state=0).fit(X, noisy, sample_weight=weight)


def test_bagging_averages_votes_of_models_without_probabilities():
    X, y, noisy = heavy()
    model = BaggingReweightClassifier(RidgeClassifier(), n_estimators=4, detector="kdn", random_state=0).fit(X, noisy)
    assert set(np.unique(model.predict_proba(X) * 4)) <= {0.0, 1.0, 2.0, 3.0, 4.0}
    assert model.score(X, y) > 0.8


def test_the_correction_of_leaves_makes_them_surer():
    X, y, noisy = heavy()
    detector = small_detector()
    plain = RobustForestClassifier(30, min_samples_leaf=10, detector=detector, correct_leaves=False, random_state=0)
    corrected = RobustForestClassifier(30, min_samples_leaf=10, detector=detector, random_state=0)
    own = np.arange(300), y
    assert corrected.fit(X, noisy).predict_proba(X)[own].mean() > plain.fit(X, noisy).predict_proba(X)[own].mean()
    np.testing.assert_allclose(corrected.transition_matrix_.sum(axis=1), 1)


def test_the_forest_reads_any_table():
    pd = pytest.importorskip("pandas")
    X, y, noisy = heavy()
    table = pd.DataFrame({"a": X[:, 0], "b": np.where(X[:, 1] > 0, "up", None), "c": X[:, 1]})
    forest = RobustForestClassifier(30, random_state=0)
    assert forest.fit(table, noisy).score(table, y) > 0.8
    assert forest.feature_names_in_.tolist() == ["a", "b", "c"]
    matrix = sparse.csr_matrix(X)
    assert forest.fit(matrix, noisy).score(matrix, y) > 0.8


def test_rounds_end_for_a_reason_that_is_given():
    X, _, noisy = heavy()
    few = IterativeFilterClassifier(GaussianNB(), detector=small_detector(), share=0.9).fit(X, noisy)
    assert few.n_iter_ == 1
    assert "fewer than 90.0%" in few.stop_reason_
    stable = IterativeFilterClassifier(GaussianNB(), detector=small_detector(), stop="stable", share=0.05)
    assert "hardly changed" in stable.fit(X, noisy).stop_reason_
    most = IterativeFilterClassifier(GaussianNB(), detector=KDN(), share=0.0, patience=9, max_rounds=2).fit(X, noisy)
    assert "max_rounds=2" in most.stop_reason_ or "0 more rows" in most.stop_reason_
    assert most.history_ == sorted(most.history_)
    assert most.history_[-1] == most.noise_mask_.sum()


def test_a_stable_filter_gives_rows_back():
    X, y, noisy = heavy()
    model = IterativeFilterClassifier(GaussianNB(), detector=small_detector(), stop="stable", share=0.0).fit(X, noisy)
    assert (noisy != y)[model.noise_mask_].mean() > 0.9


def test_a_detector_with_an_estimator_of_its_own_keeps_it():
    X, _, noisy = heavy()
    detector = ConfidentLearning(ExtraTreesClassifier(20, bootstrap=True, random_state=1), cv="oob", random_state=3)
    BaggingReweightClassifier(GaussianNB(), detector=detector, random_state=0).fit(X, noisy)
    assert detector.get_params()["random_state"] == 3


def test_sets_of_labels_are_refused_with_the_remedy():
    with pytest.raises(ValueError, match="use NoisyLabelEM"):
        BaggingReweightClassifier(GaussianNB()).fit(np.zeros((4, 1)), [0, 1, {0, 1}, 2])
