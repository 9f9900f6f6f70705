"""Sets of classes hold the true class as often as asked, where the labels they are calibrated on are noisy."""

import pickle

import numpy as np
import pytest
import sklearn
from material import Log, Recorder
from sklearn.base import clone
from sklearn.datasets import make_classification
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier

from skclean.noise import inject_noise
from skclean.robust import NoiseAwareConformalClassifier
from skclean.robust.decisions._conformity import SCORES, fit_distribution

N = 2_000
UNIFORM = np.full((3, 3), 0.1) + 0.7 * np.eye(3)
PAIRS = np.array([[0.7, 0.3, 0.0], [0.0, 0.95, 0.05], [0.2, 0.0, 0.8]])


def problem(seed, T=UNIFORM):
    X, y = make_classification(
        2 * N, 6, n_informative=5, n_redundant=0, n_classes=3, class_sep=0.9, flip_y=0, random_state=seed
    )
    given, _ = inject_noise(y, kind="matrix", transition_matrix=T, random_state=seed)
    return X[:N], given[:N], y[:N], X[N:], y[N:]


def coverage(sets, y):
    return sets[np.arange(len(y)), y].mean()


@pytest.mark.parametrize("T", [UNIFORM, PAIRS], ids=["uniform", "pairs"])
@pytest.mark.parametrize("conformity", SCORES)
@pytest.mark.parametrize("calibration", ["cross", "split"])
def test_sets_cover_the_true_class_as_asked(calibration, conformity, T):
    """The mean over 8 tables. The coverage of one table has a standard error of at most 0.03: 600 calibration rows, an
    inverse with rows of length 1.8 at most, 2,000 test rows. So 4 standard errors of the mean are 0.042.
    """
    found = []
    for seed in range(8):
        X, given, _, X_test, y_test = problem(seed, T)
        model = NoiseAwareConformalClassifier(
            LogisticRegression(), transition_matrix=T, conformity=conformity, calibration=calibration, random_state=0
        )
        found.append(coverage(model.fit(X, given).predict_set(X_test), y_test))
    assert np.mean(found) == pytest.approx(0.9, abs=0.042)


@pytest.mark.parametrize("transition_matrix", [PAIRS, "estimate"], ids=["given", "estimate"])
def test_sets_are_smaller_than_those_of_plain_conformal_prediction(transition_matrix):
    X, given, _, X_test, y_test = problem(0, PAIRS)
    sets = [
        NoiseAwareConformalClassifier(LogisticRegression(), transition_matrix=matrix, random_state=0)
        .fit(X, given)
        .predict_set(X_test)
        for matrix in (transition_matrix, None)
    ]
    assert sets[0].sum() < 0.95 * sets[1].sum()
    assert coverage(sets[0], y_test) > 0.87


@pytest.mark.parametrize("conformity", SCORES)
def test_without_noise_the_threshold_is_the_quantile_of_the_scores(conformity):
    X, _, y, X_test, y_test = problem(1)
    model = NoiseAwareConformalClassifier(
        LogisticRegression(), transition_matrix=None, conformity=conformity, calibration="split", random_state=0
    ).fit(X, y)
    scores = SCORES[conformity](model.estimator_.predict_proba(X_test))
    own = SCORES[conformity](model.predict_proba(X_test))
    p, values = model.predict_p(X_test), model.distribution_
    np.testing.assert_array_equal(scores, own)
    np.testing.assert_array_equal(model.predict_set(X_test), p > 0.1)
    order = np.argsort(scores.ravel())
    assert (np.diff(p.ravel()[order]) <= 0).all() and p.min() > 0 and p.max() <= 1
    assert (np.diff(values.below) >= 0).all() and values.below[-1] == pytest.approx(1)
    # the p-value of the true class is uniform on new rows
    assert np.mean(p[np.arange(len(y_test)), y_test] <= 0.3) == pytest.approx(0.3, abs=0.06)


def test_distribution_equals_the_plain_one():
    rng = np.random.RandomState(0)
    scores, codes = rng.rand(50, 3).round(1), rng.randint(3, size=50)
    found = fit_distribution(scores, np.eye(3)[codes])
    own = scores[np.arange(50), codes]
    for value, below in zip(found.values, found.below, strict=True):
        assert below == pytest.approx((own <= value).mean())
    by_hand = [[(1 + (own >= score).sum()) / 51 for score in row] for row in scores]
    assert found.p_values(scores) == pytest.approx(np.array(by_hand))


def test_guarantee_widens_by_the_margin_of_the_paper():
    X, given, _, X_test, _ = problem(2)
    plain = NoiseAwareConformalClassifier(LogisticRegression(), transition_matrix=UNIFORM, random_state=0).fit(X, given)
    safe = clone(plain).set_params(guarantee=True).fit(X, given)
    width = np.abs(np.linalg.inv(UNIFORM)).sum(axis=1).max()
    assert safe.margin_ == pytest.approx(width * np.sqrt(np.log(20) / (2 * N))) and plain.margin_ == 0
    assert (plain.predict_set(X_test) <= safe.predict_set(X_test)).all()
    np.testing.assert_array_equal(safe.predict_set(X_test), plain.predict_set(X_test, confidence=0.9 + safe.margin_))
    with pytest.raises(ValueError, match="guarantee=True needs a transition_matrix"):
        NoiseAwareConformalClassifier(guarantee=True).fit(X, given)


def test_verified_rows_count_as_they_are():
    X, _, y, X_test, _ = problem(3)
    every = np.ones(N, dtype=bool)
    model = NoiseAwareConformalClassifier(LogisticRegression(), transition_matrix=UNIFORM, random_state=0)
    checked = clone(model).fit(X, y, verified=every)
    plain = clone(model).set_params(transition_matrix=None).fit(X, y)
    between = clone(model).fit(X, y, verified=np.full(N, 0.5)).predict_set(X_test)
    assert clone(model).fit(X, y).predict_set(X_test).sum() < between.sum() < plain.predict_set(X_test).sum()
    np.testing.assert_array_equal(checked.predict_set(X_test), plain.predict_set(X_test))


def test_labels_of_any_type_with_missing_ones():
    X, given, _, X_test, _ = problem(4)
    names = np.array(["low", "mid", "top"], dtype=object)
    y = names[given]
    y[:100] = None
    model = NoiseAwareConformalClassifier(GaussianNB(), transition_matrix=UNIFORM, cv=3, random_state=0)
    sets = model.fit(X, y).predict_set(X_test)
    again = clone(model).fit(X[100:], given[100:])
    np.testing.assert_array_equal(sets, again.predict_set(X_test))
    np.testing.assert_array_equal(model.predict(X_test), names[again.predict(X_test)])
    assert model.classes_.tolist() == names.tolist()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict_set(X_test), sets)


def test_a_row_has_the_same_set_in_any_batch():
    X, given, _, X_test, _ = problem(5)
    model = NoiseAwareConformalClassifier(
        GaussianNB(), conformity="aps", transition_matrix=UNIFORM, random_state=0, n_jobs=1
    ).fit(X, given)
    whole = model.predict_p(X_test[:50])
    assert whole == pytest.approx(np.vstack([model.predict_p(X_test[row : row + 1]) for row in range(50)]))


@pytest.mark.usefixtures("few_trees")
def test_the_default_model():
    X, given, _, X_test, y_test = problem(6)
    model = NoiseAwareConformalClassifier(cv=2, confidence=0.8, random_state=0).fit(X[:400], given[:400])
    assert coverage(model.predict_set(X_test), y_test) > 0.65
    assert model.transition_matrix_.shape == (3, 3)


def test_rows_that_are_no_table_are_estimated_by_the_model_itself():
    X, given, _, X_test, y_test = problem(7)
    model = NoiseAwareConformalClassifier(KNeighborsClassifier(30), random_state=0)
    found = model.fit(X.reshape(N, 3, 2)[:, :, 0], given).predict_set(X_test.reshape(N, 3, 2)[:, :, 0])
    assert coverage(found, y_test) > 0.75


@pytest.mark.parametrize("routing", [False, True])
def test_fit_parameters_follow_the_rows(routing):
    X, given, *_ = problem(8)
    X = np.column_stack([np.arange(N), X])
    log, weight = Log(), np.arange(N) + 1.0
    with sklearn.config_context(enable_metadata_routing=routing):
        recorder = Recorder(log).set_fit_request(sample_weight=True, tag=True) if routing else Recorder(log)
        model = NoiseAwareConformalClassifier(
            recorder, calibration="split", test_size=0.25, transition_matrix=UNIFORM, random_state=0
        )
        model.fit(X, given, sample_weight=weight, tag=weight, verified=weight < 10)
    (call,) = log
    rows = call["X"][:, 0].astype(int)
    assert len(rows) == 0.75 * N
    np.testing.assert_array_equal(call["sample_weight"], weight[rows])
    np.testing.assert_array_equal(call["tag"], weight[rows])


def test_what_cannot_work_is_refused():
    X, given, *_ = problem(9)
    make = NoiseAwareConformalClassifier
    with pytest.raises(ValueError, match="transition_matrix must be of shape"):
        make(GaussianNB(), transition_matrix=np.eye(2)).fit(X, given)
    with pytest.raises(ValueError, match="y has one class only"):
        make(GaussianNB()).fit(X, np.zeros(N))
    with pytest.raises(ValueError, match="takes no sample_weight"):
        make(KNeighborsClassifier()).fit(X, given, sample_weight=np.ones(N))
    with pytest.raises(ValueError, match="confidence must be in"):
        make(GaussianNB(), transition_matrix=UNIFORM).fit(X, given).predict_set(X, confidence=1.0)
    with pytest.raises(ValueError, match="'conformity' parameter"):
        make(conformity="raps").fit(X, given)
    with pytest.raises((ValueError, TypeError), match="estimator"):
        make(Ridge()).fit(X, given)
    rare = given.copy()
    rare[:] = given % 2
    rare[0] = 2
    with pytest.raises(ValueError, match="left no row of class 2"):
        for seed in range(20):
            make(GaussianNB(), calibration="split", transition_matrix=None, random_state=seed).fit(X, rare)
