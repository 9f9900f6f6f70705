"""What a model returns is checked where it enters, by every detector, with one class of error that names the model."""

import pickle

import numpy as np
import pytest
from material import class_audit
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.naive_bayes import GaussianNB

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import (
    KDN,
    BiDimensional,
    ClassPrototypes,
    ConfidentLearning,
    Consensus,
    CrossSplit,
    DataOOB,
    EarlyLearning,
    InstanceHardness,
    Memorization,
    ReCoV,
    SmallLoss,
    SplitModel,
    SyntheticMislabels,
)
from skclean.exceptions import ProbabilityError

FAULTS = {
    "nan": lambda proba: np.where(np.arange(len(proba))[:, None] == 1, np.nan, proba),
    "infinite": lambda proba: np.where(np.arange(len(proba))[:, None] == 1, np.inf, proba),
    "negative": lambda proba: np.column_stack([proba[:, 0] - 2, proba[:, 1:] + 2 / (proba.shape[1] - 1)]),
    "shape": lambda proba: proba[:, :-1],
    "type": lambda proba: proba.astype(complex),
}
SCALED = {"sum": lambda proba: 3 * proba}
LENGTHS = {"longer": lambda proba: np.vstack([proba, proba]), "shorter": lambda proba: proba[1:], "flat": np.ravel}


class Faulty(ClassifierMixin, BaseEstimator):
    """Naive Bayes with a fault in its probabilities."""

    def __init__(self, fault="nan"):
        self.fault = fault

    def fit(self, X, y, sample_weight=None):
        self.model_ = GaussianNB().fit(X, y, sample_weight)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        return self.model_.predict(X)

    def predict_proba(self, X):
        return {**FAULTS, **LENGTHS, **SCALED}[self.fault](self.model_.predict_proba(X))


class FaultyInSteps(Faulty):
    """The same, learned epoch by epoch."""

    def partial_fit(self, X, y, classes=None):
        if not hasattr(self, "model_"):
            self.model_ = GaussianNB()
        self.model_.partial_fit(X, y, classes=classes)
        self.classes_ = self.model_.classes_
        return self


DETECTORS = {
    "InstanceHardness": lambda model: InstanceHardness([("model", model)], cv=2),
    "ConfidentLearning": lambda model: ConfidentLearning(model, cv=2),
    "BiDimensional": lambda model: BiDimensional(model, cv=2),
    "ClassPrototypes": lambda model: ClassPrototypes(model, cv=2),
    "SplitModel": lambda model: SplitModel(model, cv=2),
    "SyntheticMislabels": lambda model: SyntheticMislabels(model, cv=2),
    "DataOOB": lambda model: DataOOB(model, n_draws=2),
    "Memorization": lambda model: Memorization(model, n_draws=2),
    "SmallLoss": lambda model: SmallLoss(model, n_draws=2),
    "CrossSplit": lambda model: CrossSplit(model, n_rounds=2, n_repeats=1),
    "EarlyLearning": lambda model: EarlyLearning(FaultyInSteps(model.fault), n_epochs=2),
    "ReCoV": lambda model: ReCoV(model, n_repeats=30),  # of the model that suggests other labels
    "Consensus": lambda model: Consensus([KDN(), ConfidentLearning(model, cv=2)], n_injections=1),
    "LabelCleaner": lambda model: LabelCleaner(model, detector=ConfidentLearning(cv=2)),
}
every_detector = pytest.mark.parametrize("make", DETECTORS.values(), ids=DETECTORS)


@every_detector
@pytest.mark.parametrize("fault", FAULTS)
def test_the_fault_of_a_model_is_told(make, fault, planted):
    with pytest.raises(ProbabilityError, match="Faulty") as error:
        make(Faulty(fault)).fit(planted.X, planted.noisy)
    assert error.value.problem == fault
    assert isinstance(error.value, ValueError)
    if error.value.row is not None:
        assert 0 <= error.value.row < len(planted.noisy)


@pytest.mark.parametrize("name", ["ConfidentLearning", "DataOOB", "SmallLoss", "CrossSplit"])
def test_rows_that_do_not_sum_to_1_are_divided_by_their_sum(name, planted):
    detectors = [DETECTORS[name](model).set_params(random_state=0) for model in (Faulty("sum"), GaussianNB())]
    scaled, plain = (detector.fit(planted.X, planted.noisy).label_quality_ for detector in detectors)
    np.testing.assert_allclose(scaled, plain)


@every_detector
@pytest.mark.parametrize("fault", LENGTHS)
def test_answers_of_another_length_are_told(make, fault, planted):
    with pytest.raises(ValueError, match="Faulty"):
        make(Faulty(fault)).fit(planted.X, planted.noisy)


def test_the_row_is_that_of_the_caller(planted):
    X = np.column_stack([planted.X, np.arange(150)])

    class OneRow(Faulty):
        def predict_proba(self, X):
            proba = self.model_.predict_proba(X)
            proba[X[:, -1] == 77] = np.nan
            return proba

    for detector in (ConfidentLearning(OneRow(), cv=3), Memorization(OneRow(), n_draws=2)):
        with pytest.raises(ProbabilityError, match="predict_proba of OneRow: row 77 contains NaN") as error:
            detector.fit(X, planted.noisy)
        assert (error.value.row, error.value.problem) == (77, "nan")


def test_a_row_of_zeros_is_no_opinion(planted):
    class Silent(Faulty):
        def predict_proba(self, X):
            proba = self.model_.predict_proba(X)
            proba[::7] = 0
            return proba

    quality = ConfidentLearning(Silent(), cv=2).fit(planted.X, planted.noisy).label_quality_
    assert ((quality >= 0) & (quality <= 1)).all()


def test_labels_of_another_length_are_told(planted):
    class Short(GaussianNB):
        def predict(self, X):
            return super().predict(X)[1:]

        def __getattribute__(self, name):
            if name == "predict_proba":
                raise AttributeError(name)
            return super().__getattribute__(name)

    with pytest.raises(ValueError, match="predict of Short has the shape .* one label per row"):
        DataOOB(Short(), n_draws=2).fit(planted.X, planted.noisy)


def test_a_class_has_one_column(planted):
    class Doubled(Faulty):
        def fit(self, X, y):
            super().fit(X, y)
            self.classes_ = np.array([0, 0, 1])
            return self

        def predict_proba(self, X):
            return self.model_.predict_proba(X)

    with pytest.raises(ValueError, match="lists a class more than once"):
        ConfidentLearning(Doubled(), cv=2).fit(planted.X, planted.noisy)


@pytest.mark.parametrize("fault", FAULTS)
def test_an_audit_holds_probabilities_only(fault):
    good = np.full((6, 3), 1 / 3)
    codes = np.arange(6, dtype=np.int32) % 3
    bad = good[:4] if fault == "shape" else FAULTS[fault](good)
    with pytest.raises(ProbabilityError, match="proba of the audit"):
        class_audit(codes, np.arange(3), bad, np.ones(6), codes)


def test_a_member_with_bad_qualities_is_named(planted):
    class Odd(KDN):
        def fit(self, X, y, **params):
            super().fit(X, y, **params)
            self.label_quality_ = np.full(len(y), np.nan)
            return self

    with pytest.raises(ValueError, match=r"the member 'odd' must give one label_quality_ in \[0, 1\]"):
        Consensus([("odd", Odd()), ("kdn", KDN())], weights="equal").fit(planted.X, planted.noisy)


def test_a_gate_is_told_of_short_predictions(planted):
    class Short(GaussianNB):
        def predict(self, X):
            return super().predict(X)[1:]

    clf = NoiseRobustClassifier(Short(), detector=ConfidentLearning(GaussianNB(), cv=2), gate=True, random_state=0)
    with pytest.raises(ValueError, match="predict of Short|inconsistent"):
        clf.fit(planted.X, planted.noisy)


def test_the_error_survives_workers():
    error = pickle.loads(pickle.dumps(ProbabilityError("told", 3, "nan")))
    assert (str(error), error.row, error.problem) == ("told", 3, "nan")
    assert clone(Faulty("sum")).fault == "sum"
