"""Base of the detectors that watch a model learn."""

from numbers import Integral

import numpy as np
from sklearn.base import MetaEstimatorMixin

from skclean.base import BaseRule
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import default_staged_model, staged_scores
from skclean.utils._compat import HasMethods, Interval
from skclean.utils._typing import Estimator, RandomState

__all__ = ["DynamicsDetector", "margins_of"]


class DynamicsDetector(MetaEstimatorMixin, DetectorTemplate):
    """Judges labels by what a model says of its training rows step by step.

    Subclasses write ``_follow(stages, codes)``, which reads the steps once, each an ndarray of shape
    (n_labelled, n_classes) that it may not change, and returns the quality of the labelled rows.
    """

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit"]), None],
        "n_epochs": [Interval(Integral, 1, None, closed="left")],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        n_epochs: int = 50,
        rule: BaseRule | str | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.n_epochs = n_epochs
        self.rule = rule
        self.random_state = random_state

    def _model(self, X=None, labels=None):
        if self.estimator is not None:
            return self.estimator
        return default_staged_model(np.empty((1, 1)) if X is None else X)

    def _find(self, given, progress):
        """Quality by the steps; the rival is the class that has the highest mean score besides the given one."""
        codes = given.labels.codes[given.labelled]
        stages = Summed(
            staged_scores(
                given.estimator,
                given.X,
                given.labels,
                n_epochs=self.n_epochs,
                fit_params=given.fit_params,
                random_state=self.random_state,
            ),
            progress,
        )
        quality = np.ones(len(given.labels.codes))
        quality[given.labelled] = self._follow(stages, codes)
        rival = given.labels.codes.copy()
        rival[given.labelled] = _without_given(stages.total, codes).argmax(axis=1)
        return Findings(quality, rival=rival)


class Summed:
    """The steps, and when they are through, their sum."""

    def __init__(self, stages, progress):
        self.stages = stages
        self.progress = progress
        self.total = 0.0

    def __iter__(self):
        for scores in self.stages:
            with self.progress.task("step"):
                self.total = self.total + scores
            yield scores


def margins_of(scores, codes):
    """The given class's score less the highest other one: ndarray of shape (n_rows,); above 0 the row is right."""
    return scores[np.arange(len(codes)), codes] - _without_given(scores, codes).max(axis=1)


def _without_given(scores, codes):
    others = scores.copy()
    others[np.arange(len(codes)), codes] = -np.inf
    return others
