"""Leave rows with wrong labels out."""

from numbers import Real

import numpy as np

from skclean.base import BaseTreatment, ClassProba, Selection, best_of_emptied
from skclean.noise.model._noise_fit import noise_of
from skclean.targets import KINDS, UNLABELLED
from skclean.treatments._decision import noise_to_treat
from skclean.utils._compat import Interval

__all__ = ["Drop"]


class Drop(BaseTreatment):
    """Train on the rows that are labelled and not judged wrong.

    Parameters
    ----------
    threshold : float or None, default=None
        Rows are left out where P(label is wrong) is above this, in [0, 1). None leaves out the flagged rows, whatever
        the rule was. With more than 50 classes there is no such probability, and the flagged rows are left out.
    least_rate : float, default=0.0
        With a threshold, and where the estimated noise rate is at most this and its 90 % interval holds 0, only rows
        are left out that belong to a class with a flip rate that is certainly above 0; in [0, 1].

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import NoiseRobustClassifier
    >>> from skclean.treatments import Drop
    >>> clf = NoiseRobustClassifier(LogisticRegression(), treatment=Drop())  # or treatment="drop"
    """

    alias = "drop"
    accepts = (*KINDS, "records")

    _parameter_constraints: dict = {
        "threshold": [Interval(Real, 0, 1, closed="left"), None],
        "least_rate": [Interval(Real, 0, 1, closed="both")],
    }

    def __init__(self, threshold: float | None = None, *, least_rate: float = 0.0) -> None:
        self.threshold = threshold
        self.least_rate = least_rate

    @property
    def needs(self) -> tuple[type, ...]:  # type: ignore[override]  # here it depends on a parameter
        """Return the evidence that it reads: tuple of classes."""
        return () if self.threshold is None else (ClassProba,)

    def _select(self, audit, mask):
        reason = ""
        if self.threshold is not None:
            mask, reason = self._probably_wrong(audit, mask)
        indices = np.flatnonzero(~mask & ~audit.unlabelled)
        return Selection(indices, audit.labels.target.given[indices], reason=reason)

    def _probably_wrong(self, audit, mask):
        """Rows with a label that is wrong with a larger probability than the threshold, and what was done."""
        noise = noise_of(audit)
        if noise is None:
            return mask, ""
        noise, found = noise_to_treat(audit, noise, self.least_rate)
        if noise is None:
            return np.zeros_like(mask), f"all rows are kept: {found}"
        mask = (noise.wrong() > self.threshold) & (audit.open_codes != UNLABELLED)
        mask[best_of_emptied(mask, audit)] = False
        return mask, f"{np.count_nonzero(mask)} rows with a label that is probably wrong are left out: {found}"
