"""Flag labels by the probability of an error that their detector estimates."""

from numbers import Real

import numpy as np

from skclean.base import BaseRule, ErrorChance
from skclean.rules._best_cut import bounded_cut
from skclean.targets import UNLABELLED
from skclean.utils._compat import Interval

__all__ = ["LikelyWrong"]

# The cut is never higher. The default of `min_chance` is for grades: over 28 tables 0.1 % of right labels were flagged
# where nothing was wrong, 0.4 % with 0.05, and none with 0.5, which found half as many wrong labels.
LARGEST_CUT = 0.5


class LikelyWrong(BaseRule):
    """Flag labels by the probability that they are wrong, for detectors that estimate it.

    Without `threshold`, the cut is where the probabilities themselves expect the largest F1, but within `min_chance`
    and 0.5.

    Parameters
    ----------
    threshold : float or None, default=None
        Flag labels that are wrong with a larger probability than this, in [0, 1).
    min_chance : float, default=0.1
        Without a threshold, labels that are wrong with a smaller probability are never flagged, in [0, 0.5].

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

    _parameter_constraints: dict = {
        "threshold": [Interval(Real, 0, 1, closed="left"), None],
        "min_chance": [Interval(Real, 0, LARGEST_CUT, closed="both")],
    }

    def __init__(self, threshold: float | None = None, *, min_chance: float = 0.1) -> None:
        self.threshold = threshold
        self.min_chance = min_chance

    def _flag(self, audit):
        is_open = audit.open_codes != UNLABELLED
        wrong = np.where(is_open, audit[ErrorChance].wrong, 0.0)
        if self.threshold is not None:
            return wrong > self.threshold
        return is_open & (wrong >= bounded_cut(wrong[is_open], self.min_chance, LARGEST_CUT))
