"""Door to the membership matrix of many repeats of cross-validation, and products with it."""

import numpy as np

from skclean.kernels._packed import add_members, add_values, pack_folds

# The byte that stands for "in no fold", so that no combination of folds may use it.
ABSENT = 255
GROUPS_A_BLOCK = 32


class Membership:
    """Which row sat in which fold of which repeat, as a matrix of (repeat, fold) by row.

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

    Attributes
    ----------
    group : int
        Repeats that share a byte.
    n_repeats : int
        Repeats that the matrix has.
    """

    def __init__(self, n_splits, n_rows, draw, keep_bytes=1 << 28):
        if not 2 <= n_splits <= ABSENT:
            raise ValueError(f"n_splits must lie in 2..{ABSENT}, got {n_splits}")
        self.n_splits = n_splits
        self.n_rows = n_rows
        self.group = int(np.log(ABSENT + 0.5) / np.log(n_splits))
        self.n_repeats = 0
        self._draw = draw
        self._kept = []
        self._most_kept = keep_bytes // max(1, GROUPS_A_BLOCK * n_rows)

    def grow(self, n_repeats):
        """Make it the matrix of the repeats 0 … n_repeats - 1."""
        self.n_repeats = n_repeats

    def fold_sums(self, x):
        """Sum of `x` over the rows of every fold: float64 array of shape (n_repeats, n_splits)."""
        x = np.ascontiguousarray(x, dtype=np.float64)
        if x.shape != (self.n_rows,):
            raise ValueError(f"x must have shape ({self.n_rows},), got {x.shape}")
        parts = []
        for packed, n_repeats in self._blocks():
            sums = np.zeros((len(packed), ABSENT + 1))
            add_members(packed, x, sums)
            cube = sums[:, : self.n_splits**self.group].reshape(len(packed), *[self.n_splits] * self.group)
            axes = range(1, self.group + 1)
            # the first repeat is the lowest digit, and so the last axis
            by_digit = [cube.sum(axis=tuple(a for a in axes if a != axis)) for axis in reversed(axes)]
            parts.append(np.stack(by_digit, axis=1).reshape(-1, self.n_splits)[:n_repeats])
        return np.concatenate(parts)

    def row_sums(self, values):
        """Sum of the values of all folds that a row sat in: float64 array of shape (n_rows,).

        Parameters
        ----------
        values : array of shape (n_repeats, n_splits)
        """
        values = np.asarray(values, dtype=np.float64)
        if values.shape != (self.n_repeats, self.n_splits):
            raise ValueError(f"values must have shape ({self.n_repeats}, {self.n_splits}), got {values.shape}")
        totals = np.zeros(self.n_rows)
        done = 0
        for packed, n_repeats in self._blocks():
            block = np.zeros((len(packed) * self.group, self.n_splits))
            block[:n_repeats] = values[done : done + n_repeats]
            add_values(packed, _tables(block.reshape(len(packed), self.group, self.n_splits)), totals)
            done += n_repeats
        return totals

    def _blocks(self):
        """Yield (packed folds, repeats in them); the last ones are padded."""
        step = GROUPS_A_BLOCK * self.group
        for number, first in enumerate(range(0, self.n_repeats, step)):
            stop = min(first + step, self.n_repeats)
            yield self._packed_block(number, first, stop), stop - first

    def _packed_block(self, number, first, stop):
        """Packed folds of one block, kept once it is complete, as long as there is room."""
        if number < len(self._kept):
            return self._kept[number]
        folds = self._draw(first, stop)
        if folds.shape != (stop - first, self.n_rows) or ((folds >= self.n_splits) & (folds != ABSENT)).any():
            raise ValueError(f"draw({first}, {stop}) must give {stop - first} rows of folds below {self.n_splits}")
        packed = np.empty((-(-len(folds) // self.group), self.n_rows), dtype=np.uint8)
        for row in range(len(packed)):
            pack_folds(folds[row * self.group : (row + 1) * self.group], self.n_splits, packed[row])
        if len(folds) == GROUPS_A_BLOCK * self.group and number < self._most_kept:
            self._kept.append(packed)
        return packed


def _tables(values):
    """Sums of the values of every combination of folds: shape (n_groups, 256), 0 for "in no fold"."""
    n_groups, group, n_splits = values.shape
    table = values[:, 0]
    for digit in range(1, group):
        table = (values[:, digit, :, None] + table[:, None, :]).reshape(n_groups, -1)
    padded = np.zeros((n_groups, ABSENT + 1))
    padded[:, : n_splits**group] = table
    return padded
