"""The steps of a fit of the forest of numbers: a ridge regression, then trees on what is left over."""

import numpy as np
from sklearn.utils import check_random_state

from skclean._kernels import ByteTable, TreeGrowth, vote_unit
from skclean.evidence.default_model._bin_points import BinPoints
from skclean.evidence.numbers._leaf_sums import LeafSums
from skclean.evidence.numbers._robust import clip_tails, right_weight, robust_spread
from skclean.evidence.numbers._robust_line import RidgeLine
from skclean.utils._tasks import run_in_order

__all__ = ["StepChain", "predict_line"]

# Above so many rows a tree draws fewer than there are: of n rows the root of n times this, and never more than that.
ALL_ROWS_UP_TO, MAX_DRAWS = 10_000, 100_000
# Scales of columns are learned from so many rows.
LEARNED_FROM = 20_000
# Of more coordinates the ridge regression is left out.
MAX_WIDTH = 300
# Columns that a node tries: all of few, a third of many.
ALL_COLUMNS_UP_TO = 30
# How often trees are grown on what is left over, and how often the weights of rows are found anew each time.
N_STEPS, N_ROUNDS = 2, 3
# What is left over is clipped at so many spreads before trees are grown on it.
CLIP = 4.0
# Of the squared scale of a row, half is the spread of residuals around it, half the spread of what the trees were grown
# on; a share of the squared spread of all residuals is added. examples/benchmarks/targets_numbers.py ranks by it.
HALF, FLOOR = 0.5, 0.1
# The ridge regression predicts at most this share of the range of y beyond it.
BEYOND_RANGE = 0.25


def predict_line(line, points, cells):
    """Predictions of the ridge regression, within the range that y has: ndarray of shape (n_samples,)."""
    if line is None:
        return np.zeros(len(cells))
    slopes, offset, low, high = line
    predicted = np.empty(len(cells))
    for start in range(0, len(cells), LEARNED_FROM):
        block = slice(start, start + LEARNED_FROM)
        predicted[block] = points.wide(cells[block]) @ slopes + offset
    return np.clip(predicted, low, high)


class StepChain:
    """The steps of a fit. Each knows the out-of-sample residual that the steps before left of every row."""

    def __init__(self, forest, cells, target, weight, keep):
        self.forest, self.cells, self.keep = forest, cells, keep
        self.trained = target.known if weight is None else target.known & (weight > 0)
        if not self.trained.any():
            raise ValueError("y and sample_weight leave no row to train on; at least one is needed.")
        self.y = np.where(target.known, target.values, 0.0)
        self.weight = None
        if weight is not None or not self.trained.all():
            self.weight = np.where(self.trained, 1.0 if weight is None else weight, 0.0)
        self.clipped = np.zeros(len(self.y))
        self.clipped[self.trained] = clip_tails(self.y[self.trained])
        self.table = ByteTable(cells, forest.encoder_.heights_)
        self.rng = check_random_state(forest.random_state)
        self.right = self.trained.astype(np.float64)
        self.predicted = self._draw_line()
        self._weigh()
        steps = [self._grow() for _ in range(N_STEPS)]
        if keep:
            forest.steps_ = [trees for trees, *_ in steps]
        self.leaves = [(sums, grown_on) for _, sums, grown_on in steps]

    def _draw_line(self):
        """Fit the ridge regression, and return its predictions of rows that were left out."""
        forest, some = self.forest, np.linspace(0, len(self.cells) - 1, min(len(self.cells), LEARNED_FROM))
        points = BinPoints(forest.encoder_.bins_, self.cells[some.astype(np.intp)])
        forest.points_, forest.line_ = points, None
        middle = float(np.median(self.clipped[self.trained]))
        rows = np.flatnonzero(self.trained)
        if points.width > MAX_WIDTH or len(rows) < 3:
            forest.line_ = np.zeros(points.width), middle, middle, middle
            return np.full(len(self.y), middle)
        rows = rows[np.linspace(0, len(rows) - 1, min(len(rows), LEARNED_FROM)).astype(np.intp)]
        y = self.clipped[rows]
        line = RidgeLine(
            points.wide(self.cells[rows]), y, np.ones(len(rows)) if self.weight is None else self.weight[rows]
        )
        beyond = BEYOND_RANGE * (y.max() - y.min())
        low, high = y.min() - beyond, y.max() + beyond
        forest.line_ = line.slopes, line.offset, low, high
        predicted = predict_line(forest.line_, points, self.cells)
        predicted[rows] = np.clip(line.left_out, low, high)
        return predicted

    def _weigh(self):
        """Let the weights of rows with large residuals fall; return the spread of residuals."""
        residual = self.y - self.predicted
        spread = robust_spread(residual[self.trained])
        self.right = np.where(self.trained, right_weight(residual, spread), 0.0)
        return spread

    def _grow(self):
        """Grow trees on what is left over, and add what they predict."""
        before, spread = self.predicted, robust_spread((self.y - self.predicted)[self.trained])
        left = np.where(self.trained, np.clip(self.clipped - before, -CLIP * spread, CLIP * spread), 0.0)
        growth = self._growth(left)
        seeds = self.rng.randint(2**31 - 1, size=(self.forest.n_estimators, 2), dtype=np.int64).tolist()
        sums, trees = LeafSums(self.weight), []
        grown = run_in_order(_grown, ((growth, *pair) for pair in seeds), n_jobs=self.forest.n_jobs, prefer="threads")
        for tree, leaves, times in grown:
            sums.add(leaves, times)
            if self.keep:
                trees.append(tree)
        sums.close()
        for _ in range(N_ROUNDS):
            self.predicted = before + sums.means(left, mass=self.right)[0]
            self._weigh()
        self.predicted = before + sums.means(left, mass=self.right)[0]
        kept = (trees, sums.leaf_values(left, self.right)) if self.keep else None
        return kept, sums, left

    def _growth(self, left):
        n_known, n_columns = int(np.count_nonzero(self.trained)), self.cells.shape[1]
        low, high = left[self.trained].min(), left[self.trained].max()
        unit = np.clip((left - low) / (high - low if high > low else 1.0), 0, 1).astype(np.float32)
        return TreeGrowth(
            self.table,
            np.where(self.trained, np.int32(0), np.int32(-1)),
            2,
            weight=self.weight,
            n_draws=max(1, min(n_known, int((ALL_ROWS_UP_TO * n_known) ** 0.5), MAX_DRAWS)),
            n_tried=min(n_columns, max(ALL_COLUMNS_UP_TO, n_columns // 3)),
            min_leaf=self.forest.min_samples_leaf,
            unit=vote_unit(self.forest.n_estimators),
            target=unit,
        )

    def scale(self):
        """Return how large the residual of a right number is around each row: ndarray of shape (n_samples,)."""
        residual = self.y - self.predicted
        spread = robust_spread(residual[self.trained])
        squares = np.clip(residual, -3 * spread, 3 * spread) ** 2
        around = np.zeros(len(self.y))
        for number, (sums, grown_on) in enumerate(self.leaves):
            columns = [squares] if number else [squares, grown_on, grown_on**2]
            found = sums.means(*columns, mass=self.right)
            around += (1 - HALF) / len(self.leaves) * found[0]
            if not number:
                around += HALF * np.maximum(found[2] - found[1] ** 2, 0.0)
        return np.sqrt(around + FLOOR * spread**2)


def _grown(growth, row_seed, tree_seed):
    """Grow a tree; return it, the leaf of each row, and how often each row was drawn."""
    times = growth.draw(row_seed)
    tree = growth.grow(tree_seed, times)
    return tree, tree.leaves(growth.table), times
