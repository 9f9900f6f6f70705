"""Detectors and their like: hostile tables, labels, weights, and models that return anything."""

import numpy as np
from fuzz.mutations import mutated
from fuzz.targets import Answer, Target
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.naive_bayes import GaussianNB

from skclean import NoiseRobustClassifier
from skclean.detectors import (
    KDN,
    ClassGaussian,
    ConfidentLearning,
    CrossSplit,
    DataOOB,
    DistanceRatio,
    EarlyLearning,
    InstanceHardness,
    KNNShapley,
    Memorization,
    NeighborConsistency,
    PartitionFilter,
    ReCoV,
    RelationGraph,
    SmallLoss,
)

__all__ = ["DETECTORS", "MODELS"]

N, K = 36, 3


class Hostile(ClassifierMixin, BaseEstimator):
    """Naive Bayes; `seed` says what its probabilities are instead."""

    def __init__(self, seed=None):
        self.seed = seed

    def fit(self, X, y, sample_weight=None):
        self.model_ = GaussianNB().fit(X, y, sample_weight)
        self.classes_ = self.model_.classes_
        return self

    def partial_fit(self, X, y, classes=None, sample_weight=None):
        if not hasattr(self, "model_"):
            self.model_ = GaussianNB()
        self.model_.partial_fit(X, y, classes=classes, sample_weight=sample_weight)
        self.classes_ = self.model_.classes_
        return self

    def predict(self, X):
        return self.model_.predict(X)

    def predict_proba(self, X):
        proba = self.model_.predict_proba(X)
        return proba if self.seed is None else mutated(np.random.default_rng(self.seed), proba)[0]


class Whole(Hostile):
    """The same, fitted at once."""

    @property
    def partial_fit(self):
        raise AttributeError("partial_fit")


def _detectors(model, gradual):
    return {
        "ConfidentLearning": ConfidentLearning(model, cv=2, random_state=0),
        "CrossSplit": CrossSplit(model, n_rounds=2, n_repeats=1, random_state=0),
        "DataOOB": DataOOB(model, n_draws=3, random_state=0),
        "InstanceHardness": InstanceHardness([("model", model)], cv=2, random_state=0),
        "Memorization": Memorization(model, n_draws=3, random_state=0),
        "SmallLoss": SmallLoss(model, n_draws=3, random_state=0),
        "EarlyLearning": EarlyLearning(gradual, n_epochs=3, random_state=0),
        "ReCoV": ReCoV(model, n_repeats=4, random_state=0),
        "NoiseRobustClassifier": NoiseRobustClassifier(
            GaussianNB(), detector=ConfidentLearning(model, cv=2), random_state=0
        ),
    }


OTHERS = {
    "ClassGaussian": ClassGaussian(random_state=0),
    "DistanceRatio": DistanceRatio(),
    "KDN": KDN(),
    "KNNShapley": KNNShapley(),
    "NeighborConsistency": NeighborConsistency(),
    "PartitionFilter": PartitionFilter(n_partitions=2, n_repeats=2, random_state=0),
    "RelationGraph": RelationGraph(),
}


def _table(rng):
    y = np.arange(N) % K
    X = rng.normal(size=(N, 3))
    X[:, 0] += 3 * y
    return {"X": X, "y": y, "sample_weight": rng.random(N) + 0.5}


def _fit(detector):
    def call(X, y, sample_weight=None):
        params = {} if sample_weight is None else {"sample_weight": sample_weight}
        fitted = clone(detector).fit(X, y, **params)
        answers = [
            Answer("quality", fitted.label_quality_, unit=True),
            Answer("mask", fitted.noise_mask_, unit=True),
        ]
        proba = fitted.audit_.proba
        return answers if proba is None else [*answers, Answer("proba", proba)]

    return call


def _of_model(name):
    def make(rng):
        return {"model": int(rng.integers(2**31))}

    def call(model):
        detector = _detectors(Whole(model), Hostile(model))[name]
        table = _table(np.random.default_rng(0))
        table["y"][::7] = (table["y"][::7] + 1) % K
        return _fit(detector)(table["X"], table["y"])

    return Target(f"a model in {name}", make, call, (), {"model": ("Whole", "Hostile")})


MODELS = [_of_model(name) for name in _detectors(Whole(), Hostile())]
OF_TABLE = {
    "X": ("array", "Input", "sample", "samples", "feature", "features", "estimator", "row", "column", "columns"),
    "y": ("X", "sample_weight", "Input", "class", "labels", "samples"),
    "sample_weight": ("weights", "Sample weights", "Input", "sample_weights", "samples"),
}
# What X holds is for the model of a user to refuse, and for the detectors that read it themselves.
DETECTORS = [
    *(
        Target(name, _table, _fit(detector), ("y", "sample_weight"), OF_TABLE)
        for name, detector in _detectors(Whole(), Hostile()).items()
    ),
    *(Target(name, _table, _fit(detector), ("X", "y", "sample_weight"), OF_TABLE) for name, detector in OTHERS.items()),
]
