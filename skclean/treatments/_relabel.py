"""Give flagged rows the label that the evidence is confident of."""

from numbers import Real
from typing import Literal

import numpy as np

from skclean.base import BaseTreatment, CellProba, ClassProba, Residuals, Selection
from skclean.targets import KINDS
from skclean.utils._compat import Interval, StrOptions

__all__ = ["Relabel"]


class Relabel(BaseTreatment):
    """Train flagged rows with the suggested label where it is likely enough.

    Of labels that are not classes (numbers, tags, survival times) every flagged row gets what the detector suggests.

    Parameters
    ----------
    confidence : float, default=0.6
        The suggested label is used where its probability is at least this, in [0, 1].
    otherwise : {"drop", "keep"}, default="drop"
        What becomes of flagged rows below `confidence`: left out, or kept with the given label.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> from skclean import NoiseRobustClassifier
    >>> from skclean.treatments import Relabel
    >>> clf = NoiseRobustClassifier(LogisticRegression(), treatment=Relabel(confidence=0.9))
    """

    alias = "relabel"
    accepts = (*KINDS, "records")
    needs = ((Residuals, CellProba, ClassProba),)
    _parameter_constraints: dict = {
        "confidence": [Interval(Real, 0, 1, closed="both")],
        "otherwise": [StrOptions({"drop", "keep"})],
    }

    def __init__(self, confidence: float = 0.6, *, otherwise: Literal["drop", "keep"] = "drop") -> None:
        self.confidence = confidence
        self.otherwise = otherwise

    def _select(self, audit, mask):
        target = audit.labels.target
        if not target.has_classes:
            rows = np.flatnonzero(target.known)
            return Selection(rows, audit.suggested[rows])
        proba = audit[ClassProba].proba
        flagged = np.flatnonzero(mask)
        sure = flagged[proba[flagged, audit.suggested[flagged]] >= self.confidence]
        codes = audit.codes.copy()
        codes[sure] = audit.suggested[sure]
        keep = ~audit.unlabelled
        if self.otherwise == "drop":
            keep &= ~mask
            keep[sure] = True
        indices = np.flatnonzero(keep)
        return Selection(indices, codes[indices])
