"""Labels and evidence that a method for the transition matrix may read."""

from typing import NamedTuple

import numpy as np

from skclean._kernels import RowSummary

__all__ = ["TransitionProblem"]


class TransitionProblem(NamedTuple):
    """Labels, and whatever evidence there is about them.

    Attributes
    ----------
    codes : ndarray of shape (n_samples,), int32
        Given classes; -1 where a row is unlabelled.
    n_classes : int
    proba : ndarray of shape (n_samples, n_classes) or None
    summary : RowSummary or None
        Of `proba`.
    neighbours : ndarray of shape (n_samples, 2) or None
        Positions of the two labelled rows nearest to each labelled row.
    weight : ndarray of shape (n_samples,) or None
    verified : ndarray of shape (n_samples,), bool, or None
    n_jobs : int or None
    """

    codes: np.ndarray
    n_classes: int
    proba: np.ndarray | None = None
    summary: RowSummary | None = None
    neighbours: np.ndarray | None = None
    weight: np.ndarray | None = None
    verified: np.ndarray | None = None
    n_jobs: int | None = None

    def counted(self):
        """Positions of the rows that have a label and a weight, and their weights."""
        weight = np.ones(len(self.codes)) if self.weight is None else self.weight
        rows = np.flatnonzero((self.codes >= 0) & (weight > 0))
        return rows, weight[rows]
