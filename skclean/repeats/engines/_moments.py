"""Sums from which many models can be solved: counted for each fold, added up over the folds a model trains on."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from skclean._kernels import NO_FOLD, compact_rows, gram_groups, sum_groups

__all__ = ["Moments", "TrainingMoments", "usable_weight"]

# Matrices of columns by columns beyond this many numbers a fold are slower than a fit, and large.
LARGEST_GRAMS = 1 << 20


@dataclass(frozen=True, eq=False)
class TrainingMoments:
    """Sums over the training part of each of k folds, for each class; rows are less the shift of their class.

    Parameters
    ----------
    counts, weights : ndarrays of shape (k, n_classes)
        Rows, and the sum of their weights.
    sums : ndarray of shape (k, n_classes, d)
    squares : ndarray of shape (k, n_classes, d)
        Sums of squares.
    grams : ndarray of shape (k, d, d) or (k, n_classes, d, d), or None
        Sums of outer products, of all classes together or of each.
    shift : ndarray of shape (n_classes, d)
    unweighted : TrainingMoments or None
        The same where every row counts once, if somebody asked for it.
    """

    counts: np.ndarray
    weights: np.ndarray
    sums: np.ndarray
    squares: np.ndarray
    grams: np.ndarray | None
    shift: np.ndarray
    unweighted: "TrainingMoments | None" = None

    @property
    def present(self):
        """Return which classes each training part has: ndarray of shape (k, n_classes), bool."""
        return self.counts > 0

    @property
    def safe_weights(self):
        """Weights as divisors: ndarray of shape (k, n_classes, 1), 1 for classes without any."""
        return np.where(self.weights > 0, self.weights, 1.0)[:, :, None]

    def means(self):
        """Class means of the rows themselves: ndarray of shape (k, n_classes, d)."""
        return self.shift + self.sums / self.safe_weights

    def variances(self):
        """Class variances: ndarray of shape (k, n_classes, d)."""
        scatter = self.squares - self.sums**2 / self.safe_weights
        return np.maximum(scatter, 0) / self.safe_weights

    def within(self, factors=None):
        """Outer products of rows less their class mean, summed: ndarray of shape (k, d, d).

        Parameters
        ----------
        factors : ndarray of shape (k, n_classes) or None
            What to multiply each class by; needs outer products of each class.
        """
        if factors is None:
            return self.grams - np.swapaxes(self.sums / self.safe_weights, 1, 2) @ self.sums
        return np.einsum("kc,kcij->kij", factors, self.scatters())

    def scatters(self):
        """Outer products of rows less their class mean, summed class by class: (k, n_classes, d, d)."""
        means = self.sums / self.safe_weights
        return self.grams - means[..., :, None] * self.sums[..., None, :]


class Moments:
    """Rows less the median of their class, and their sums over the training parts of folds.

    A median is a value of the column, so columns that do not vary become zeros, whole numbers stay whole, with
    exact sums, and columns with a common value become mostly zeros. It is at most a standard deviation from the
    mean, so that sums of squares hardly cancel. Sparse rows are taken as they are, since they would not stay sparse.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n, d)
    codes : ndarray of shape (n,), int
        Class of each row, -1 for rows that take no part.
    n_classes : int
    weight : ndarray of shape (n,) or None
    grams : {None, "together", "by_class"}
        Which outer products to sum.
    unweighted : bool, default=False
        Sum without weights too.
    """

    def __init__(self, X, codes, n_classes, weight=None, grams=None, unweighted=False):
        self.codes = codes
        self.n_classes = n_classes
        self.weight = weight
        self.grams = grams
        self.unweighted = unweighted and weight is not None
        self.shift = np.zeros((n_classes, X.shape[1]))
        if not sparse.issparse(X):
            for c in range(n_classes):
                self.shift[c] = _lower_medians(X[codes == c])
            X = X - self.shift[codes]  # those that take no part get any shift
        self.rows = compact_rows(X)

    @staticmethod
    def fit_into_memory(n_columns, n_rows, n_classes=1):
        """Return whether outer products are worth their while: no more columns than rows, and not too many."""
        return n_columns <= n_rows and n_classes * n_columns**2 <= LARGEST_GRAMS

    def training(self, fold, n_splits):
        """Sums over the training part of each fold.

        Parameters
        ----------
        fold : ndarray of shape (n,), uint8
        n_splits : int

        Returns
        -------
        moments : TrainingMoments
        """
        # Added up rather than subtracted from the total: what is zero in all other folds stays zero.
        return self._add_up(as_groups(fold), n_splits, 1.0 - np.eye(n_splits))

    def whole(self):
        """Sums over all rows that take part, as if they were the training part of a single fold."""
        return self._add_up(np.where(self.codes < 0, -1, 0), 1, np.ones((1, 1)))

    def _add_up(self, fold, n_splits, chosen):
        """Moments of the chosen folds: `chosen` has a row of zeros and ones for each training part."""

        def added(weight, grams):
            parts = self._parts(fold, n_splits, weight, grams)
            return (None if part is None else np.tensordot(chosen, part, axes=1) for part in parts)

        unweighted = TrainingMoments(*added(None, None), self.shift) if self.unweighted else None
        return TrainingMoments(*added(self.weight, self.grams), self.shift, unweighted)

    def _parts(self, fold, n_splits, weight, grams):
        """Counts, weights, sums, squares and outer products of the rows in each fold."""
        shape = (n_splits, self.n_classes)
        group = np.where((fold < 0) | (self.codes < 0), -1, fold * self.n_classes + self.codes)
        n_groups = n_splits * self.n_classes
        listed = group >= 0
        counts = np.bincount(group[listed], minlength=n_groups).reshape(shape).astype(np.float64)
        weights = counts
        if weight is not None:
            weights = np.bincount(group[listed], weight[listed], minlength=n_groups).reshape(shape)
        sums, squares = sum_groups(self.rows, group, n_groups, weight=weight, squares=True)
        outer = None
        if grams == "together":
            outer = gram_groups(self.rows, np.where(listed, fold, -1), n_splits, weight=weight)
        elif grams == "by_class":
            outer = gram_groups(self.rows, group, n_groups, weight=weight)
            outer = outer.reshape(*shape, *outer.shape[1:])
        return counts, weights, sums.reshape(*shape, -1), squares.reshape(*shape, -1), outer


def as_groups(fold):
    """Folds as signed numbers, -1 for rows that take no part."""
    return np.where(fold == NO_FOLD, -1, fold.astype(np.int32))


def usable_weight(problem):
    """Row weights in a form that sums can use.

    Parameters
    ----------
    problem : Problem

    Returns
    -------
    usable : bool
        False where the estimator itself had better say what it thinks of them.
    weight : ndarray of shape (n_samples,) or None
    """
    if problem.sample_weight is None:
        return True, None
    try:
        weight = np.asarray(problem.sample_weight, dtype=np.float64)
    except (TypeError, ValueError):
        return False, None
    return weight.shape == (problem.X.shape[0],) and np.isfinite(weight).all() and (weight >= 0).all(), weight


def _lower_medians(X):
    return np.sort(X, axis=0)[(len(X) - 1) // 2]  # which takes NumPy less time than a partition
