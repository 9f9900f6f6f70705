"""The membership matrix of many repeats of cross-validation, and products with it."""

import numpy as np

from skclean._kernels._blocks import run_tasks
from skclean._kernels._folds import MAX_FOLDS, NO_FOLD
from skclean._kernels.folds._membership import add_members, add_values, pack_folds

# The byte that stands for "in no fold", so that no combination of folds may use it.
GROUPS_A_BLOCK = 32
MAX_TASKS = 8


class Membership:
    """Membership of rows in folds, as a matrix of (repeat, fold) by row.

    Parameters
    ----------
    n_splits : int
        Folds a repeat, 2 … 255.
    n_rows : int
    draw : callable
        ``draw(first, stop)`` gives the folds of some repeats: uint8 array of shape (stop - first, n_rows), 255 for rows
        in no fold. It must give the same ones whenever it is asked.
    keep_bytes : int, default=2**28
        What is kept of the folds. Those of further repeats are drawn anew for every product.
    n_jobs : int or None, default=None
        Threads that share a product. It is the same for any number of them.

    Attributes
    ----------
    group : int
        Repeats that share a byte.
    n_repeats : int
        Repeats that the matrix has.
    """

    def __init__(self, n_splits, n_rows, draw, keep_bytes=1 << 28, n_jobs=None):
        if not 2 <= n_splits <= MAX_FOLDS:
            raise ValueError(f"n_splits must lie in 2..{MAX_FOLDS}, got {n_splits}")
        self.n_splits = n_splits
        self.n_rows = n_rows
        self.group = int(np.log(NO_FOLD + 0.5) / np.log(n_splits))
        self.n_repeats = 0
        self.n_jobs = n_jobs
        self._draw = draw
        self._kept = []
        self._loose = np.empty((0, n_rows), dtype=np.uint8)
        self._packed_loose = None
        self._most_kept = keep_bytes // max(1, GROUPS_A_BLOCK * n_rows)

    def append(self, folds):
        """Add the folds of the next repeats, which are those that ``draw`` would give."""
        self.n_repeats += len(folds)
        if len(self._kept) == self._most_kept:
            return
        self._loose = np.concatenate([self._loose, folds])
        self._packed_loose = None
        size = GROUPS_A_BLOCK * self.group
        while len(self._loose) >= size and len(self._kept) < self._most_kept:
            self._kept.append(self._pack(self._loose[:size]))
            self._loose = self._loose[size:]
        if len(self._kept) == self._most_kept:
            self._loose = self._loose[:0]

    def fold_sums(self, x):
        """Sum of `x` over the rows of every fold: float64 array of shape (n_repeats, n_splits)."""
        x = np.ascontiguousarray(x, dtype=np.float64)
        if x.shape != (self.n_rows,):
            raise ValueError(f"x must have shape ({self.n_rows},), got {x.shape}")

        def sums_of(numbers):
            sums = np.zeros((len(numbers), GROUPS_A_BLOCK, NO_FOLD + 1))
            for number in numbers:
                packed = self._packed_block(number)[0]
                add_members(packed, x, sums[number - numbers[0], : len(packed)])
            return _by_digit(sums.reshape(-1, NO_FOLD + 1), self.n_splits, self.group)

        return np.concatenate(self._map_blocks(sums_of))[: self.n_repeats]

    def row_sums(self, values):
        """Sum of the values of all folds that a row sat in: float64 array of shape (n_rows,).

        Parameters
        ----------
        values : array of shape (n_repeats, n_splits)
        """
        values = np.asarray(values, dtype=np.float64)
        if values.shape != (self.n_repeats, self.n_splits):
            raise ValueError(f"values must have shape ({self.n_repeats}, {self.n_splits}), got {values.shape}")

        def totals_of(numbers):
            totals = np.zeros(self.n_rows)
            for number in numbers:
                packed, first, stop = self._packed_block(number)
                block = np.zeros((len(packed) * self.group, self.n_splits))
                block[: stop - first] = values[first:stop]
                add_values(packed, _tables(block.reshape(len(packed), self.group, self.n_splits)), totals)
            return totals

        return sum(self._map_blocks(totals_of), start=np.zeros(self.n_rows))

    def _map_blocks(self, work):
        """Results of stretches of blocks, in their order; the stretches do not depend on the threads."""
        n_blocks = -(-self.n_repeats // (GROUPS_A_BLOCK * self.group))
        n_tasks = min(MAX_TASKS, n_blocks)
        bounds = [n_blocks * task // n_tasks for task in range(n_tasks + 1)]
        return run_tasks(lambda first, stop: work(range(first, stop)), bounds, self.n_jobs)

    def _packed_block(self, number):
        """Packed folds of one block of repeats, its first repeat, and the one after its last."""
        size = GROUPS_A_BLOCK * self.group
        first, stop = number * size, min((number + 1) * size, self.n_repeats)
        if number < len(self._kept):
            return self._kept[number], first, stop
        if len(self._loose) == stop - first:
            if self._packed_loose is None:
                self._packed_loose = self._pack(self._loose)
            return self._packed_loose, first, stop
        return self._pack(self._draw(first, stop)), first, stop

    def _pack(self, folds):
        if folds.ndim != 2 or folds.shape[1] != self.n_rows or ((folds >= self.n_splits) & (folds != NO_FOLD)).any():
            raise ValueError(f"folds must have {self.n_rows} columns of numbers below {self.n_splits}, or {NO_FOLD}")
        packed = np.empty((-(-len(folds) // self.group), self.n_rows), dtype=np.uint8)
        for row in range(len(packed)):
            pack_folds(folds[row * self.group : (row + 1) * self.group], self.n_splits, packed[row])
        return packed


def _tables(values):
    """Sums of the values of every combination of folds: shape (n_groups, 256), 0 for "in no fold"."""
    n_groups, group, n_splits = values.shape
    table = values[:, 0]
    for digit in range(1, group):
        table = (values[:, digit, :, None] + table[:, None, :]).reshape(n_groups, -1)
    padded = np.zeros((n_groups, NO_FOLD + 1))
    padded[:, : n_splits**group] = table
    return padded


def _by_digit(sums, n_splits, group):
    """From sums of combinations to sums of folds: shape (n_groups * group, n_splits)."""
    cube = sums[:, : n_splits**group].reshape(len(sums), *[n_splits] * group)
    axes = range(1, group + 1)
    # the first repeat is the lowest digit, and so the last axis
    digits = [cube.sum(axis=tuple(a for a in axes if a != axis)) for axis in reversed(axes)]
    return np.stack(digits, axis=1).reshape(-1, n_splits)
