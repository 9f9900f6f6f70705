"""Flag labels by the probability of an error that their detector estimates."""

from numbers import Real

import numpy as np

from skclean.base import BaseRule, ErrorChance
from skclean.rules._best_cut import bounded_cut
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval

__all__ = ["LikelyWrong"]

# The cut of the largest expected F1 is kept within these. Over 28 tables of grades 0.1 % of right labels were flagged
# where nothing was wrong, 0.4 % with 0.05 for the first, and none with 0.5, which found half as many wrong labels.
MIN_CUT, LARGEST_CUT = 0.1, 0.5


class LikelyWrong(BaseRule):
    """Flag labels by the probability that they are wrong, for detectors that estimate it.

    Without `threshold`, the cut is where the probabilities themselves expect the largest F1, but within 0.1 and 0.5.

    Parameters
    ----------
    threshold : float or None, default=None
        Flag labels that are wrong with a larger probability than this, in [0, 1).

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.base import Audit, ErrorChance, Labels
    >>> from skclean.rules import LikelyWrong
    >>> from skclean.targets import read_grades
    >>> target, wrong = read_grades([1, 2, 3, 1, 2, 3]), np.array([0.0, 0.9, 0.2, 0.0, 0.01, 0.0])
    >>> audit = Audit(Labels(target), (ErrorChance(wrong),), 1 - wrong, target.codes)
    >>> LikelyWrong(threshold=0.5).decide(audit)
    array([False,  True, False, False, False, False])
    """

    alias = "likely_wrong"
    needs = (ErrorChance,)

    _parameter_constraints: dict = {"threshold": [Interval(Real, 0, 1, closed="left"), None]}

    def __init__(self, threshold: float | None = None) -> None:
        self.threshold = threshold

    def _flag(self, audit):
        is_open = audit.open_codes != UNLABELLED
        wrong = np.where(is_open, audit[ErrorChance].wrong, 0.0)
        if self.threshold is not None:
            return wrong > self.threshold
        return is_open & (wrong >= bounded_cut(wrong[is_open], MIN_CUT, LARGEST_CUT))
