"""Grow extremely randomised trees on columns of bytes, one at a time, and add up their predictions."""

from typing import NamedTuple

import numpy as np

from skclean._kernels._validate import check_codes
from skclean._kernels.trees._forest import NODE_BYTES, STEP, add_votes, draw_rows, grow_tree

__all__ = ["MAX_COLUMNS", "MISSING_CELL", "ByteTable", "PackedTree", "TreeGrowth", "vote_unit"]

# A missing cell; present ones lie below.
MISSING_CELL = 255
# The number of a column is kept in 16 bits.
MAX_COLUMNS = 65_535
# Votes are sums of whole units in 32 bits.
MAX_UNITS = 2**31


class ByteTable:
    """A table of bins, checked once and then read by many trees.

    Parameters
    ----------
    cells : uint8 array of shape (n, d), C-ordered
        Number of each cell's bin; 255 where it is missing.
    heights : float32 array of shape (d, 256)
        Scale on which cuts are drawn: the height of each bin, finite and not falling along a column.

    Raises
    ------
    ValueError
        If shapes, types or heights do not fit.
    """

    def __init__(self, cells, heights):
        if cells.dtype != np.uint8 or cells.ndim != 2 or not cells.flags.c_contiguous or not cells.size:
            raise ValueError("cells must be a C-ordered, non-empty uint8 array of rows and columns")
        if cells.shape[1] > MAX_COLUMNS or len(cells) >= 2**31 - 1:
            raise ValueError(f"cells must have at most {MAX_COLUMNS} columns and 2**31 rows, got {cells.shape}")
        if heights.dtype != np.float32 or heights.shape != (cells.shape[1], 256) or not heights.flags.c_contiguous:
            raise ValueError(f"heights must be a C-ordered float32 array of shape {(cells.shape[1], 256)}")
        if not np.isfinite(heights).all() or (np.diff(heights, axis=1) < 0).any():
            raise ValueError("heights must be finite and must not fall along a column")
        self.cells, self.heights = cells, heights


class PackedTree(NamedTuple):
    """A grown tree, as arrays.

    Attributes
    ----------
    nodes : uint8 array of shape (NODE_BYTES * n_nodes,)
    leaf_of : int32 array of shape (n_nodes,)
        Number of the leaf, -1 where a node is none.
    leaf_starts : int32 array of shape (n_leaves + 1,)
    leaf_classes : int32 array of shape (n_shares,)
    leaf_shares : uint32 array of shape (n_shares,)
    """

    nodes: np.ndarray
    leaf_of: np.ndarray
    leaf_starts: np.ndarray
    leaf_classes: np.ndarray
    leaf_shares: np.ndarray

    def vote(self, table, rows, votes):
        """Add the shares of the leaves of some rows to their votes.

        Parameters
        ----------
        table : ByteTable
            With as many columns as the one that the tree was grown on.
        rows : int32 array of shape (m,)
            Positions in the table.
        votes : uint32 array of shape (n, n_classes)
        """
        if rows.size and (rows.min() < 0 or rows.max() >= len(table.cells)):
            raise ValueError(f"rows must lie in 0..{len(table.cells) - 1}")
        if len(votes) != len(table.cells) or (self.leaf_classes.size and self.leaf_classes.max() >= votes.shape[1]):
            raise ValueError(f"votes must have {len(table.cells)} rows and a column for every class of the tree")
        add_votes(table.cells, rows, *self, votes)

    def leaves(self, table):
        """Return the number of the leaf of each row: int32 array of shape (n,).

        Parameters
        ----------
        table : ByteTable
            With as many columns as the one that the tree was grown on.
        """
        n_leaves = len(self.leaf_starts) - 1
        numbers = np.arange(n_leaves + 1, dtype=np.int32)
        found = np.zeros((len(table.cells), 1), dtype=np.uint32)  # each leaf votes for its own number
        shares = numbers[:-1].astype(np.uint32)
        summed = PackedTree(self.nodes, self.leaf_of, numbers, np.zeros(n_leaves, dtype=np.int32), shares)
        summed.vote(table, np.arange(len(found), dtype=np.int32), found)
        return found[:, 0].astype(np.int32)


class TreeGrowth:
    """Grows trees on bootstrap samples of a table, one for each pair of seeds.

    Parameters
    ----------
    table : ByteTable
    codes : int32 array of shape (n,)
        Class of each row; rows of -1 are never drawn.
    n_classes : int
    weight : float64 array of shape (n,) or None
        Sample weights, finite and not negative; rows of weight 0 are never drawn.
    n_draws : int
        Draws with replacement a tree.
    n_tried : int
        Columns that a node tries.
    min_leaf : int
        Rows that each side of a cut has at least.
    unit : float
        What a whole vote counts for, see `vote_unit`.
    target : float32 array of shape (n,) or None, default=None
        Numbers in [0, 1] to be predicted in the place of two classes: the part of each row that is of class 1. The
        decrease of the Gini impurity is then twice the decrease of their variance, so trees are those of regression.
    """

    def __init__(self, table, codes, n_classes, *, weight, n_draws, n_tried, min_leaf, unit, target=None):
        self.table, self.n_classes = table, n_classes
        self.codes = check_codes(codes, len(table.cells), n_classes)
        self.weight = None if weight is None else _scaled(weight, self.codes)
        drawn_from = self.codes >= 0 if weight is None else (self.codes >= 0) & (self.weight > 0)
        self.rows = np.flatnonzero(drawn_from).astype(np.int32)
        if not self.rows.size:
            raise ValueError("codes and weight leave no row to draw")
        if min(n_draws, n_tried, min_leaf) < 1 or n_draws > 2**31 - 1:
            raise ValueError(f"n_draws, n_tried and min_leaf must be at least 1, got {(n_draws, n_tried, min_leaf)}")
        self.n_draws, self.n_tried, self.min_leaf, self.unit = n_draws, n_tried, min_leaf, unit
        self.target = None if target is None else _checked_target(target, self.codes, n_classes)

    def draw(self, seed):
        """Return how often each row of the table is drawn: uint16 array of shape (n,)."""
        times = np.zeros(len(self.table.cells), dtype=np.uint16)
        draw_rows(seed, self.n_draws, self.rows, times)
        return times

    def grow(self, seed, times):
        """Grow a tree on the rows that were drawn: PackedTree."""
        drawn = np.flatnonzero(times).astype(np.int32)
        n, n_columns = len(drawn), self.table.cells.shape[1]
        columns = np.ascontiguousarray(self.table.cells[drawn].T)
        codes, weight = np.zeros(n + STEP, dtype=np.int32), np.zeros(n + STEP, dtype=np.float32)
        codes[:n], weight[:n] = self.codes[drawn], times[drawn]
        if self.weight is not None:
            weight[:n] *= self.weight[drawn]
        ones = np.zeros(1, dtype=np.float32)
        if self.n_classes == 2:
            ones = np.where(codes == 1, weight, np.float32(0))
        if self.target is not None:
            ones[:n] = weight[:n] * self.target[drawn]
        most_nodes = max(1, 2 * n // self.min_leaf + 1)
        n_shares = 2 + (n if self.target is None else 2 * n)  # a row that is of both classes has a share of each
        tree = PackedTree(
            np.empty(NODE_BYTES * most_nodes, dtype=np.uint8),
            np.empty(most_nodes, dtype=np.int32),
            np.empty(most_nodes + 1, dtype=np.int32),
            np.empty(n_shares, dtype=np.int32),
            np.empty(n_shares, dtype=np.uint32),
        )
        sizes = grow_tree(
            seed, columns, self.table.heights, self.n_classes, self.n_tried, self.min_leaf, self.unit,
            np.empty(n, dtype=np.int32), weight, ones, codes, np.empty(n, dtype=np.uint32),
            np.empty((2, n + STEP), dtype=np.uint8), np.zeros((2, max(self.n_classes, 2))),
            np.empty(max(self.n_classes, 2), dtype=np.int32), np.arange(n_columns, dtype=np.int32),
            np.empty((most_nodes + 2, 3), dtype=np.int32), *tree,
        )  # fmt: skip
        n_nodes, n_leaves, n_shares = sizes
        ends = NODE_BYTES * n_nodes, n_nodes, n_leaves + 1, n_shares, n_shares
        return PackedTree(*(part[:end] for part, end in zip(tree, ends, strict=True)))


def vote_unit(n_trees):
    """Units of a whole vote, so that the votes of all trees fit 32 bits: float."""
    if not 1 <= n_trees <= 2**16:
        raise ValueError(f"the number of trees must lie in 1..{2**16}, got {n_trees}")
    return float(MAX_UNITS // n_trees)


def _checked_target(target, codes, n_classes):
    if n_classes != 2 or target.dtype != np.float32 or target.shape != codes.shape:
        raise ValueError(f"target must be a float32 array of shape {codes.shape} in the place of two classes")
    if not (target.min() >= 0 and target.max() <= 1):
        raise ValueError("target must lie in [0, 1]")
    return target


def _scaled(weight, codes):
    """Weights of the labelled rows in float32, 1 in the mean; too small ones become 0."""
    if weight.shape != codes.shape or not np.isfinite(weight).all() or weight.min(initial=0.0) < 0:
        raise ValueError(f"weight must be finite, not negative and of shape {codes.shape}")
    largest = weight[codes >= 0].max(initial=0.0)
    if largest == 0:
        return np.zeros(len(weight), dtype=np.float32)
    weight = weight / largest
    return (weight / weight[codes >= 0].mean()).astype(np.float32)
