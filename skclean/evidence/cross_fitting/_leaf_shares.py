"""What is recorded for the rows that share a leaf with a row, in the trees that did not draw the row.

A forest of regression trees groups rows with similar targets, and the targets may be several at once. The records of
the rows in a leaf are an estimate of the whole distribution of what is recorded, not only of its mean.
"""

import numpy as np
from sklearn.ensemble import ExtraTreesRegressor
from sklearn.utils import check_random_state

from skclean.utils._compat import drawn_rows, num_samples
from skclean.utils._params import seeded_clone

__all__ = ["leaf_shares", "share_forest"]

# Trees: fewer on large tables, since each tree costs as much as the rows that it draws.
MOST_TREES, FEWEST_TREES, ROWS_TIMES_TREES = 200, 50, 1_500_000
MAX_ROWS_A_TREE = 100_000


def share_forest(n_rows, *, min_leaf, n_trees=None, n_jobs=None):
    """Return a forest of extremely randomised regression trees on bootstrap samples.

    Parameters
    ----------
    n_rows : int
        Rows to train on.
    min_leaf : int
        Rows that a leaf has at least.
    n_trees : int or None, default=None
        None means 200, and fewer for more than 7,500 rows.
    n_jobs : int or None, default=None
        Trees grown side by side.

    Returns
    -------
    forest : ExtraTreesRegressor
    """
    if n_trees is None:
        n_trees = int(np.clip(ROWS_TIMES_TREES // max(n_rows, 1), FEWEST_TREES, MOST_TREES))
    return ExtraTreesRegressor(
        n_trees,
        bootstrap=True,
        min_samples_leaf=min(min_leaf, max(1, n_rows // 4)),
        max_features=0.5,
        max_samples=MAX_ROWS_A_TREE if n_rows > MAX_ROWS_A_TREE else None,
        n_jobs=n_jobs,
    )


def leaf_shares(forest, points, targets, cells, n_cells, *, rows, weight=None, folds=None, random_state=None):
    """Share of each cell among the rows in the leaves of a row, without the row itself.

    Parameters
    ----------
    forest : ExtraTreesRegressor with ``bootstrap=True``
        Cloned.
    points : ndarray or sparse matrix of shape (n_samples, n_columns)
        Numbers only.
    targets : ndarray of shape (n_samples,) or (n_samples, n_targets)
        What the trees are grown to predict.
    cells : ndarray of shape (n_samples,), int
        What is recorded for each row, from 0 to n_cells - 1.
    n_cells : int
    rows : ndarray of int
        Positions of the rows that are trained on; `targets` and `cells` of the others are not read.
    weight : ndarray of shape (n_samples,) or None, default=None
        What each row counts for.
    folds : list of (train, test), ndarrays of int, or None, default=None
        None means out of bag; else each row is predicted by the forest of a fold that was trained without it.
    random_state : int, RandomState instance or None, default=None
        Seeds the forest.

    Returns
    -------
    shares : ndarray of shape (n_samples, n_cells), float64
        Each row sums to 1. A row that no tree predicts gets the shares of all rows.
    """
    rng = check_random_state(random_state)
    points = points.tocsr() if hasattr(points, "tocsr") else points
    weight = np.ones(num_samples(points)) if weight is None else weight
    total = np.zeros((num_samples(points), n_cells))
    if folds is None:
        _add_trees(total, forest, points, targets, cells, rows, None, weight, rng)
    else:
        others = np.setdiff1d(np.arange(len(total)), rows)
        for train, test in folds:
            kept = np.intersect1d(train, rows)
            _add_trees(total, forest, points, targets, cells, kept, np.concatenate([test, others]), weight, rng)
    sums = total.sum(axis=1, keepdims=True)
    everywhere = np.bincount(cells[rows], weight[rows], n_cells)
    return np.where(sums > 0, total / np.where(sums > 0, sums, 1), everywhere / everywhere.sum())


def _add_trees(total, forest, points, targets, cells, rows, asked, weight, rng):
    """Add the shares in the leaves of each tree, for the asked rows, or for those that the tree did not draw."""
    forest = seeded_clone(forest, rng)
    forest.fit(points[rows], targets[rows], sample_weight=weight[rows])
    leaves = forest.apply(points)
    n_cells = total.shape[1]
    for tree, drawn in enumerate(drawn_rows(forest)):
        times = np.bincount(drawn, minlength=len(rows))
        left_out = np.ones(len(total), dtype=bool)
        left_out[rows[times > 0]] = False
        mine = np.flatnonzero(left_out) if asked is None else asked
        leaf = leaves[:, tree]
        counts = np.bincount(
            leaf[rows] * n_cells + cells[rows], times * weight[rows], (int(leaf.max()) + 1) * n_cells
        ).reshape(-1, n_cells)
        sums = counts.sum(axis=1, keepdims=True)
        shares = np.divide(counts, sums, out=np.zeros_like(counts), where=sums > 0)
        total[mine] += shares[leaf[mine]]
