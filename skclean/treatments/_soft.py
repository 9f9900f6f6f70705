"""Let a doubtful row count for several labels at once."""

from numbers import Real

import numpy as np

from skclean.base import BaseTreatment, ClassProba, Selection
from skclean.utils._compat import Interval

__all__ = ["SoftLabels"]


class SoftLabels(BaseTreatment):
    """Train flagged rows once per class, with the class probabilities as weights; other rows as they are.

    Parameters
    ----------
    min_weight : float, default=0.05
        Classes with a smaller probability are left out, in [0, 0.5]. It bounds the number of repeated rows by
        1 / `min_weight` for each flagged row.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import NoiseRobustClassifier
    >>> clf = NoiseRobustClassifier(LogisticRegression(), treatment="soft_labels")
    """

    alias = "soft_labels"
    needs = (ClassProba,)
    returns_weights = True
    _parameter_constraints: dict = {"min_weight": [Interval(Real, 0, 0.5, closed="both")]}

    def __init__(self, min_weight: float = 0.05) -> None:
        self.min_weight = min_weight

    def _select(self, audit, mask):
        proba = audit[ClassProba].proba
        certain = np.flatnonzero(~mask & ~audit.unlabelled)
        flagged = np.flatnonzero(mask)
        row, code = np.nonzero(proba[flagged] >= max(self.min_weight, np.finfo(np.float64).tiny))
        indices = np.concatenate([certain, flagged[row]])
        codes = np.concatenate([audit.codes[certain], code.astype(np.int32)])
        weights = np.concatenate([np.ones(len(certain)), proba[flagged[row], code]])
        order = np.argsort(indices, kind="stable")  # in the order of the rows, for models that depend on it
        return Selection(indices[order], codes[order], weights[order])
