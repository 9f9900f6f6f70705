"""Folds of some rows, from folds of all."""

import numpy as np

__all__ = ["renumbered_folds"]


def renumbered_folds(folds, rows, n_samples):
    """Folds in which rows are numbered by their position among `rows`; others are left out.

    Parameters
    ----------
    folds : list of (train, test), ndarrays of int
        Positions among all rows.
    rows : ndarray of shape (n_kept,), int
        Rows that are kept, in order.
    n_samples : int
        Number of all rows.

    Returns
    -------
    folds : list of (train, test), ndarrays of int
    """
    position = np.full(n_samples, -1)
    position[rows] = np.arange(len(rows))
    sides = [[position[side] for side in fold] for fold in folds]
    return [tuple(side[side >= 0] for side in fold) for fold in sides]
