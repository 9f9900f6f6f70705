"""Classifiers that learn codes only, and models whose fit returns nothing, work wherever a model is fitted."""

import pickle

import numpy as np
import pytest
from material import planted_problem, small_detector
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.linear_model import Ridge
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV
from sklearn.naive_bayes import GaussianNB

from skclean import NoiseRobustClassifier
from skclean.detectors import (
    BiDimensional,
    ClassPrototypes,
    ConfidentLearning,
    CrossSplit,
    DataOOB,
    FastReCoV,
    InstanceHardness,
    Memorization,
    PartitionFilter,
    ReCoV,
    SmallLoss,
    SplitModel,
    SyntheticMislabels,
)
from skclean.utils._fitting import CodedModel, fit_model

X, Y, NOISY, FLIPPED = planted_problem(120, 3, 10)
NAMES = np.array(["ash", "birch", "cedar"])


class CodesOnly(ClassifierMixin, BaseEstimator):
    """Naive Bayes that insists on the labels 0 … n_classes - 1, as XGBoost does."""

    def __init__(self, error=ValueError):
        self.error = error

    def fit(self, X, y, sample_weight=None):
        present = np.unique(y)
        if present.dtype.kind not in "iu" or not np.array_equal(present, np.arange(len(present))):
            raise self.error(f"expected the labels {np.arange(len(present))}, got {present}")
        self.model_ = GaussianNB().fit(X, y, sample_weight)
        self.classes_ = self.model_.classes_
        self.feature_importances_ = np.full(X.shape[1], 1 / X.shape[1])
        return self

    def predict(self, X):
        return self.model_.predict(X)

    def predict_proba(self, X):
        return self.model_.predict_proba(X)


class ReturnsNothing(GaussianNB):
    """Naive Bayes whose fit returns None."""

    def fit(self, X, y, sample_weight=None):
        super().fit(X, y, sample_weight)


DETECTORS = {
    "ConfidentLearning": lambda model: ConfidentLearning(model, cv=3, random_state=0),
    "InstanceHardness": lambda model: InstanceHardness([("one", model)], cv=3, random_state=0),
    "DataOOB": lambda model: DataOOB(model, n_draws=20, random_state=0),
    "Memorization": lambda model: Memorization(model, n_draws=20, random_state=0),
    "CrossSplit": lambda model: CrossSplit(model, random_state=0),
    "SmallLoss": lambda model: SmallLoss(model, n_epochs=1, random_state=0),
    "PartitionFilter": lambda model: PartitionFilter(model, n_partitions=3, n_repeats=3, random_state=0),
    "ReCoV": lambda model: ReCoV(model, n_repeats=40, engine="plain", random_state=0),
    "FastReCoV": lambda model: FastReCoV(model, n_rounds=2, n_repeats=20, engine="plain", random_state=0),
    "SyntheticMislabels": lambda model: SyntheticMislabels(model, cv=3, random_state=0),
    "SplitModel": lambda model: SplitModel(model, cv=3, random_state=0),
    "ClassPrototypes": lambda model: ClassPrototypes(model, cv=3, random_state=0),
    "BiDimensional": lambda model: BiDimensional(model, cv=3, random_state=0),
}
OTHER_LABELS = {"text": NAMES, "from one": np.arange(1, 4), "with a gap": np.array([0, 1, 5]), "truth": NAMES == "ash"}


@pytest.mark.parametrize("make", DETECTORS.values(), ids=DETECTORS)
def test_in_every_detector_they_find_what_others_find(make):
    expected = make(GaussianNB()).fit(X, NOISY)
    for model in (CodesOnly(), ReturnsNothing()):
        found = make(model).fit(X, NAMES[NOISY])
        np.testing.assert_allclose(found.label_quality_, expected.label_quality_)
        np.testing.assert_array_equal(found.suggested_labels_, NAMES[expected.suggested_labels_])


ANY_LABELS = [(labels, gate, ValueError) for labels in OTHER_LABELS for gate in (False, True)]


@pytest.mark.parametrize(("labels", "gate", "error"), [*ANY_LABELS, ("text", False, TypeError)])
def test_the_final_fit_takes_any_labels(labels, gate, error):
    labels = OTHER_LABELS[labels]
    robust = NoiseRobustClassifier(CodesOnly(error), detector=small_detector(), gate=gate, random_state=0)
    usual = clone(robust).set_params(estimator=GaussianNB()).fit(X, labels[NOISY])
    robust.fit(X, labels[NOISY])
    np.testing.assert_array_equal(robust.predict(X), usual.predict(X))
    np.testing.assert_array_equal(robust.predict_proba(X), usual.predict_proba(X))
    assert robust.score(X, labels[Y]) == usual.score(X, labels[Y])
    assert isinstance(robust.estimator_, CodesOnly)
    assert robust.feature_importances_.sum() == pytest.approx(1)
    copy = pickle.loads(pickle.dumps(robust))
    np.testing.assert_array_equal(copy.predict(X), usual.predict(X))


def test_a_search_and_weights_reach_a_model_of_codes():
    robust = NoiseRobustClassifier(CodesOnly(), detector=small_detector(), random_state=0)
    weight = np.arange(120) % 3 + 0.5
    search = GridSearchCV(robust, {"treatment": ["drop", "reweight"]}, cv=2, error_score="raise")
    search.fit(X, NAMES[NOISY], sample_weight=weight)
    assert search.score(X, NAMES[Y]) > 0.95
    assert robust.fit(X, NAMES[NOISY]).score(X, np.full(120, "oak")) == 0  # a label that it has not seen


def test_the_gate_scores_a_model_of_codes_by_any_scorer():
    robust = NoiseRobustClassifier(CodesOnly(), detector=small_detector(), gate=True, random_state=0)
    for scoring in ("neg_log_loss", "balanced_accuracy", make_scorer(accuracy_score)):
        assert np.isfinite(robust.set_params(scoring=scoring).fit(X, NAMES[NOISY]).gate_.plain_scores).all()


def test_a_model_whose_fit_returns_nothing_is_trained_and_gated():
    robust = NoiseRobustClassifier(ReturnsNothing(), detector=small_detector(), gate=True, random_state=0)
    assert robust.fit(X, NAMES[NOISY]).score(X, NAMES[Y]) > 0.95


def test_other_refusals_are_the_models_own():
    bad = np.where(np.arange(3) == 1, np.nan, X)
    for labels in (NOISY, NAMES[NOISY]):
        with pytest.raises(ValueError, match="NaN"):
            fit_model(GaussianNB(), bad, labels, {})
    with pytest.raises(ValueError, match="could not convert string"):
        fit_model(Ridge(), X, NAMES[NOISY], {})  # numbers are no codes


def test_what_a_coded_model_does_not_have_it_lacks():
    coded = fit_model(CodesOnly(), X, NAMES[NOISY], {})
    assert isinstance(coded, CodedModel)
    assert not hasattr(coded, "decision_function")
    assert coded.feature_importances_.shape == (3,)
    assert coded.classes_.tolist() == NAMES.tolist()


def test_xgboost_takes_text():
    xgboost = pytest.importorskip("xgboost")
    model = xgboost.XGBClassifier(n_estimators=5, n_jobs=1)
    robust = NoiseRobustClassifier(model, detector=small_detector(), random_state=0)
    for treatment in (None, "drop", "relabel", "reweight", "soft_labels"):
        robust.set_params(treatment=treatment).fit(X, NAMES[NOISY])
        assert robust.score(X, NAMES[Y]) > 0.9
        assert set(robust.predict(X)) <= set(NAMES)
