"""Objectives in the libraries that they are made for, where these are installed."""

import pickle
import warnings

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.metrics import log_loss
from sklearn.model_selection import cross_val_score

from skclean.losses import ForwardCorrected, GeneralizedCrossEntropy, SoftBootstrap, SymmetricCrossEntropy
from skclean.noise import inject_noise

OBJECTIVES = {
    "gce": GeneralizedCrossEntropy(),
    "symmetric": SymmetricCrossEntropy(),
    "bootstrap": SoftBootstrap(),
}
every_objective = pytest.mark.parametrize("objective", OBJECTIVES.values(), ids=OBJECTIVES)
every_table = pytest.mark.parametrize("load", [load_breast_cancer, load_iris])


@pytest.fixture(scope="module")
def xgboost():
    return pytest.importorskip("xgboost")


@pytest.fixture(scope="module")
def lightgbm():
    return pytest.importorskip("lightgbm")


@pytest.fixture(scope="module")
def catboost():
    return pytest.importorskip("catboost")


@every_table
@every_objective
def test_xgboost_learns(load, objective, xgboost):
    X, y = load(return_X_y=True)
    model = xgboost.XGBClassifier(n_estimators=20, objective=objective, n_jobs=1)
    model.fit(X, y, sample_weight=np.ones(len(y)))
    assert model.score(X, y) > 0.95
    np.testing.assert_allclose(model.predict_proba(X), objective.proba(model.predict(X, output_margin=True)), atol=1e-5)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(X), model.predict(X))
    np.testing.assert_array_equal(clone(model).fit(X, y).predict(X), model.predict(X))


@every_table
def test_xgboost_with_the_identity_fits_as_with_its_own_objective(load, xgboost):
    X, y = load(return_X_y=True)
    n_classes = len(set(y))
    options = {"n_estimators": 10, "base_score": 0.5, "n_jobs": 1}
    own = xgboost.XGBClassifier(**options).fit(X, y).predict_proba(X)
    ours = xgboost.XGBClassifier(objective=ForwardCorrected(np.eye(n_classes)), **options).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(ours, own, atol=1e-4)


@every_table
def test_the_native_interface_of_xgboost(load, xgboost):
    X, y = load(return_X_y=True)
    objective = ForwardCorrected(np.eye(len(set(y))))
    data = xgboost.DMatrix(X, y, weight=np.ones(len(y)))
    options = {"base_score": 0.0, "nthread": 1} | ({"num_class": len(set(y))} if len(set(y)) > 2 else {})
    raw = xgboost.train(options, data, 20, obj=objective).predict(data, output_margin=True)
    assert log_loss(y, objective.proba(raw)) < 0.1


@every_table
@every_objective
def test_lightgbm_learns(load, objective, lightgbm):
    X, y = load(return_X_y=True)
    names = np.array(["a", "b", "c"])[y]
    model = lightgbm.LGBMClassifier(n_estimators=30, objective=objective, n_jobs=1, verbose=-1)
    model.fit(X, names, sample_weight=np.ones(len(y)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that scores are raw
        raw = pickle.loads(pickle.dumps(model)).predict_proba(X)
    labels = model.classes_[objective.proba(raw).argmax(axis=1)]
    assert (labels == names).mean() > 0.95


@every_table
def test_the_native_interface_of_lightgbm(load, lightgbm):
    X, y = load(return_X_y=True)
    objective = ForwardCorrected(np.eye(len(set(y))))
    options = {"objective": objective, "verbose": -1, "num_threads": 1}
    options |= {"num_class": len(set(y))} if len(set(y)) > 2 else {}
    raw = lightgbm.train(options, lightgbm.Dataset(X, y), 30).predict(X)
    assert log_loss(y, objective.proba(raw)) < 0.15


@every_table
@pytest.mark.parametrize("name", [*OBJECTIVES, "forward"])
@pytest.mark.filterwarnings("ignore:Failed to import numba")
def test_catboost_learns(load, name, catboost):
    X, y = load(return_X_y=True)
    objective = OBJECTIVES.get(name, ForwardCorrected(np.eye(len(set(y)))))
    metric = "Logloss" if len(set(y)) == 2 else "MultiClass"
    options = {"iterations": 15, "learning_rate": 0.3, "verbose": 0, "allow_writing_files": False, "thread_count": 1}
    model = catboost.CatBoostClassifier(loss_function=objective, eval_metric=metric, **options)
    model.fit(X, y, sample_weight=np.ones(len(y)))
    assert (model.predict(X).ravel() == y).mean() > 0.95
    raw = model.predict(X, prediction_type="RawFormulaVal")
    np.testing.assert_allclose(model.predict_proba(X), objective.proba(raw), atol=1e-6)


def test_forward_correction_helps_boosting_under_one_sided_noise(xgboost):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(1500, 5))
    y = (X[:, 0] + X[:, 1] + 0.2 * rng.normal(size=1500) > 0).astype(int)
    matrix = np.array([[1.0, 0.0], [0.4, 0.6]])
    noisy, _ = inject_noise(y[:1000], kind="matrix", transition_matrix=matrix, random_state=0)
    options = {"n_estimators": 40, "max_depth": 3, "n_jobs": 1}
    plain = xgboost.XGBClassifier(**options).fit(X[:1000], noisy).score(X[1000:], y[1000:])
    model = xgboost.XGBClassifier(objective=ForwardCorrected(matrix), **options)
    assert model.fit(X[:1000], noisy).score(X[1000:], y[1000:]) > plain + 0.02
    assert cross_val_score(model, X[:1000], noisy, cv=2).min() > 0.5
