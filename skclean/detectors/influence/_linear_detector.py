"""Base of the detectors that read the influence of rows on a linear model."""

import numpy as np
from sklearn.base import MetaEstimatorMixin

from skclean.base import BaseRule
from skclean.detectors._template import DetectorTemplate, Findings
from skclean.evidence import default_linear_model, linear_influence, strongest_other
from skclean.preprocessing import as_points
from skclean.utils._checks import accept_any_table
from skclean.utils._compat import HasMethods
from skclean.utils._typing import Estimator, RandomState

__all__ = ["LinearDetector"]


class LinearDetector(MetaEstimatorMixin, DetectorTemplate):
    """Judges labels by what rows did to a linear model.

    Subclasses write ``_weigh(influence)``, which gives for each row a number from 0 up, high where it is suspicious.
    """

    _parameter_constraints: dict = {
        **DetectorTemplate._parameter_constraints,
        "estimator": [HasMethods(["fit", "decision_function"]), None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        estimator: Estimator | None = None,
        *,
        rule: BaseRule | str | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.estimator = estimator
        self.rule = rule
        self.random_state = random_state

    def _model(self, X=None, labels=None):
        return default_linear_model() if self.estimator is None else self.estimator

    def _influence(self, given):
        """Of all rows, by one fit."""
        return linear_influence(
            given.estimator,
            as_points(given.X) if self.estimator is None else given.X,
            given.labels,
            fit_params=given.fit_params,
            random_state=self.random_state,
        )

    def _find(self, given, progress):
        """Quality falls from 1 to 0 as a row outweighs the others; the rival is what the model says without the row."""
        influence = self._influence(given)
        weighed = self._weigh(influence)
        # A row of three times the mean gets 1/2. The mean makes quality free of scale, and most rows are well below it;
        # by multiples of 1 or 2 Otsu's rule flags up to twice as many rows as have wrong labels, for as good an F1.
        halved_at = 3 * weighed[given.labelled].mean()
        quality = halved_at / (halved_at + weighed) if halved_at > 0 else np.ones(len(weighed))
        return Findings(quality, rival=strongest_other(influence.loo_proba, given.labels.codes))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        if self.estimator is None:  # any table is made points of
            accept_any_table(tags)
        return tags
