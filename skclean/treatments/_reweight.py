"""Let every label count for as much as the evidence supports it."""

from numbers import Real

import numpy as np

from skclean.base import BaseTreatment, Selection
from skclean.utils._compat import Interval

__all__ = ["Reweight", "support"]


def support(audit):
    """Return how well the evidence supports each given label beside its rival, in [0, 1].

    The probability of the given label over the largest probability of any label; label quality where there are no
    probabilities. Verified rows and such that cannot be judged have 1.

    Returns
    -------
    support : ndarray of shape (n_samples,), float64
    """
    if audit.proba is None:
        weights = audit.quality.copy()
    else:
        given, rival = audit.summary.given, audit.summary.rival
        weights = np.ones(len(audit.codes))
        np.divide(given, rival, out=weights, where=given < rival)
    if audit.verified is not None:
        weights[audit.verified] = 1.0
    if audit.labels.judgeable is not None:
        weights[~audit.labels.judgeable] = 1.0
    return weights


class Reweight(BaseTreatment):
    """Train on every labelled row, with a weight that says how well the evidence supports its label.

    The weight is the probability of the given label over the largest probability, so a label that the evidence
    prefers weighs 1.

    Parameters
    ----------
    floor : float, default=0.001
        The least weight of a row, in [0, 1]; above 0 no class can lose all its weight.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import NoiseRobustClassifier
    >>> from skclean.treatments import Reweight
    >>> clf = NoiseRobustClassifier(LogisticRegression(), treatment=Reweight(floor=0.05))
    """

    alias = "reweight"
    returns_weights = True
    _parameter_constraints: dict = {"floor": [Interval(Real, 0, 1, closed="both")]}

    def __init__(self, floor: float = 0.001) -> None:
        self.floor = floor

    def _select(self, audit, mask):
        indices = np.flatnonzero(~audit.unlabelled)
        weights = np.maximum(support(audit)[indices], self.floor)
        return Selection(indices, audit.codes[indices], weights)
