"""Rules that flag a label where the evidence itself prefers another."""

from skclean import _kernels as kernels
from skclean.base import BaseRule, ClassProba
from skclean.noise._confident_joint import class_thresholds

__all__ = ["ArgmaxDisagreement", "OffDiagonal"]


class OffDiagonal(BaseRule):
    """Flag the rows that the confident joint counts off its diagonal: confident of a class that was not given.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule="off_diagonal")
    array([False, False,  True, False, False, False])
    """

    alias = "off_diagonal"
    needs = (ClassProba,)

    def _flag(self, audit):
        proba = audit[ClassProba].proba
        options = dict(summary=audit.summary, n_jobs=audit.n_jobs)
        thresholds = class_thresholds(
            audit.codes, proba, weight=audit.sample_weight, verified=audit.verified, **options
        )
        confident = kernels.confident_classes(audit.codes, proba, thresholds, **options)
        return (confident >= 0) & (confident != audit.codes)


class ArgmaxDisagreement(BaseRule):
    """Flag every row of which another class is more probable than the given one.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> y_proba = np.array([[0.9, 0.1], [0.4, 0.6], [0.2, 0.8]])
    >>> find_label_issues(["a", "a", "b"], y_proba, rule="argmax_disagreement")
    array([False,  True, False])
    """

    alias = "argmax_disagreement"
    needs = (ClassProba,)

    def _flag(self, audit):
        return audit.summary.given < audit.summary.rival
