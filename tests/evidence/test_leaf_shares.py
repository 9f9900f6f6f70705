"""Shares in leaves: a plain reference, and that a row has no part in its own shares."""

import numpy as np
import pytest
from scipy import sparse

from skclean.evidence import leaf_shares, share_forest
from skclean.utils._compat import drawn_rows
from skclean.utils._params import seeded_clone

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
TARGETS = X[:, :2] + 0.1 * RNG.normal(size=(60, 2))
CELLS = RNG.integers(0, 4, 60)
WEIGHT = RNG.uniform(0.5, 2, 60)
ROWS = np.arange(50)


def test_out_of_bag_shares_are_those_of_the_rows_in_the_leaf():
    forest = share_forest(50, min_leaf=3, n_trees=15)
    found = leaf_shares(forest, X, TARGETS, CELLS, 4, rows=ROWS, weight=WEIGHT, random_state=np.random.RandomState(3))
    same = seeded_clone(forest, np.random.RandomState(3)).fit(X[ROWS], TARGETS[ROWS], sample_weight=WEIGHT[ROWS])
    total = np.zeros((60, 4))
    for tree, drawn in zip(same.estimators_, drawn_rows(same), strict=True):
        leaves = tree.apply(X.astype(np.float32))
        for row in range(60):
            if row in drawn:
                continue
            there = [member for member in drawn if leaves[member] == leaves[row]]
            shares = np.bincount(CELLS[there], WEIGHT[there], 4)
            total[row] += shares / shares.sum()
    np.testing.assert_allclose(found, total / total.sum(axis=1, keepdims=True))


@pytest.mark.parametrize("folds", [None, [(np.arange(25), np.arange(25, 50)), (np.arange(25, 50), np.arange(25))]])
def test_a_row_has_no_part_in_its_own_shares(folds):
    forest = share_forest(50, min_leaf=3, n_trees=15)
    only = np.where(np.arange(60) == 7, 1, 0)
    found = leaf_shares(forest, X, TARGETS, only, 2, rows=ROWS, folds=folds, random_state=0)
    assert found[7, 1] == 0 and found[:, 1].any()
    np.testing.assert_allclose(found.sum(axis=1), 1)


def test_sparse_points_and_a_row_that_every_tree_drew():
    forest = share_forest(50, min_leaf=3, n_trees=1)
    found = leaf_shares(forest, sparse.csr_array(X), TARGETS, CELLS, 4, rows=ROWS, random_state=0)
    everywhere = np.bincount(CELLS[ROWS], minlength=4) / 50
    assert (np.abs(found - everywhere).max(axis=1) < 1e-12).sum() > 10


def test_large_tables_get_fewer_trees_of_fewer_rows():
    assert share_forest(10**6, min_leaf=8).n_estimators < share_forest(1000, min_leaf=8).n_estimators
    assert share_forest(10**6, min_leaf=8).max_samples is not None
    assert share_forest(4, min_leaf=8).min_samples_leaf == 1
