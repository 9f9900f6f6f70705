"""From the scores of folds to one number per row."""

import numpy as np
from scipy.sparse.linalg import LinearOperator, lsqr

from skclean.kernels import Membership, count_fold_extremes, sum_fold_values

__all__ = ["AGGREGATIONS", "FoldTally"]

# Ridge of the regression beside the number of repeats; anything from 0.03 to 0.3 ranked alike, 1 and 0.01 worse.
RIDGE = 0.1
# Enough to rank: the order of rows no longer changes when the residual falls further.
TOLERANCE = 1e-3
# Scores of a repeat that are equal but for this share of the largest are equal: their mean is rounded.
ROUNDING = 1e-12


class FoldTally:
    """Counts how often each row sat in the worst and in the best fold.

    Parameters
    ----------
    folds : DrawnFolds or SplitterFolds
    n_jobs : int or None, default=None
        Threads for those who add up.

    Attributes
    ----------
    worst, best : ndarray of shape (n_samples,), int64
    n_seen, n_counted : int
        Repeats seen, and those of which all folds had a score.
    """

    def __init__(self, folds, n_jobs=None):
        self.folds = folds
        self.n_jobs = n_jobs
        self.worst = np.zeros(folds.n_samples, dtype=np.int64)
        self.best = np.zeros(folds.n_samples, dtype=np.int64)
        self.n_seen = self.n_counted = 0

    def add(self, first, folds, scores):
        """Count a block of repeats."""
        self.n_counted += count_fold_extremes(
            folds, scores, seed=self.folds.seed, first=first, worst=self.worst, best=self.best
        )
        self.n_seen += len(scores)


class WorstFold:
    """How seldom a row sat in the worst fold: the noise histogram of the paper, upside down."""

    def __init__(self, tally):
        self.tally = tally

    def add(self, first, folds, scores):
        """Nothing: the tally has counted the block."""

    def merit(self):
        """Share of repeats in which a row was not in the worst fold: ndarray of shape (n_samples,)."""
        return 1 - self.tally.worst / max(self.tally.n_counted, 1)


class StandardizedLoss:
    """Mean over repeats of the standardised score of the fold that a row sat in.

    References
    ----------
    arXiv 2605.10165.
    """

    def __init__(self, tally):
        self.tally = tally
        self.total = np.zeros(len(tally.worst))

    def add(self, first, folds, scores):
        """Add the standardised scores of a block; folds that are all equal say nothing."""
        sum_fold_values(folds, _standardised(scores), self.total)

    def merit(self):
        """Mean standardised score: ndarray of shape (n_samples,)."""
        return self.total / max(self.tally.n_counted, 1)


class FoldRegression:
    """What each row adds to the score of its fold, by least squares over all folds of all repeats.

    The centred score of a fold is taken as the mean of one unknown per row of the fold. Solving for all of them at once
    takes away what the other rows of a fold did to its score, which counting leaves in as noise. A small ridge keeps
    the solution stable while there are fewer folds than rows. Assumes that rows add up: that a wrong label lowers the
    score of the fold it sits in by about the same whatever else sits there.

    References
    ----------
    Ilyas et al., "Datamodels", ICML 2022, for regressing scores on membership; LSQR: Paige, Saunders, TOMS 1982.
    """

    def __init__(self, tally):
        self.tally = tally
        folds = tally.folds
        self.members = Membership(folds.n_splits, folds.n_samples, folds.draw, n_jobs=tally.n_jobs)
        self.scores = []

    def add(self, first, folds, scores):
        """Keep the scores, and the folds packed as long as there is room; the others can be drawn again."""
        self.members.append(folds)
        self.scores.append(scores)

    def merit(self):
        """Effect of each row on the score of its fold: ndarray of shape (n_samples,)."""
        scores = np.concatenate(self.scores)
        usable = ~np.isnan(scores).any(axis=1)
        target = np.where(usable[:, None], _centred(scores)[0], 0.0)
        scale = np.abs(target).max()
        n_samples = self.members.n_rows

        def fold_sums(x):
            return (self.members.fold_sums(x) * usable[:, None]).ravel()

        def row_sums(values):
            return self.members.row_sums(values.reshape(scores.shape) * usable[:, None])

        if scale == 0:
            return np.zeros(n_samples)
        matrix = LinearOperator((scores.size, n_samples), matvec=fold_sums, rmatvec=row_sums, dtype=np.float64)
        damp = np.sqrt(RIDGE * usable.sum())
        effects = lsqr(matrix, target.ravel() / scale, damp=damp, atol=TOLERANCE, btol=TOLERANCE)[0]
        return effects * scale * n_samples / scores.shape[1]


AGGREGATIONS = {"worst_fold": WorstFold, "standardized_loss": StandardizedLoss, "regression": FoldRegression}


def _standardised(scores):
    """Scores of each repeat less their mean, over their standard deviation; 0 where that is 0 or a score is missing."""
    centred, spread = _centred(scores)
    return np.divide(centred, spread, out=np.zeros_like(scores), where=spread > 0)  # NaN compares as False


def _centred(scores):
    """Scores of each repeat less their mean, and their standard deviation; 0 where they differ by rounding only."""
    centred = scores - scores.mean(axis=1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=1, keepdims=True))
    centred, spread = (
        np.where(spread <= ROUNDING * np.abs(scores).max(axis=1, keepdims=True), 0.0, part)
        for part in (centred, spread)
    )
    return centred, spread
