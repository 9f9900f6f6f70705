"""Records of a fit: its checked input, and what a detector found."""

from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator

from skclean._kernels import RowSummary
from skclean.detectors._review import Review
from skclean.evidence import SeenClasses
from skclean.targets import Target

__all__ = ["Findings", "Given", "Routed"]


class Routed(NamedTuple):
    """What was routed to the model, weights included, to the splitter and to the scorer: dicts."""

    fit_params: dict
    split_params: dict
    score_params: dict = {}


class Given(NamedTuple):
    """Checked input of `fit`.

    Attributes
    ----------
    X : indexable of shape (n_samples, ...)
        As the caller gave it.
    labels : Target
        Codes, -1 where a row is unlabelled, and classes; a detector that accepts other targets gets those.
    weight : ndarray of shape (n_samples,) or None
        Sample weights.
    verified : ndarray of shape (n_samples,), bool, or None
        Rows whose label is known to be right.
    estimator : estimator or None
        The model, to be cloned; None for detectors without one.
    fit_params, split_params, score_params : dict
        What was routed to the model, weights included, to the splitter and to the scorer.
    review : Review or None
        What reviewers found; `labels` hold their labels already.
    seen : SeenClasses or None
        Where evidence records which rows were predicted by models that knew their class.
    trusted : ndarray of shape (n_classes,), bool, or None
        Classes with labels that are never flagged.
    """

    X: object
    labels: Target
    weight: np.ndarray | None
    verified: np.ndarray | None
    estimator: BaseEstimator | None
    fit_params: dict
    split_params: dict
    score_params: dict = {}
    review: Review | None = None
    seen: SeenClasses | None = None
    trusted: np.ndarray | None = None

    @property
    def known_weight(self):
        """Weights of the labelled rows, 1 in the mean: ndarray of shape (n_labelled,); all 1 where none were given."""
        if self.weight is None:
            return np.ones(len(self.labelled))
        weight = self.weight[self.labelled]
        return weight / weight.mean()

    @property
    def labelled(self):
        """Positions of the rows that have a label: ndarray of int."""
        return np.flatnonzero(self.labels.known)


class Findings(NamedTuple):
    """Findings of a detector about each label.

    Attributes
    ----------
    quality : ndarray of shape (n_samples,), float64
        In [0, 1], low is suspicious; anything where a row is unlabelled.
    proba : ndarray of shape (n_samples, n_classes) or None
        Out-of-sample class probabilities, where there are any: rules may ask for them.
    summary : RowSummary or None
        Of `proba`, where it was read before.
    rival : ndarray of shape (n_samples,), int32, or None
        Code of the class that each row would have instead. Not needed beside `proba`; without either, a model trained
        on the rows that were not flagged says it.
    evidence : tuple of records
        Further evidence, such as FoldCounts or NoiseModel.
    """

    quality: np.ndarray
    proba: np.ndarray | None = None
    summary: RowSummary | None = None
    rival: np.ndarray | None = None
    evidence: tuple = ()
