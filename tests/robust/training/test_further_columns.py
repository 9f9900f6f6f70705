"""Columns that are known in training only, and the quality of labels as a column."""

import pickle
import warnings

import numpy as np
import pytest
from material import planted_problem, small_detector
from scipy import sparse
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.tree import DecisionTreeClassifier

from skclean.exceptions import PrivilegedInformationWarning
from skclean.noise import inject_noise
from skclean.robust import PrivilegedInformationClassifier, QualityConditionedClassifier
from skclean.robust.training._beside import beside

pytestmark = pytest.mark.usefixtures("few_trees")
FOREST = RandomForestClassifier(20, min_samples_leaf=3, random_state=0)


def annotated(seed=0, n_samples=400):
    """Rows of three classes; every label of the third annotator is that of the next class."""
    X, y, *_ = planted_problem(n_samples, 3, seed=seed)
    annotator = np.random.default_rng(seed).choice(["a", "b", "c"], n_samples, p=[0.35, 0.3, 0.35])
    return X, y, np.where(annotator == "c", (y + 1) % 3, y), annotator


def learner(model=FOREST, **params):
    return PrivilegedInformationClassifier(model, **{"random_state": 0, **params})


@pytest.mark.parametrize("method", ["rates", "marginalise"])
def test_the_annotator_helps(method):
    X, _, given, annotator = annotated()
    X_test, y_test, *_ = annotated(seed=5)
    tree = DecisionTreeClassifier(min_samples_leaf=2, random_state=0)
    plain = tree.fit(X, given).score(X_test, y_test)
    model = learner(method=method).fit(X, given, privileged=annotator)
    assert model.score(X_test, y_test) > plain + 0.1
    assert model.n_features_in_ == 3
    if method == "rates":
        assert model.noise_rates_[annotator == "c"].min() > model.noise_rates_[annotator == "a"].max() + 0.2
    assert set(model.predict(X)) == {0, 1, 2}
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(model)).predict(X), model.predict(X))


@pytest.mark.parametrize("method", ["rates", "marginalise"])
def test_tables_of_any_kind(method):
    pd = pytest.importorskip("pandas")
    X, y, given, annotator = annotated(n_samples=240)
    table = pd.DataFrame(X, columns=["a", "b", "c"])
    known = pd.DataFrame({"who": annotator, "seconds": np.arange(240.0)})
    model = learner(method=method, n_draws=3, n_jobs=1).fit(table, given, privileged=known)
    assert model.feature_names_in_.tolist() == ["a", "b", "c"]
    assert model.score(table, y) > 0.6
    listed = learner(method=method, n_draws=3).fit(X, given, privileged=annotator.tolist())
    assert listed.score(X, y) > 0.6
    matrix = sparse.csr_matrix(X)
    assert learner(method=method, n_draws=3).fit(matrix, given, privileged=annotator).predict(matrix).shape == (240,)


def test_without_privileged_columns_it_cleans_or_fits():
    X, y, *_ = annotated()
    given, _ = inject_noise(y, rate=0.3, random_state=0)
    assert learner(FOREST).fit(X, given).score(X, y) > 0.8
    plain = learner(GaussianNB(), method="marginalise").fit(X, given)
    np.testing.assert_allclose(plain.predict_proba(X), GaussianNB().fit(X, given).predict_proba(X))
    assert np.isnan(plain.privileged_loss_).all()


def test_columns_that_predict_the_labels_better_are_warned_of():
    X, y, given, annotator = annotated()
    with pytest.warns(PrivilegedInformationWarning, match="predict the labels better"):
        model = learner().fit(np.random.default_rng(0).normal(size=(400, 2)), y, privileged=X)
    assert model.privileged_loss_[0] < model.privileged_loss_[1]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        learner().fit(X, given, privileged=annotator)


def test_quality_is_a_column_in_training_and_the_best_in_prediction():
    X, y, *_ = annotated()
    given, _ = inject_noise(y, rate=0.3, random_state=0)
    model = QualityConditionedClassifier(FOREST, n_bins=4, detector=small_detector(), random_state=0).fit(X, given)
    assert model.bins_.min() == 0
    assert model.bins_.max() <= 3
    best = np.full((400, 1), float(model.bins_.max()))
    inner = model.estimator_.model
    np.testing.assert_array_equal(model.predict_proba(X), inner.predict_proba(np.hstack([X, best])))
    assert (given != y)[model.bins_ == 0].mean() > (given != y)[model.bins_ == model.bins_.max()].mean()
    assert model.score(X, y) > 0.8


@pytest.mark.parametrize("learn", [learner(), QualityConditionedClassifier(FOREST, detector="kdn", random_state=0)])
def test_verified_and_missing_labels_and_names(learn):
    X, _, given, _ = annotated()
    names = np.array(["x", "y", "z"], dtype=object)[given]
    names[:20] = None
    learn.fit(X, names, verified=np.arange(400) > 350, sample_weight=np.ones(400))
    assert set(learn.predict(X)) <= {"x", "y", "z"}
    if hasattr(learn, "bins_"):
        assert (learn.bins_[:20] == -1).all()


def test_the_default_models_run():
    X, _, given, annotator = annotated(n_samples=120)
    for method in ("rates", "marginalise"):
        learner(None, method=method, n_draws=2).fit(X, given, privileged=annotator).predict(X)
    QualityConditionedClassifier(n_jobs=1, random_state=0).fit(X, given).predict(X)


def test_columns_beside_any_container():
    added = np.array([[7.0], [8.0]])
    np.testing.assert_array_equal(beside([[1, 2], [3, 4]], added), [[1, 2, 7], [3, 4, 8]])
    assert beside(np.array([["a", None], ["b", 1]], dtype=object), added)[1].tolist() == ["b", 1, 8.0]
    assert beside(sparse.csr_matrix([[1, 0], [0, 1]]), added).toarray()[1].tolist() == [0, 1, 8]
    with pytest.raises(ValueError, match="Reshape your data"):
        beside(np.array([1, 2]), added)
    pl = pytest.importorskip("polars")
    assert beside(pl.DataFrame({"a": [1, 2]}), added).columns == ["a", "known in training 0"]


def test_rows_must_match():
    X, _, given, annotator = annotated()
    with pytest.raises(ValueError, match="inconsistent"):
        learner(LogisticRegression()).fit(X, given, privileged=annotator[:10])
