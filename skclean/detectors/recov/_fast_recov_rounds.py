"""Memory of FastReCoV from round to round, by the scores of rows or by those of their folds."""

import numpy as np

from skclean.rules._otsu import otsu_threshold

__all__ = ["FoldMemory", "RowMemory"]


class RowMemory:
    """The memory of the paper: an exponential average of the scores of single rows.

    Parameters
    ----------
    runner : RowScores
    alpha : float
        Weight of the memory beside the score of a round.
    drop : float
        Share of the found rows that each training set of the next round leaves out.
    threshold : float or None
        Rows are found where quality is below it; None means Otsu's cut.
    """

    def __init__(self, runner, alpha, drop, threshold):
        self.runner = runner
        self.alpha = alpha
        self.drop = drop
        self.threshold = threshold
        self.memory = np.zeros(runner.folds.n_samples)
        self.kept = 0.0  # what the weights of all rounds so far sum to
        self.begin()

    def begin(self):
        """Begin a round."""
        self.total, self.count = 0.0, 0

    def add(self, first, folds, scores):
        """Add the scores of the rows in the repeat that the runner handed over last."""
        self.total = self.total + self.runner.row_scores
        self.count += 1

    def end(self):
        """End a round: remember its mean scores, and prepare the draw of the next one."""
        if not self.count:
            return
        self.memory = self.alpha * self.memory + (1 - self.alpha) * self.total / self.count
        self.kept = self.alpha * self.kept + (1 - self.alpha)
        self.runner.folds.quality = np.nan_to_num(self.memory)
        if self.drop:
            quality, rated = self.quality(), np.isfinite(self.memory)
            threshold = otsu_threshold(quality[rated]) if self.threshold is None else self.threshold
            self.runner.found, self.runner.drop = np.flatnonzero(rated & (quality < threshold)), self.drop

    def quality(self):
        """The memory on a scale from 0 to 1: ndarray of shape (n_samples,), one half where nothing was seen.

        It begins with 0, so it is divided by what the weights sum to. Minus an error becomes its exponential.
        """
        mean = self.memory / self.kept if self.kept else np.full(len(self.memory), np.nan)
        quality = np.exp(mean) if self.runner.rates_errors else mean
        return np.where(np.isnan(quality), 0.5, quality)


class FoldMemory:
    """An exponential average of fold scores, each on a scale from 0 (worst fold of its repeat) to 1 (best).

    Parameters
    ----------
    folds : TemperedFolds
    alpha : float
        Weight of the memory beside the mean of a round. The first round has no past.
    threshold : float or None
        Rows whose quality is below this after a round take no part in further rounds.
    """

    def __init__(self, folds, alpha, threshold):
        self.folds = folds
        self.alpha = alpha
        self.threshold = threshold
        self.memory = np.full(folds.n_samples, np.nan)
        self.begin()

    def begin(self):
        """Begin a round."""
        self.total = np.zeros(self.folds.n_samples)
        self.count = np.zeros(self.folds.n_samples)

    def add(self, first, folds, scores):
        """Add a block of repeats; folds that are all equal are worth one half."""
        for fold, score in zip(folds, scores, strict=True):
            active = fold < len(score)
            if not np.isnan(score).any():
                self.total[active] += _between_worst_and_best(score)[fold[active]]
                self.count[active] += 1

    def end(self):
        """End a round; a row without a score of it keeps what it had."""
        seen = self.count > 0
        new = self.total[seen] / self.count[seen]
        old = self.memory[seen]
        self.memory[seen] = np.where(np.isnan(old), new, self.alpha * old + (1 - self.alpha) * new)
        self.folds.quality = _standardised(self.memory)
        if self.threshold is not None:
            _leave_out(self.folds, self.memory < self.threshold)

    def quality(self):
        """The memory: ndarray of shape (n_samples,), one half where nothing was seen."""
        return np.where(np.isnan(self.memory), 0.5, self.memory)


def _between_worst_and_best(score):
    span = np.ptp(score)
    return (score - score.min()) / span if span > 0 else np.full(len(score), 0.5)


def _standardised(quality):
    """Quality with mean 0 and standard deviation 1, 0 for rows that have none."""
    centred = np.nan_to_num(quality - np.nanmean(quality)) if not np.isnan(quality).all() else np.zeros(len(quality))
    spread = centred.std()
    return centred / spread if spread > 0 else centred


def _leave_out(folds, found):
    """Take found rows out of further rounds, unless a class would be left with fewer rows than folds."""
    for code in np.unique(folds.strata[found]):
        members = folds.strata == code
        if code >= 0 and np.count_nonzero(members & ~found) >= folds.n_splits:
            folds.strata[members & found] = -1
