"""From the scores of folds to one number per row."""

from typing import Any

import numpy as np

from skclean._kernels import count_fold_extremes, sum_fold_values
from skclean.repeats.aggregation._fold_regression import FoldRegression, standardised
from skclean.utils._typing import Bytes, Floats

__all__ = ["AGGREGATIONS", "FoldTally"]


class FoldTally:
    """Counts how often each row sat in the worst and in the best fold.

    Parameters
    ----------
    folds : DrawnFolds, EvenFolds or SplitterFolds
    n_jobs : int or None, default=None
        Threads for those who add up.

    Attributes
    ----------
    worst, best : ndarray of shape (n_samples,), int64
    n_seen, n_counted : int
        Repeats seen, and those of which all folds had a score.
    """

    def __init__(self, folds: Any, n_jobs: int | None = None) -> None:
        self.folds = folds
        self.n_jobs = n_jobs
        self.worst = np.zeros(folds.n_samples, dtype=np.int64)
        self.best = np.zeros(folds.n_samples, dtype=np.int64)
        self.n_seen = self.n_counted = 0

    def add(self, first: int, folds: Bytes, scores: Floats) -> None:
        """Count a block of repeats."""
        self.n_counted += count_fold_extremes(
            folds, scores, seed=self.folds.seed, first=first, worst=self.worst, best=self.best
        )
        self.n_seen += len(scores)


class WorstFold:
    """Share of repeats in which a row was not in the worst fold: the noise histogram of the paper, upside down."""

    wants_even_folds = False

    def __init__(self, tally):
        self.tally = tally

    def add(self, first, folds, scores):
        """Nothing: the tally has counted the block."""

    def row_score(self):
        """Share of repeats in which a row was not in the worst fold: ndarray of shape (n_samples,)."""
        return 1 - self.tally.worst / max(self.tally.n_counted, 1)


class StandardizedLoss:
    """Mean over repeats of the standardised score of the fold that a row sat in.

    After the paper, which standardises validation losses; here it is any score, with the sign turned.

    References
    ----------
    Park, Park, "Task-Agnostic Noisy Label Detection via Standardized Loss Aggregation", arXiv 2605.10165, 2026.
    """

    wants_even_folds = False

    def __init__(self, tally):
        self.tally = tally
        self.total = np.zeros(len(tally.worst))

    def add(self, first, folds, scores):
        """Add the standardised scores of a block; folds that are all equal say nothing."""
        sum_fold_values(folds, standardised(scores), self.total)

    def row_score(self):
        """Mean standardised score: ndarray of shape (n_samples,)."""
        return self.total / max(self.tally.n_counted, 1)


AGGREGATIONS = {"worst_fold": WorstFold, "standardized_loss": StandardizedLoss, "regression": FoldRegression}
