"""Leave the flagged rows out."""

import numpy as np

from skclean.base import BaseTreatment, Selection

__all__ = ["Drop"]


class Drop(BaseTreatment):
    """Train on the rows that are labelled and not flagged.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import NoiseRobustClassifier
    >>> from skclean.treatments import Drop
    >>> clf = NoiseRobustClassifier(LogisticRegression(), treatment=Drop())  # or treatment="drop"
    """

    def _select(self, audit, mask):
        indices = np.flatnonzero(~mask & ~audit.unlabelled)
        return Selection(indices, audit.codes[indices])
