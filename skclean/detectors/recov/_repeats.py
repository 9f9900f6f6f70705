"""Running repeats of cross-validation until there are enough, or until the user has had enough."""

import signal
import threading
import warnings
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager

import numpy as np

from skclean.exceptions import InterruptedFitWarning, LostWorkerWarning

__all__ = ["Repeats"]

# Correlation with the row_score at half as many repeats from which on a ranking counts as stable. Where rows do not
# differ at all it is about 0.71, since half of the repeats are the same.
STABLE = 0.95
FIRST_LOOK = 50
# How often workers may die, one set after the other, before a single further repeat is counted.
MAX_LOSSES = 2


class Repeats:
    """Repeats run so far, what they add up to, and why they ended.

    Parameters
    ----------
    runner : object with ``blocks(first, stop)``
        From :func:`skclean.evidence.repeated_cv`.
    tally : FoldTally
    aggregate : object with ``add`` and ``row_score``
    ranked : ndarray of int or slice, default=slice(None)
        Rows whose ranking is to be stable: those that take part.

    Attributes
    ----------
    ended : {"n_repeats", "stable", "max_repeats", "interrupted", "worker_lost"}
    stability : list of (int, float)
        Number of repeats at each look, and the correlation of the row_score with that of the look before.
    """

    def __init__(self, runner, tally, aggregate, ranked=slice(None)):
        self.runner = runner
        self.tally = tally
        self.aggregate = aggregate
        self.ranked = ranked
        self.ended = "n_repeats"
        self.stability = []
        self._merit = 0, None  # repeats seen, and what they came to

    def run(self, n_repeats, progress):
        """Run up to a number of repeats in all; Ctrl-C, or workers that die again and again, keep what was counted."""
        losses, seen = 0, self.tally.n_seen
        try:
            while self.tally.n_seen < n_repeats and self.ended != "worker_lost":
                try:
                    self._run_blocks(n_repeats, progress)
                except BrokenExecutor:  # new workers go on with the same repeats: their folds follow from the seed
                    losses = 1 if self.tally.n_seen > seen else losses + 1
                    seen = self.tally.n_seen
                    if losses >= MAX_LOSSES:
                        self._lose_workers()
        except KeyboardInterrupt:
            self._interrupt()

    def _run_blocks(self, n_repeats, progress):
        first = self.tally.n_seen
        with progress.task("repeat-cross-validation", self.runner.count_blocks(first, n_repeats)) as steps:
            for start, folds, scores in self.runner.blocks(first, n_repeats):
                scores = np.where(np.isfinite(scores), scores, np.nan)  # what is infinite has no distance
                with steps.task("repeats"), _interrupted_later():
                    self.tally.add(start, folds, scores)
                    self.aggregate.add(start, folds, scores)
                if not self.tally.n_counted and self.tally.n_seen >= FIRST_LOOK:
                    self.check_counted()  # the others will have no score either

    @property
    def cut_short(self):
        """Return whether something from outside ended the repeats."""
        return self.ended in ("interrupted", "worker_lost")

    def _lose_workers(self):
        if not self.tally.n_counted:
            raise
        self.ended = "worker_lost"
        warnings.warn(
            f"worker processes died again and again, perhaps for want of memory; the {self.tally.n_seen} repeats until "
            "then are kept. Use fewer workers (n_jobs), and n_repeats_ says how many repeats counted.",
            LostWorkerWarning,
            stacklevel=3,
        )

    def _interrupt(self):
        if not self.tally.n_counted:
            raise
        self.ended = "interrupted"
        warnings.warn(
            f"interrupted after {self.tally.n_seen} repeats, which are kept; n_repeats_ says how many counted.",
            InterruptedFitWarning,
            stacklevel=3,
        )

    def row_score(self):
        """Return what the repeats so far came to, worked out once: ndarray of shape (n_samples,)."""
        if self._merit[0] != self.tally.n_seen:
            self._merit = self.tally.n_seen, self.aggregate.row_score()
        return self._merit[1]

    def run_until_stable(self, max_repeats, progress):
        """Double the repeats until the row_score hardly changes, at most `max_repeats`."""
        target, before = min(FIRST_LOOK, max_repeats), None
        while self.ended == "n_repeats":
            self.run(target, progress)
            if self.cut_short:
                return
            try:
                row_score = self.row_score()[self.ranked]
            except KeyboardInterrupt:
                self._interrupt()
                return
            if before is not None:
                self.stability.append((self.tally.n_seen, _correlation(before, row_score)))
            if self.stability and self.stability[-1][1] >= STABLE:
                self.ended = "stable"
            elif target >= max_repeats:
                self.ended = "max_repeats"
            target, before = min(2 * target, max_repeats), row_score

    def check_counted(self):
        """Refuse a result that rests on less than half of the repeats."""
        left_out = self.tally.n_seen - self.tally.n_counted
        if 2 * left_out > self.tally.n_seen:
            why = self.runner.reason or "not finite: one class only, or no event, among its rows"
            raise ValueError(
                f"{left_out} of {self.tally.n_seen} repeats had a fold without a score ({why}); use fewer folds (cv), "
                "stratified ones, or another scoring."
            )


def _correlation(before, row_score):
    """Pearson's correlation; 1 where one of the two does not vary, so that there is nothing left to rank."""
    if np.ptp(before) == 0 or np.ptp(row_score) == 0:
        return 1.0
    return float(np.corrcoef(before, row_score)[0, 1])


@contextmanager
def _interrupted_later():
    """Hold Ctrl-C back until the block is left, so that all counts have seen the same repeats."""
    handler = signal.getsignal(signal.SIGINT)
    if not callable(handler) or threading.current_thread() is not threading.main_thread():
        yield  # nobody handles it here
        return
    held = []
    signal.signal(signal.SIGINT, lambda *caught: held.append(caught))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
    if held:
        handler(*held[-1])
