"""The penalised loss of logistic regression for the models of many folds at once, and the rows it reads."""

from dataclasses import dataclass

import numpy as np
from scipy import sparse
from scipy.special import expit, logsumexp, softmax

from skclean._kernels import NO_FOLD, SparseRows, logistic_residuals, padded_width
from skclean.linear._minimise import Factor

__all__ = ["DenseRows", "LogisticLoss", "Training", "make_rows"]


@dataclass(frozen=True, eq=False)
class Training:
    """Rows and weights that several models are trained on.

    Parameters
    ----------
    left_out_of : ndarray of shape (n_samples,), uint8
        The one model that does not see a row; 255 for none.
    factors : ndarray of shape (n_classes, n_models), float64
        By what a model multiplies the weights of a class.
    """

    left_out_of: np.ndarray
    factors: np.ndarray

    def of(self, models):
        """The same for some of the models, numbered anew."""
        number = np.full(NO_FOLD + 1, NO_FOLD, dtype=np.uint8)
        number[models] = np.arange(len(models))
        return Training(number[self.left_out_of], self.factors[:, models])


class LogisticLoss:
    """Sum of weighted log losses plus half the squared coefficients over C, in scikit-learn's two formulations.

    A point lists the coefficients of one output after the other, each with its intercept last. Two classes have one
    output, more have one each.

    Parameters
    ----------
    rows : SparseRows or DenseRows
    codes : ndarray of shape (n_samples,), int32
    n_classes : int
    weights : ndarray of shape (n_samples,), float64
    C : float
    fit_intercept : bool
        The last column of `rows` is all ones, and its coefficients are not penalised.
    """

    def __init__(self, rows, codes, n_classes, weights, C, fit_intercept):
        self.rows = rows
        self.codes = codes
        self.n_classes = n_classes
        self.n_outputs = 1 if n_classes == 2 else n_classes
        self.weights = weights
        self.fit_intercept = fit_intercept
        penalty = np.full((self.n_outputs, rows.shape[1]), 1 / C)
        if fit_intercept:
            penalty[:, -1] = 0
        self.penalty = penalty.ravel()

    def sweep(self, points, training, own):
        """Gradients of all models in one pass over the rows.

        Parameters
        ----------
        points : ndarray of shape (n_models, size)
        training : Training
        own : ndarray of shape (n_samples, n_outputs)
            Written: of every row the margins of the model that it is left out of.

        Returns
        -------
        gradients : ndarray of shape (n_models, size)
        """
        width = len(points) * self.n_outputs
        coef = np.zeros((self.rows.shape[1], padded_width(width)))
        coef[:, :width] = points.reshape(width, -1).T
        gradient = np.zeros_like(coef)
        factors = np.zeros((self.n_classes, coef.shape[1] // self.n_outputs))
        factors[:, : len(points)] = training.factors
        for start, stop in self._blocks():
            margins = self.rows.margins(start, stop, coef)
            logistic_residuals(margins, start, self.codes, self.weights, factors, training.left_out_of, own)
            self.rows.add_gradient(start, stop, margins, gradient)
        return gradient[:, :width].T.reshape(len(points), -1) + self.penalty * points

    def margins(self, point):
        """Margins of all rows: ndarray of shape (n_samples, n_outputs)."""
        coef = np.zeros((self.rows.shape[1], padded_width(self.n_outputs)))
        coef[:, : self.n_outputs] = point.reshape(self.n_outputs, -1).T
        parts = [self.rows.margins(start, stop, coef) for start, stop in self._blocks()]
        return np.concatenate(parts)[:, : self.n_outputs]

    def value(self, point, margins, weights):
        """The penalised loss at a point, of which the margins are known."""
        if self.n_outputs == 1:
            losses = np.logaddexp(0, margins[:, 0]) - self.codes * margins[:, 0]
        else:
            losses = logsumexp(margins, axis=1) - np.take_along_axis(margins, self.codes[:, None], axis=1)[:, 0]
        return weights @ losses + 0.5 * (self.penalty @ point**2)

    def curvature(self, margins, rows, weights):
        """Second derivatives of the losses of some rows.

        Parameters
        ----------
        margins : ndarray of shape (n_rows, n_outputs)
        rows : ndarray of shape (n_rows,), int
        weights : ndarray of shape (n_rows,)

        Returns
        -------
        curvature : ndarray of shape (size, size)
        """
        if self.n_outputs == 1:
            proba = expit(margins[:, 0])
            return self.rows.gram(rows, weights * proba * (1 - proba))
        proba = softmax(margins, axis=1)
        curvature = -self.rows.crossed_gram(rows, np.sqrt(weights)[:, None] * proba)
        blocks = curvature.reshape(self.n_outputs, self.rows.shape[1], self.n_outputs, self.rows.shape[1])
        for k in range(self.n_outputs):
            blocks[k, :, k, :] += self.rows.gram(rows, weights * proba[:, k])
        return curvature

    def hessian(self, curvature):
        """Curvature of the losses plus that of the penalty.

        Adding a number to the intercepts of all classes changes nothing. So that the matrix can be factorised, that
        direction gets a curvature too; no gradient ever points there.
        """
        hessian = curvature.copy()
        hessian[np.diag_indices_from(hessian)] += self.penalty
        if self.fit_intercept and self.n_outputs > 1:
            intercepts = np.arange(1, self.n_outputs + 1) * self.rows.shape[1] - 1
            hessian[np.ix_(intercepts, intercepts)] += max(curvature[intercepts, intercepts].mean(), 1e-10)
        return hessian

    def factor(self, margins, weights):
        """The factorised Hessian of one model, from the margins and weights of all rows."""
        rows = np.flatnonzero(weights)
        return Factor(self.hessian(self.curvature(margins[rows], rows, weights[rows])))

    def weights_in(self, training):
        """Return what the rows weigh for one model; zero for those that it does not see."""
        return self.weights * training.factors[self.codes, 0] * (training.left_out_of != 0)

    def _blocks(self):
        n_rows, size = self.rows.shape[0], self.rows.block_rows
        return [(start, min(start + size, n_rows)) for start in range(0, n_rows, size)]


# Below this share of nonzeros the loops over nonzeros overtake BLAS.
SPARSE_BELOW = 0.25
# Rows that are copied, scaled or multiplied at once: they should stay in a cache.
BLOCK_ROWS = 1024


def make_rows(X, fit_intercept):
    """Rows that know their products with coefficients, residuals and themselves.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features), float64
    fit_intercept : bool
        Appends a column of ones.

    Returns
    -------
    rows : SparseRows or DenseRows
    """
    nonzeros = X.nnz if sparse.issparse(X) else np.count_nonzero(X)
    mostly_zero = nonzeros < SPARSE_BELOW * X.shape[0] * X.shape[1]
    ones = np.ones((X.shape[0], int(fit_intercept)))
    if mostly_zero:
        return SparseRows.of(sparse.hstack([sparse.csr_matrix(X), sparse.csr_matrix(ones)], format="csr"))
    return DenseRows(np.hstack([X.toarray() if sparse.issparse(X) else X, ones]))


class DenseRows:
    """Products as those of `SparseRows`, by BLAS.

    Parameters
    ----------
    matrix : ndarray of shape (n_rows, n_columns), float64
    """

    block_rows = BLOCK_ROWS

    def __init__(self, matrix):
        self.matrix = np.ascontiguousarray(matrix)
        self.shape = matrix.shape

    def margins(self, start, stop, coef):
        """Products of the rows start … stop - 1 and `coef`."""
        return self.matrix[start:stop] @ coef

    def add_gradient(self, start, stop, residuals, gradient):
        """Add to `gradient` the transposed rows start … stop - 1 times `residuals`."""
        gradient += self.matrix[start:stop].T @ residuals

    def gram(self, rows, weights):
        """Sum of weight times outer product over some rows; no weight may be negative."""
        gram = np.zeros((self.shape[1], self.shape[1]))
        roots = np.sqrt(weights)
        for start in range(0, len(rows), BLOCK_ROWS):
            block = self.matrix[rows[start : start + BLOCK_ROWS]]
            block *= roots[start : start + BLOCK_ROWS, None]
            gram += block.T @ block
        return gram

    def crossed_gram(self, rows, shares):
        """Sum of the outer products of what some rows are when they stand once for each share, multiplied by it."""
        size = shares.shape[1] * self.shape[1]
        gram = np.zeros((size, size))
        for start in range(0, len(rows), BLOCK_ROWS):
            block = self.matrix[rows[start : start + BLOCK_ROWS]]
            block = (shares[start : start + BLOCK_ROWS, :, None] * block[:, None, :]).reshape(-1, size)
            gram += block.T @ block
        return gram
