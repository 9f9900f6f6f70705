"""Accumulate predictions of many models into one table whose columns follow the classes."""

import numpy as np

__all__ = ["ProbaSum"]


class ProbaSum:
    """A running mean of predictions per row.

    Parameters
    ----------
    n_samples : int
        Number of rows.
    n_classes : int
        Number of classes, the columns.
    """

    def __init__(self, n_samples, n_classes):
        self.total = np.zeros((n_samples, n_classes))
        self.count = np.zeros(n_samples, dtype=np.int64)

    def add(self, rows, proba, columns):
        """Add predictions for distinct `rows`; column c of `proba` belongs to class ``columns[c]``.

        A class that a model has not seen keeps probability 0 from it.
        """
        if len(columns) == self.total.shape[1]:
            self.total[rows] += proba
        else:
            self.total[np.ix_(rows, columns)] += proba
        self.count[rows] += 1

    def mean(self):
        """Mean prediction per row: ndarray of shape (n_samples, n_classes), rows sum to 1.

        Weights may leave a model, such as a leaf of a tree, without any opinion on a row: all its probabilities are 0.
        A row on which no model has an opinion gets the mean of the other rows.
        """
        proba = self.total
        sums = proba.sum(axis=1, keepdims=True)
        np.divide(proba, sums, out=proba, where=sums > 0)
        silent = np.flatnonzero(sums[:, 0] == 0)
        if silent.size:
            proba[silent] = proba.sum(axis=0) / max(len(proba) - silent.size, 1)
        return proba
