"""Leaves of the trees of a forest, in which numbers of rows are averaged again and again.

A forest is a weighted mean of the rows that share leaves with a row. Once it is known which rows do, the mean of any
other number, with any weights, takes a few sums: so the weights of suspicious rows can fall, and the spread of
residuals around a row can be measured, without growing a tree again.
"""

from typing import NamedTuple

import numpy as np

__all__ = ["LeafBlock", "LeafSums", "leaf_means"]

# Rows times trees that are summed at once: few trees of many rows, many trees of few.
MAX_CELLS = 1_000_000


class LeafBlock(NamedTuple):
    """The leaves of some trees.

    Attributes
    ----------
    numbers : ndarray of shape (n_trees, n_samples), int32
        Leaf of each row, numbered through the trees of the block.
    times : ndarray of shape (n_trees, n_samples), uint8
        How often each tree drew each row.
    n_leaves : int
        Leaves of the block.
    """

    numbers: np.ndarray
    times: np.ndarray
    n_leaves: int


class LeafSums:
    """Means over the rows that share leaves with a row, by the trees that did not draw the row.

    Parameters
    ----------
    weight : ndarray of shape (n_samples,) or None
        Sample weights, as the trees had them.

    Attributes
    ----------
    blocks : list of LeafBlock
        Filled by `add`.
    """

    def __init__(self, weight=None):
        self.weight, self.blocks, self._waiting = weight, [], []

    def add(self, numbers, times):
        """Add a tree: the leaf of each row, and how often each row was drawn."""
        self._waiting.append((numbers, np.minimum(times, 255).astype(np.uint8)))
        if len(self._waiting) * len(numbers) >= MAX_CELLS:
            self.close()

    def close(self):
        """Make a block of the trees that were added last."""
        if not self._waiting:
            return
        numbers = np.stack([tree for tree, _ in self._waiting])
        times = np.stack([drawn for _, drawn in self._waiting])
        starts = np.cumsum(np.append(0, numbers.max(axis=1) + 1))
        numbers += starts[:-1, None].astype(np.int32)
        self.blocks.append(LeafBlock(numbers, times, int(starts[-1])))
        self._waiting = []

    def sums(self, *columns, mass=None):
        """Add up the means of leaves over the trees that did not draw a row.

        Parameters
        ----------
        *columns : ndarrays of shape (n_samples,)
            What is averaged.
        mass : ndarray of shape (n_samples,) or None, default=None
            Factors of rows, 1 where nothing is wrong with them; the mean of these is the last result.

        Returns
        -------
        sums : list of ndarrays of shape (n_samples,)
            Of each column times `mass`, and of `mass`.
        """
        n_samples = len(columns[0])
        mass = np.ones(n_samples) if mass is None else mass
        wanted = [*(column * mass for column in columns), mass]
        totals = [np.zeros(n_samples) for _ in wanted]
        for block in self.blocks:
            left_out = block.times == 0
            for total, means in zip(totals, leaf_means(block, wanted, self.weight), strict=True):
                total += np.where(left_out, means[block.numbers], 0.0).sum(axis=0)
        return totals

    def means(self, *columns, mass=None):
        """Return the weighted mean of each column around each row: list of ndarrays of shape (n_samples,).

        A row that every tree drew, or with neighbours that weigh nothing, gets the mean of all.
        """
        *sums, total = self.sums(*columns, mass=mass)
        known = total > 1e-12
        weight = np.ones(len(total)) if mass is None else mass
        weight = weight if self.weight is None else weight * self.weight
        found = []
        for column, values in zip(columns, sums, strict=True):
            overall = np.average(column, weights=weight) if weight.any() else 0.0
            found.append(np.divide(values, total, out=np.full(len(total), overall), where=known))
        return found

    def leaf_values(self, column, mass):
        """Return what each tree predicts, for :meth:`TableForestRegressor.predict`.

        Returns
        -------
        values : list of (sums, masses)
            Of each tree, ndarrays of shape (n_leaves,): mean of `column` times `mass`, and of `mass`.
        """
        values = []
        for block in self.blocks:
            sums, masses = leaf_means(block, [column * mass, mass], self.weight)
            ends = block.numbers.max(axis=1) + 1
            starts = np.append(0, ends[:-1])
            values += [(sums[start:end], masses[start:end]) for start, end in zip(starts, ends, strict=True)]
        return values


def leaf_means(block, columns, weight):
    """Return the mean of each column among the drawn rows of each leaf: list of ndarrays of shape (n_leaves,)."""
    leaves = block.numbers.ravel()
    drawn = block.times.astype(np.float64) if weight is None else block.times * weight
    totals = np.bincount(leaves, weights=drawn.ravel(), minlength=block.n_leaves)
    totals[totals == 0] = 1.0
    return [
        np.bincount(leaves, weights=(drawn * column).ravel(), minlength=block.n_leaves) / totals for column in columns
    ]
