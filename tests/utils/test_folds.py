"""Folds of some rows."""

import numpy as np

from skclean.utils._folds import renumbered_folds


def test_rows_are_numbered_anew_and_others_are_left_out():
    folds = [(np.array([0, 1, 2]), np.array([3, 4])), (np.array([3, 4]), np.array([0, 1, 2]))]
    found = renumbered_folds(folds, np.array([1, 2, 4]), 5)
    assert [[side.tolist() for side in fold] for fold in found] == [[[0, 1], [2]], [[2], [0, 1]]]
