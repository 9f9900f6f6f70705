"""Rules that flag as many labels as the confident joint estimates to be wrong (Northcutt et al., JAIR 2021, 3.2)."""

import numpy as np

from skclean import _kernels as kernels
from skclean.base import BaseRule, ClassProba
from skclean.noise._confident_joint import calibrate_joint, joint_of_codes
from skclean.targets import class_totals

__all__ = ["PruneBoth", "PruneByClass", "PruneByNoiseRate", "expected_counts"]


def expected_counts(audit):
    """Rounded calibrated joint: expected number of rows by given class (row) and true class (column).

    Returns
    -------
    counts : ndarray of shape (n_classes, n_classes), int64
    """
    proba = audit[ClassProba].proba
    weight = audit.sample_weight
    joint = joint_of_codes(
        audit.codes, proba, summary=audit.summary, weight=weight, verified=audit.verified, n_jobs=audit.n_jobs
    )
    # Weights say how the classes mix; the budget itself is a number of rows, so it is scaled to row counts.
    totals = class_totals(audit.codes, audit.n_classes)
    calibrate_joint(joint, totals, out=joint)
    return np.rint(joint, out=joint).astype(np.int64)


def _expected_errors(audit):
    """The expected counts with a diagonal of zeros."""
    counts = expected_counts(audit)
    np.fill_diagonal(counts, 0)
    return counts


class PruneByNoiseRate(BaseRule):
    """Flag, for each pair of classes, the expected number of labels with the largest margin towards the other class.

    For given class i and other class j, the confident joint says how many rows given i are truly j; those with the
    largest P(j) - P(i) are flagged.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> from skclean.rules import PruneByNoiseRate
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule=PruneByNoiseRate())
    array([False, False,  True, False, False, False])
    """

    alias = "prune_by_noise_rate"
    needs = (ClassProba,)

    def _flag(self, audit):
        counts = _expected_errors(audit)
        return _largest_margins(audit, counts)


class PruneByClass(BaseRule):
    """Flag, for each given class, the expected number of wrong labels, those of lowest self-confidence first.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule="prune_by_class")
    array([False, False,  True, False, False, False])
    """

    alias = "prune_by_class"
    needs = (ClassProba,)

    def _flag(self, audit):
        counts = _expected_errors(audit).sum(axis=1)
        return _lowest_confidence(audit, counts)


class PruneBoth(BaseRule):
    """Flag what both ``PruneByNoiseRate`` and ``PruneByClass`` flag: fewer labels, with more certainty.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean import find_label_issues
    >>> y_proba = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.1, 0.9], [0.3, 0.7], [0.2, 0.8]])
    >>> find_label_issues([0, 0, 0, 1, 1, 1], y_proba, rule="prune_both")
    array([False, False,  True, False, False, False])
    """

    alias = "prune_both"
    needs = (ClassProba,)

    def _flag(self, audit):
        counts = _expected_errors(audit)
        by_pair = _largest_margins(audit, counts)
        return by_pair & _lowest_confidence(audit, counts.sum(axis=1))


def _largest_margins(audit, counts):
    return kernels.noise_counts_mask(audit.open_codes, audit.proba, counts, n_jobs=audit.n_jobs, summary=audit.summary)


def _lowest_confidence(audit, counts):
    confidence = audit.scores("self_confidence")
    return kernels.lowest_per_class(audit.open_codes, confidence, counts, n_jobs=audit.n_jobs)
