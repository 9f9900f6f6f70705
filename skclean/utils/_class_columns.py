"""Accumulate predictions of many models into one table whose columns follow the classes."""

import numpy as np

from skclean.utils._shortened import shortened

__all__ = ["ProbaSum", "class_columns", "predicted_codes"]


def class_columns(seen, classes):
    """Positions of the classes that a model knows among all: ndarray of shape (n_seen,), intp.

    A model that was fitted before, and is only asked, may know others: searching where they would stand would give
    their probabilities to a neighbour.
    """
    position = {label: column for column, label in enumerate(classes.tolist())}
    unknown = [label for label in np.asarray(seen).tolist() if label not in position]
    if unknown:
        raise ValueError(
            f"the estimator predicts the class {shortened(unknown[0])}, which y does not have; a model that was fitted "
            "before must know the labels of y and no others."
        )
    columns = np.array([position[label] for label in np.asarray(seen).tolist()], dtype=np.intp)
    if len(set(columns.tolist())) != len(columns):
        raise ValueError("classes_ of the estimator lists a class more than once; each class has one column.")
    return columns


def predicted_codes(predicted, classes):
    """Positions among all classes of the labels that a model predicts: ndarray of shape (n_samples,), intp."""
    seen, which = np.unique(predicted, return_inverse=True)
    return class_columns(seen, classes)[which.ravel()]


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
        if np.shape(proba) != (len(rows), len(columns)):
            raise ValueError(
                f"predict_proba of the estimator gave the shape {np.shape(proba)} for {len(rows)} rows and "
                f"{len(columns)} classes; it must give one row per row and one column per class of classes_."
            )
        if len(columns) == self.total.shape[1]:
            self.total[rows] += proba
        else:
            self.total[np.ix_(rows, columns)] += proba
        self.count[rows] += 1

    def mean(self):
        """Mean prediction per row: ndarray of shape (n_samples, n_classes), rows sum to 1.

        Weights may leave a model, such as a leaf of a tree, without any opinion on a row: all its probabilities are 0.
        A row on which no model has an opinion gets the mean of the other rows; without any, all classes are alike.
        """
        proba = self.total
        sums = proba.sum(axis=1, keepdims=True)
        np.divide(proba, sums, out=proba, where=sums > 0)
        silent = np.flatnonzero(sums[:, 0] == 0)
        if silent.size:
            n_others = len(proba) - silent.size
            proba[silent] = proba.sum(axis=0) / n_others if n_others else 1 / proba.shape[1]
        return proba
