"""The verdict: which labels are flagged, why others could not be, and what to train on instead."""

from dataclasses import dataclass

import numpy as np

from skclean._kernels import kept_by_none
from skclean.base._audit import Audit
from skclean.utils._short_repr import short_repr

__all__ = ["FLAGGED", "NOT_LABELLED", "VERIFIED", "Selection", "Verdict", "best_of_emptied"]

# Reason codes beside those of `Labels.limits`.
VERIFIED, NOT_LABELLED, FLAGGED = 4, 5, 6


@dataclass(frozen=True, eq=False)
class Verdict:
    """An audit, and what a rule made of it.

    Parameters
    ----------
    audit : Audit
    mask : ndarray of shape (n_samples,), bool
        Flagged rows.
    """

    audit: Audit
    mask: np.ndarray
    __repr__ = short_repr

    @property
    def reasons(self):
        """Why each row is flagged or cannot be: ndarray of shape (n_samples,), int8.

        0 for ordinary rows, else ONLY_MEMBER, UNSEEN_CLASS, NO_SKILL, VERIFIED, NOT_LABELLED or FLAGGED.
        """
        labels = self.audit.labels
        reasons = np.zeros(len(self.mask), dtype=np.int8) if labels.limits is None else labels.limits.copy()
        if labels.verified is not None:
            reasons[labels.verified] = VERIFIED
        reasons[self.audit.unlabelled] = NOT_LABELLED
        reasons[self.mask] = FLAGGED
        return reasons


@dataclass(frozen=True, eq=False)
class Selection:
    """The training set that a treatment makes of a verdict.

    Parameters
    ----------
    indices : ndarray of shape (n_selected,), intp
        Positions of the rows to train on; a row may be repeated.
    codes : ndarray of shape (n_selected,), int32
        The label of each of them, as a position in the audit's classes.
    sample_weight : ndarray of shape (n_selected,), float64, or None
        Weights that the treatment asks for, without the caller's own.
    reason : str
        What was done and why, in one sentence; empty where the treatment has no choice.
    """

    indices: np.ndarray
    codes: np.ndarray
    sample_weight: np.ndarray | None = None
    reason: str = ""
    __repr__ = short_repr


def best_of_emptied(mask, audit):
    """Return the best row of every class of which all rows are flagged: list of int."""
    emptied = np.zeros(audit.n_classes + 1, dtype=bool)  # code -1 reads the last place
    emptied[kept_by_none(audit.codes, mask, audit.n_classes)] = True
    if not emptied.any():
        return []
    rows = np.flatnonzero(emptied[audit.codes])
    rows = rows[np.lexsort((rows, -audit.quality[rows], audit.codes[rows]))]
    return rows[np.unique(audit.codes[rows], return_index=True)[1]].tolist()
