"""Parts of somebody else, written with public names alone: two detectors, rules, treatments and a kind of noise."""

from dataclasses import dataclass

import numpy as np
from sklearn.neighbors import NearestNeighbors

from skclean.base import BaseRule, BaseTreatment, ClassProba, Selection, Trials
from skclean.detectors import DetectorTemplate, Findings
from skclean.noise import NoiseKind
from skclean.preprocessing import as_points

__all__ = [
    "CloseRows",
    "KeepSure",
    "LargeValues",
    "LowerWeight",
    "NearVotes",
    "NearestDistance",
    "QualityAlone",
    "UnlikelyLabel",
]


@dataclass(frozen=True, eq=False)
class NearestDistance:
    """Evidence of their own kind."""

    distance: np.ndarray

    what = "distances to the nearest row"
    remedy = "use NearVotes"


class NearVotes(DetectorTemplate):
    """Labels of the nearest rows, counted: out-of-sample probabilities, and a record of their own."""

    alias = "near_votes"
    gives = (ClassProba, NearestDistance)
    n_searches = 0

    def __init__(self, n_neighbors=10, rule=None):
        self.n_neighbors = n_neighbors
        self.rule = rule

    def _find(self, given, progress):
        type(self).n_searches += 1
        codes, model = given.labels.codes, NearestNeighbors(n_neighbors=self.n_neighbors).fit(as_points(given.X))
        distance, near = model.kneighbors()
        votes = 1 + (codes[near][:, :, None] == np.arange(given.labels.n_strata)).sum(axis=1)
        proba = votes / votes.sum(axis=1, keepdims=True)
        return Findings(proba[np.arange(len(codes)), codes], proba, evidence=(NearestDistance(distance[:, 0]),))


class QualityAlone(NearVotes):
    """The same without probabilities."""

    alias = "quality_alone"
    gives = (Trials,)

    def _find(self, given, progress):
        return Findings(super()._find(given, progress).quality)


class UnlikelyLabel(BaseRule):
    alias = "unlikely_label"
    needs = (ClassProba,)

    def __init__(self, label=None, ratio=0.5):
        self.label = label
        self.ratio = ratio

    def check_target(self, target):
        if self.label is not None and self.label not in target.classes:
            raise ValueError(f"label={self.label!r} is not among the classes {target.classes.tolist()}.")

    def _flag(self, audit):
        proba = audit[ClassProba].proba
        found = proba[np.arange(len(proba)), audit.codes] < self.ratio * proba.max(axis=1)
        return found if self.label is None else found & (audit.classes[audit.codes] == self.label)


class CloseRows(BaseRule):
    """Needs evidence that no detector of skclean has; takes probabilities where there are some."""

    needs = (NearestDistance,)

    def _flag(self, audit):
        doubt = audit.quality if audit.get(ClassProba) is None else audit.scores("normalized_margin")
        return (audit[NearestDistance].distance < np.inf) & (doubt < 0.3)


class LowerWeight(BaseTreatment):
    alias = "lower_weight"
    returns_weights = True

    def __init__(self, weight=0.3):
        self.weight = weight

    def _select(self, audit, mask):
        rows = np.flatnonzero(~audit.unlabelled)
        return Selection(rows, audit.codes[rows], np.where(mask[rows], self.weight, 1.0), reason="weights are lower")


class KeepSure(BaseTreatment):
    """Train on rows with a likely label; it returns no weights."""

    needs = (ClassProba,)

    def _select(self, audit, mask):
        rows = np.flatnonzero(~audit.unlabelled & ~mask & (audit.quality > 0.4))
        return Selection(rows, audit.codes[rows])


class LargeValues(NoiseKind):
    alias = "large_values"
    needs_X = True

    def __init__(self, column=0):
        self.column = column

    def flip(self, problem, rng):
        rows = np.argsort(-problem.X[:, self.column], kind="stable")[: round(problem.rate * len(problem.codes))]
        codes = problem.codes.copy()
        codes[rows] = (codes[rows] + rng.randint(1, problem.n_classes, size=len(rows))) % problem.n_classes
        return codes
