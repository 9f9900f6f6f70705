"""Leave rows with wrong labels out."""

from numbers import Real

import numpy as np

from skclean.base import BaseTreatment, Selection, best_of_emptied
from skclean.noise._noise_model import noise_of
from skclean.utils._compat import Interval
from skclean.utils._labels import UNLABELLED

__all__ = ["Drop"]


class Drop(BaseTreatment):
    """Train on the rows that are labelled and not judged wrong.

    Parameters
    ----------
    threshold : float or None, default=None
        Rows are left out where P(label is wrong) is above this, in [0, 1). None leaves out the flagged rows, whatever
        the rule was. With more than 50 classes there is no such probability, and the flagged rows are left out.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import NoiseRobustClassifier
    >>> from skclean.treatments import Drop
    >>> clf = NoiseRobustClassifier(LogisticRegression(), treatment=Drop())  # or treatment="drop"
    """

    _parameter_constraints: dict = {"threshold": [Interval(Real, 0, 1, closed="left"), None]}

    def __init__(self, threshold=None):
        self.threshold = threshold

    @property
    def needs_proba(self):
        """Whether it asks the audit for class probabilities."""
        return self.threshold is not None

    def _select(self, audit, mask):
        if self.threshold is not None:
            audit.require_proba(f"Drop(threshold={self.threshold})")
            noise = noise_of(audit)
            if noise is not None:
                mask = (noise.wrong() > self.threshold) & (audit.open_codes != UNLABELLED)
                mask[best_of_emptied(mask, audit)] = False
        indices = np.flatnonzero(~mask & ~audit.unlabelled)
        return Selection(indices, audit.codes[indices])
