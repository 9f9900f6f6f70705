"""Everything that is known of the labels before any model has seen them, and which of them may be flagged."""

from dataclasses import dataclass

import numpy as np

from skclean.targets import UNLABELLED, Target
from skclean.utils._short_repr import short_repr

__all__ = ["NO_SKILL", "ONLY_MEMBER", "UNSEEN_CLASS", "Labels"]

# Why the evidence tells nothing of a label: no other row has its class; no model that predicted the row had seen the
# class; the probabilities do not tell members of the class from other rows.
ONLY_MEMBER, UNSEEN_CLASS, NO_SKILL = 1, 2, 3


@dataclass(frozen=True, eq=False)
class Labels:
    """Given labels, what the caller knows of them, and which the evidence can judge.

    Parameters
    ----------
    target : Target
        What was given for each row.
    sample_weight : ndarray of shape (n_samples,) or None, default=None
        The caller's weights.
    verified : ndarray of shape (n_samples,), bool, or None, default=None
        True where the given label is known to be right.
    trusted : ndarray of shape (n_classes,), bool, or None, default=None
        Classes with labels that are never wrong, and so never flagged.
    limits : ndarray of shape (n_samples,), int8, or None, default=None
        Why the evidence tells nothing of a label: ONLY_MEMBER, UNSEEN_CLASS or NO_SKILL; 0 elsewhere.
    """

    target: Target
    sample_weight: np.ndarray | None = None
    verified: np.ndarray | None = None
    trusted: np.ndarray | None = None
    limits: np.ndarray | None = None
    __repr__ = short_repr

    @property
    def judgeable(self):
        """ndarray of shape (n_samples,), bool: labels that the evidence tells something of; None means all."""
        return None if self.limits is None else self.limits == 0

    @property
    def open_codes(self):
        """ndarray of shape (n_samples,), int32: the codes, with -1 for every row that may not be flagged."""
        codes = self.target.strata()
        for allowed in (None if self.verified is None else ~self.verified, self.judgeable):
            if allowed is not None:
                codes = np.where(allowed, codes, np.int32(UNLABELLED))
        if self.trusted is not None:
            codes = np.where(self.trusted[codes], np.int32(UNLABELLED), codes)
        return codes
