"""Trees on bytes against a plain reference that draws the same random numbers."""

import numpy as np
import pytest

from skclean._kernels import MAX_COLUMNS, MISSING_CELL, ByteTable, TreeGrowth, vote_unit

MASK = 2**64 - 1


class Numbers:
    """The random numbers of the kernel."""

    def __init__(self, seed):
        self.state = seed

    def advance(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        mixed = self.state
        mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & MASK
        return mixed ^ (mixed >> 31)

    def below(self, n):
        return ((self.advance() >> 32) * n) >> 32


class PlainTree:
    """A tree as nested tuples: (column, cut, missing go left, left, right), or the shares of a leaf."""

    def __init__(self, seed, cells, heights, codes, weight, n_classes, n_tried, min_leaf):
        self.numbers, self.cells, self.heights = Numbers(seed), cells, heights
        self.codes, self.weight, self.n_classes = codes, weight, n_classes
        self.n_tried, self.min_leaf = n_tried, min_leaf
        self.columns = list(range(cells.shape[1]))
        self.root = self.node(np.arange(len(cells)))

    def counts(self, rows):
        return np.bincount(self.codes[rows], self.weight[rows], self.n_classes)

    def node(self, rows):
        counts = self.counts(rows)
        cut = None
        if np.count_nonzero(counts) > 1 and len(rows) >= 2 * self.min_leaf:
            cut = self.best_cut(rows, counts)
        if cut is None:
            return counts / counts.sum()
        column, at, missing_left = cut
        left = self.goes_left(rows, column, at, missing_left)
        return column, at, missing_left, self.node(rows[left]), self.node(rows[~left])

    def goes_left(self, rows, column, at, missing_left):
        cells = self.cells[rows, column]
        return (cells <= at) | (missing_left & (cells == MISSING_CELL))

    def best_cut(self, rows, counts):
        best, best_score, n_drawn, n_varied = None, -1.0, 0, 0
        while n_drawn < len(self.columns) and (n_drawn < self.n_tried or not n_varied):
            place = n_drawn + self.numbers.below(len(self.columns) - n_drawn)
            column = self.columns[place]
            self.columns[place], self.columns[n_drawn] = self.columns[n_drawn], column
            n_drawn += 1
            cut = self.draw_cut(rows, column)
            if cut is None:
                continue
            n_varied += 1
            left = self.goes_left(rows, column, *cut)
            on_left, on_right = self.counts(rows[left]), self.counts(rows[~left])
            if min(left.sum(), (~left).sum()) < self.min_leaf:
                continue
            score = (on_left**2).sum() / on_left.sum() + (on_right**2).sum() / on_right.sum()
            if score > best_score:
                best, best_score = (column, *cut), score
        return best

    def draw_cut(self, rows, column):
        cells = self.cells[rows, column]
        known = cells[cells != MISSING_CELL]
        if not known.size:
            return None
        low, high = int(known.min()), int(known.max())
        if low == high:
            return (low, False) if known.size < cells.size else None
        heights = self.heights[column].astype(float)
        share = (self.numbers.advance() >> 11) / 2**53
        height = heights[low] + share * float(self.heights[column, high] - self.heights[column, low])
        at = max([low, *(bin_ for bin_ in range(low, high) if heights[bin_] <= height)])
        return at, bool(self.numbers.advance() >> 63)

    def shares(self, row):
        node = self.root
        while isinstance(node, tuple):
            column, at, missing_left, left, right = node
            cell = row[column]
            node = left if cell <= at or (missing_left and cell == MISSING_CELL) else right
        return node


def table_of(seed, n_rows=120, n_columns=5, missing=0.0, n_bins=30):
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, n_bins, (n_rows, n_columns), dtype=np.uint8)
    cells[:, 0] //= 10
    cells[:, 1] = 7  # constant
    cells[rng.random(cells.shape) < missing] = MISSING_CELL
    heights = np.cumsum(rng.random((n_columns, 256)), axis=1).astype(np.float32)
    return ByteTable(cells, heights)


def growth_of(table, n_classes=3, *, seed=0, weight=None, n_tried=2, min_leaf=3, unit=2.0**20, n_draws=None):
    rng = np.random.default_rng(seed)
    codes = rng.integers(0, n_classes, len(table.cells), dtype=np.int32)
    n_draws = n_draws or len(codes)
    options = {"n_draws": n_draws, "n_tried": n_tried, "min_leaf": min_leaf, "unit": unit}
    return TreeGrowth(table, codes, n_classes, weight=weight, **options)


@pytest.mark.parametrize("n_classes", [2, 3, 7])
@pytest.mark.parametrize("missing", [0.0, 0.3, 0.9])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("min_leaf", [1, 4])
def test_a_tree_is_that_of_the_plain_reference(n_classes, missing, weighted, min_leaf):
    table = table_of(1, missing=missing)
    weight = np.random.default_rng(2).permutation(np.tile([0.0, 1.0, 3.0, 4.0], 30)) if weighted else None
    growth = growth_of(table, n_classes, weight=weight, min_leaf=min_leaf)
    times = growth.draw(5)
    tree = growth.grow(11, times)
    drawn = np.flatnonzero(times)
    # the mean of these weights is a power of 2, so that scaling them is exact and equal scores stay equal
    counts = times[drawn] * (1.0 if weight is None else weight[drawn])
    plain = PlainTree(11, table.cells[drawn], table.heights, growth.codes[drawn], counts, n_classes, 2, min_leaf)
    votes = np.zeros((120, n_classes), dtype=np.uint32)
    tree.vote(table, np.arange(120, dtype=np.int32), votes)
    expected = np.array([plain.shares(row) for row in table.cells])
    np.testing.assert_allclose(votes / growth.unit, expected, atol=1e-5)
    assert len(np.unique(expected, axis=0)) > 1


def test_draws_are_with_replacement_among_labelled_rows_of_some_weight():
    table = table_of(0, n_rows=200)
    weight = np.ones(200)
    weight[:50] = 0
    growth = growth_of(table, weight=weight)
    growth.codes[50:100] = -1
    growth = TreeGrowth(table, growth.codes, 3, weight=weight, n_draws=1000, n_tried=1, min_leaf=1, unit=1.0)
    times = growth.draw(3)
    assert times.sum() == 1000 and not times[:100].any() and (times[100:] > 0).all()
    np.testing.assert_array_equal(times, growth.draw(3))
    assert (times != growth.draw(4)).any()


def test_only_rows_that_are_asked_get_votes_and_no_array_is_changed():
    table = table_of(3)
    growth = growth_of(table)
    before = table.cells.copy(), growth.codes.copy()
    times = growth.draw(0)
    votes = np.zeros((120, 3), dtype=np.uint32)
    asked = np.flatnonzero(times == 0).astype(np.int32)
    growth.grow(1, times).vote(table, asked, votes)
    assert (votes[asked].sum(axis=1) > 0).all() and not np.delete(votes, asked, axis=0).any()
    np.testing.assert_array_equal(table.cells, before[0])
    np.testing.assert_array_equal(growth.codes, before[1])


@pytest.mark.parametrize("n_rows", [1, 2, 15, 16, 17, 33])
def test_small_tables_and_tables_without_any_cell(n_rows):
    for cells in (np.zeros((n_rows, 2), dtype=np.uint8), np.full((n_rows, 2), MISSING_CELL, dtype=np.uint8)):
        table = ByteTable(cells, np.zeros((2, 256), dtype=np.float32))
        growth = growth_of(table, 2, min_leaf=1)
        times = growth.draw(0)
        tree = growth.grow(0, times)
        votes = np.zeros((n_rows, 2), dtype=np.uint32)
        tree.vote(table, np.arange(n_rows, dtype=np.int32), votes)
        shares = np.bincount(growth.codes, times, 2) / times.sum()
        np.testing.assert_allclose(votes / growth.unit, np.tile(shares, (n_rows, 1)), atol=1e-5)


def test_weights_of_any_size_grow_the_same_tree():
    table, weight = table_of(4), np.random.default_rng(0).random(120) + 0.5
    trees = []
    for factor in (1.0, 1e300, 1e-300, 2.0**-1060):
        growth = growth_of(table, weight=weight * factor)
        trees.append(growth.grow(1, growth.draw(0)))
    for tree in trees[1:3]:
        np.testing.assert_array_equal(tree.nodes, trees[0].nodes)


def test_votes_of_all_trees_fit():
    assert vote_unit(400) * 400 <= 2**31
    for n_trees in (0, 2**16 + 1):
        with pytest.raises(ValueError, match="number of trees"):
            vote_unit(n_trees)


def test_what_does_not_fit_is_refused():
    cells, heights = np.zeros((4, 2), dtype=np.uint8), np.zeros((2, 256), dtype=np.float32)
    for bad in (cells.astype(float), cells[:, 0], cells[:0], np.asfortranarray(cells), cells[:, ::-1]):
        with pytest.raises(ValueError, match="cells must be"):
            ByteTable(bad, heights)
    with pytest.raises(ValueError, match=f"at most {MAX_COLUMNS} columns"):
        ByteTable(np.zeros((1, MAX_COLUMNS + 1), dtype=np.uint8), heights)
    for bad in (heights[:1], heights.astype(float)):
        with pytest.raises(ValueError, match="heights must be a C-ordered float32 array"):
            ByteTable(cells, bad)
    for bad in (np.nan, -1.0):
        wrong = heights.copy()
        wrong[1, 5] = bad
        with pytest.raises(ValueError, match="heights must be finite and must not fall"):
            ByteTable(cells, wrong)
    table = ByteTable(cells, heights)
    options = {"n_draws": 4, "n_tried": 1, "min_leaf": 1, "unit": 1.0}
    with pytest.raises(ValueError, match=r"codes must lie in -1..1"):
        TreeGrowth(table, np.array([0, 1, 2, 0], dtype=np.int32), 2, weight=None, **options)
    with pytest.raises(ValueError, match="leave no row to draw"):
        TreeGrowth(table, np.full(4, -1, dtype=np.int32), 2, weight=None, **options)
    with pytest.raises(ValueError, match="weight must be finite"):
        TreeGrowth(table, np.zeros(4, dtype=np.int32), 2, weight=np.array([1, 1, 1, -1.0]), **options)
    with pytest.raises(ValueError, match="at least 1"):
        TreeGrowth(table, np.zeros(4, dtype=np.int32), 2, weight=None, **(options | {"min_leaf": 0}))
    growth = TreeGrowth(table, np.array([0, 1, 0, 1], dtype=np.int32), 2, weight=None, **options)
    tree = growth.grow(0, growth.draw(0))
    with pytest.raises(ValueError, match=r"rows must lie in 0..3"):
        tree.vote(table, np.array([4], dtype=np.int32), np.zeros((4, 2), dtype=np.uint32))
    with pytest.raises(ValueError, match="votes must have 4 rows"):
        tree.vote(table, np.array([0], dtype=np.int32), np.zeros((3, 2), dtype=np.uint32))
