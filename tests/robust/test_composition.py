"""The robust classifier sits wherever a classifier sits."""

import numpy as np
import pandas as pd
import pytest
from material import planted_problem, small_detector, small_forest
from sklearn.base import clone, is_classifier
from sklearn.calibration import CalibratedClassifierCV
from sklearn.decomposition import PCA
from sklearn.ensemble import BaggingClassifier, StackingClassifier, VotingClassifier
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.metaestimators import available_if

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import ConfidentLearning, CrossSplit, DataOOB, Memorization, PartitionFilter, SmallLoss
from skclean.treatments import Relabel

X, Y, NOISY, _ = planted_problem(120, 3, 12)


def robust(model=None, **params):
    return NoiseRobustClassifier(model or GaussianNB(), detector=small_detector(), **params)


COMPOSITIONS = {
    "pipeline": lambda: make_pipeline(StandardScaler(), robust()),
    "calibrated": lambda: CalibratedClassifierCV(robust(), cv=2),
    "calibrated decision": lambda: CalibratedClassifierCV(robust(LinearSVC()), cv=2),
    "vote": lambda: VotingClassifier([("a", robust()), ("b", GaussianNB())], voting="soft"),
    "stack": lambda: StackingClassifier([("a", robust()), ("b", GaussianNB())], cv=2),
    "one against the rest": lambda: OneVsRestClassifier(robust()),
    "bagging": lambda: BaggingClassifier(robust(), n_estimators=2, random_state=0),
    "within itself": lambda: robust(robust()),
    "around a pipeline": lambda: robust(make_pipeline(StandardScaler(), PCA(), GaussianNB())),
    "around a search": lambda: robust(GridSearchCV(GaussianNB(), {"var_smoothing": [1e-9, 1e-3]}, cv=2)),
}


@pytest.mark.parametrize("make", COMPOSITIONS.values(), ids=COMPOSITIONS)
@pytest.mark.parametrize("names", [np.arange(3), np.array(["x", "y", "z"])], ids=["numbers", "strings"])
def test_it_works_inside_and_around(make, names):
    model = clone(make()).fit(X, names[NOISY])
    assert model.score(X, names[Y]) > 0.95
    assert model.predict(X).dtype == names.dtype


def test_a_search_reaches_treatment_detector_and_model_by_name():
    pipe = make_pipeline(StandardScaler(), robust(LogisticRegression()))
    grid = {
        "noiserobustclassifier__treatment": ["drop", "relabel", "reweight", "soft_labels", Relabel(0.9)],
        "noiserobustclassifier__estimator__C": [0.1, 1],
        "noiserobustclassifier__detector__rule": ["argmax_disagreement"],
    }
    search = GridSearchCV(pipe, grid, cv=2, error_score="raise").fit(X, NOISY)
    assert search.best_params_["noiserobustclassifier__estimator__C"] == search.best_estimator_[-1].estimator_.C
    assert search.score(X, Y) > 0.95


def test_splits_around_it_are_stratified():
    order = np.argsort(NOISY, kind="stable")  # plain folds would leave whole classes out
    assert is_classifier(robust())
    scores = cross_validate(robust(), X[order], NOISY[order], cv=3, scoring=["accuracy", "neg_log_loss"])
    assert scores["test_accuracy"].min() > 0.7


@pytest.mark.parametrize("treatment", ["drop", "relabel"])
def test_imbalanced_learns_pipeline_cleans_training_folds_only(treatment):
    pipeline = pytest.importorskip("imblearn.pipeline")
    pipe = pipeline.make_pipeline(StandardScaler(), LabelCleaner(detector=small_detector()), GaussianNB())
    grid = {
        "labelcleaner__treatment": [treatment],
        "labelcleaner__detector__rule": ["argmax_disagreement", "prune_by_class"],
    }
    search = GridSearchCV(pipe, grid, cv=3, error_score="raise").fit(X, NOISY)
    assert search.score(X, Y) > 0.95
    assert len(search.predict(X)) == len(X)
    assert len(search.best_estimator_.named_steps["labelcleaner"].noise_mask_) == len(X)


@pytest.mark.parametrize(
    ("module", "name", "params"),
    [
        ("xgboost", "XGBClassifier", {"n_estimators": 5, "n_jobs": 1}),
        ("lightgbm", "LGBMClassifier", {"n_estimators": 5, "n_jobs": 1, "verbose": -1}),
    ],
)
@pytest.mark.parametrize("treatment", ["drop", "reweight", "soft_labels"])
def test_boosting_libraries_are_wrapped(module, name, params, treatment):
    library = pytest.importorskip(module)
    model = getattr(library, name)(**params)
    frame = pd.DataFrame(X.copy(), columns=["a", "b", "c"])
    frame.loc[::11, "a"] = np.nan
    clf = robust(model, treatment=treatment).fit(frame, NOISY)
    assert clf.score(frame, Y) > 0.9
    np.testing.assert_allclose(clf.predict_proba(frame).sum(axis=1), 1, atol=1e-5)


class Limited(GaussianNB):
    """Has predict_proba only when told."""

    def __init__(self, proba=True):
        super().__init__()
        self.proba = proba

    @available_if(lambda self: self.proba)
    def predict_proba(self, X):
        return super().predict_proba(X)


@pytest.mark.parametrize(
    ("model", "has"),
    [
        (LinearSVC(), {"decision_function"}),
        (GaussianNB(), {"predict_proba", "predict_log_proba"}),
        (LogisticRegression(), {"decision_function", "predict_proba", "predict_log_proba"}),
        (Limited(False), {"predict_log_proba"}),
        (make_pipeline(StandardScaler(), LinearSVC()), {"decision_function"}),
    ],
    ids=lambda value: type(value).__name__,
)
def test_methods_follow_the_wrapped_model(model, has):
    fitted = robust(model).fit(X, NOISY)
    for clf in (robust(model), fitted):
        for method in ("decision_function", "predict_proba", "predict_log_proba"):
            assert hasattr(clf, method) == (method in has), method
    for method in has - {"predict_log_proba"}:
        expected = getattr(fitted.estimator_, method)(X)
        np.testing.assert_array_equal(getattr(fitted, method)(X), expected)


def test_the_diagram_shows_the_parts():
    for clf in (robust(), robust().fit(X, NOISY)):
        html = clf._repr_html_()
        assert "GaussianNB" in html
        assert "ConfidentLearning" in html


def test_names_of_features_pass_through():
    frame = pd.DataFrame(X, columns=["a", "b", "c"])
    clf = robust().fit(frame, NOISY)
    assert clf.feature_names_in_.tolist() == ["a", "b", "c"]
    assert clf.n_features_in_ == 3
    with pytest.raises(ValueError, match="feature names"):
        clf.predict(frame[["c", "b", "a"]])
    assert not hasattr(robust(), "n_features_in_")


def test_a_fitted_model_may_be_frozen_as_the_judge():
    frozen = FrozenEstimator(small_forest().fit(X, Y))
    clf = NoiseRobustClassifier(GaussianNB(), detector=small_detector().set_params(estimator=frozen, cv=2))
    clf.fit(X, NOISY)
    assert clf.noise_mask_[NOISY != Y].all()
    assert not clf.noise_mask_[NOISY == Y].any()


def test_a_search_scores_with_the_weights_it_was_given():
    weight = np.arange(len(Y)) % 3 + 0.5
    options = {"param_grid": {}, "cv": 3, "error_score": "raise"}
    search = GridSearchCV(robust(), **options).fit(X, NOISY, sample_weight=weight)
    explicit = GridSearchCV(robust(), scoring="accuracy", **options).fit(X, NOISY, sample_weight=weight)
    assert search.best_score_ == explicit.best_score_
    clf = search.best_estimator_
    assert clf.score(X, NOISY, weight) == np.average(clf.predict(X) == NOISY, weights=weight)


def test_a_stacking_classifier_without_a_last_model_judges_and_learns():
    stack = StackingClassifier([("bayes", GaussianNB()), ("linear", LogisticRegression())], cv=2)
    clf = NoiseRobustClassifier(stack, detector=ConfidentLearning(stack, cv=2), treatment="reweight").fit(X, Y)
    assert clf.predict_proba(X).shape == (len(X), 3)


@pytest.mark.parametrize("detector", [CrossSplit, DataOOB, Memorization, PartitionFilter, SmallLoss])
def test_it_judges_in_every_detector_that_takes_a_model(detector):
    stack = StackingClassifier([("bayes", GaussianNB())], final_estimator=GaussianNB(), cv=2)
    known, few = detector().get_params(), {"n_estimators": 3, "n_draws": 20, "n_partitions": 3, "n_repeats": 2}
    small = {name: value for name, value in few.items() if name in known}
    assert detector(stack, random_state=0, **small).fit(X[::2], NOISY[::2]).noise_mask_.shape == (60,)


def test_what_predicts_nothing_is_refused():
    for cleaner in (NoiseRobustClassifier(StandardScaler()), LabelCleaner(StandardScaler())):
        with pytest.raises(ValueError, match="'estimator' parameter .* 'fit' and 'predict'"):
            cleaner.fit(X, Y)


def test_models_that_learn_no_other_labels_than_codes_judge_any():
    xgboost = pytest.importorskip("xgboost")
    judge = xgboost.XGBClassifier(n_estimators=3, random_state=0)
    by_code = ConfidentLearning(judge, cv=3, random_state=0).fit(X, Y)
    by_name = ConfidentLearning(judge, cv=3, random_state=0).fit(X, np.array(["a", "b", "c"])[Y])
    np.testing.assert_array_equal(by_name.label_quality_, by_code.label_quality_)
    alone = np.where(Y == 1, 2, Y)
    alone[5] = 1  # the fold that judges this row has no class 1 to train on
    assert not ConfidentLearning(judge, cv=3, random_state=0).fit(X, alone).noise_mask_[5]


@pytest.mark.parametrize("container", [np.array, pd.Series])
def test_trusted_classes_may_be_any_array(container):
    model = NoiseRobustClassifier(GaussianNB(), trusted_classes=container([0, 1]), random_state=0).fit(X, NOISY)
    assert set(NOISY[model.noise_mask_]) == {2}
