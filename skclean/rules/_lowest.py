"""Rules that flag the lowest of some score, as many as the confident joint expects to be wrong."""

import numpy as np

from skclean import _kernels as kernels
from skclean.base import BaseRule, ClassProba, best_of_emptied
from skclean.rules._counts import expected_counts
from skclean.targets import UNLABELLED

__all__ = ["LowMargin", "LowSelfConfidence", "lowest"]


def lowest(scores, n_flags, audit):
    """Mask of the `n_flags` lowest scores among the rows that may be flagged, ties by position.

    Where that would empty a class, its best row is kept and another one takes its place.
    """
    one_class = np.minimum(audit.open_codes, np.int32(0))  # -1 stays what it is
    n_flags = np.array([min(n_flags, len(scores))], dtype=np.int64)
    while True:
        mask = kernels.lowest_per_class(one_class, scores, n_flags, n_jobs=audit.n_jobs)
        kept = best_of_emptied(mask, audit)
        if not kept:
            return mask
        one_class[kept] = UNLABELLED


class _LowestScore(BaseRule):
    needs = (ClassProba,)
    _method: str

    def _flag(self, audit):
        counts = expected_counts(audit)
        scores = audit.scores(self._method)
        return lowest(scores, int(counts.sum() - np.trace(counts)), audit)


class LowSelfConfidence(_LowestScore):
    """Flag the lowest probabilities of the given label, whatever the class, as many as are expected to be wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule="low_self_confidence")
    array([False, False,  True, False, False, False])
    """

    alias = "low_self_confidence"
    _method = "self_confidence"


class LowMargin(_LowestScore):
    """Flag the lowest margins of the given label over the best other one, as many as are expected to be wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule="low_margin")
    array([False, False,  True, False, False, False])
    """

    alias = "low_margin"
    _method = "normalized_margin"
