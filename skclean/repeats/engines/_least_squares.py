"""Ridge regression, ridge classifiers and linear regression from outer products of rows."""

from functools import partial
from numbers import Real

import numpy as np
from scipy import sparse
from sklearn.linear_model import LinearRegression, Ridge, RidgeClassifier
from sklearn.utils.class_weight import compute_class_weight

from skclean.repeats.engines._closed_form import closed_form
from skclean.repeats.engines._fold_models import LinearFoldModels, if_trusted
from skclean.repeats.engines._moments import Moments, usable_weight
from skclean.repeats.engines._spectrum import solve_positive, solve_spectrum

__all__ = ["LeastSquares", "LeastSquaresClassifier"]

# What scikit-learn solves to the last digit. Sparse rows it can only iterate over, to its `tol`: there the closed
# form is what the iteration converges to.
DENSE_SOLVERS = ("auto", "svd", "cholesky")
SPARSE_SOLVERS = ("auto", "sparse_cg", "lsqr")


class LeastSquares(LinearFoldModels):
    """A linear regressor: the target is one more column of the rows, so that one matrix says everything.

    Parameters
    ----------
    estimator : Ridge or LinearRegression
    problem : Problem
    weight : ndarray or None
    solve : callable
        ``solve(matrix, right)`` gives coefficients of shape (d, m), or None where they are not sure.
    """

    def __init__(self, estimator, problem, weight, solve):
        target = problem.y[:, None]
        rows = sparse.hstack([problem.X, target], "csr") if sparse.issparse(problem.X) else np.c_[problem.X, target]
        codes = np.where(problem.active, 0, -1)
        super().__init__(estimator, problem, Moments(rows, codes, 1, weight, "together"))
        self._solve = solve

    def models(self, training):
        means = training.means()[:, 0]
        outer = training.within()
        if not self.estimator.fit_intercept:
            outer = outer + training.weights[:, :, None] * means[:, :, None] * means[:, None, :]
        coef, trusted = solve_all(self._solve, outer[:, :-1, :-1], outer[:, None, -1, :-1])
        intercept = np.zeros((len(coef), 1))
        if self.estimator.fit_intercept:
            intercept = means[:, -1:] - np.einsum("kmd,kd->km", coef, means[:, :-1])
        return (coef, intercept), trusted


class LeastSquaresClassifier(LinearFoldModels):
    """A ridge classifier: least squares with a target of 1 for the class and -1 for all others.

    Parameters
    ----------
    estimator : RidgeClassifier
    problem : Problem
    weight : ndarray or None
    """

    def __init__(self, estimator, problem, weight):
        grams = "by_class" if estimator.class_weight == "balanced" else "together"
        super().__init__(estimator, problem, Moments(problem.X, problem.y, len(problem.classes), weight, grams))
        self._solve = partial(solve_penalised, alpha=estimator.alpha)

    def models(self, training):
        factors = self._balance(training)
        weights = training.weights if factors is None else training.weights * factors
        total = weights.sum(axis=1, keepdims=True)
        has_weight = total[:, 0] > 0
        total[~has_weight] = 1
        means = training.means()
        center = np.einsum("kc,kcd->kd", weights / total, means)
        # The target of the class is 1, of all others -1: twice the class less all.
        target_means = 2 * weights / total - 1
        weighted_center = np.zeros_like(center)
        if self.estimator.fit_intercept:
            means = means - center[:, None]
        else:
            weighted_center = total * center
        weighted = weights[:, :, None] * means
        outer = training.within(factors) + np.swapaxes(weighted, 1, 2) @ means
        right = 2 * weighted - weighted_center[:, None]
        if right.shape[1] == 2:
            right, target_means = right[:, 1:], target_means[:, 1:]
        coef, solved = solve_all(self._solve, outer, right)
        intercept = np.zeros_like(target_means)
        if self.estimator.fit_intercept:
            intercept = target_means - np.einsum("kmd,kd->km", coef, center)
        return (coef, intercept), solved & has_weight & (training.present.sum(axis=1) > 1)

    def _balance(self, training):
        """Factors that give all classes of a training part the same weight, or None if nobody asked."""
        if self.estimator.class_weight != "balanced":
            return None
        n_present = training.present.sum(axis=1, keepdims=True)
        counts = training.counts
        return counts.sum(axis=1, keepdims=True) / (n_present * np.maximum(counts, 1))


def solve_all(solve, outer, right):
    """Coefficients of every fold.

    Parameters
    ----------
    solve : callable
    outer : ndarray of shape (k, d, d)
    right : ndarray of shape (k, m, d)

    Returns
    -------
    coef : ndarray of shape (k, m, d)
        Zeros where they are not sure.
    solved : ndarray of shape (k,), bool
    """
    found = [solve(matrix, side.T) for matrix, side in zip(outer, right, strict=True)]
    coef = np.array([np.zeros_like(side) if part is None else part.T for part, side in zip(found, right, strict=True)])
    return coef, np.array([part is not None for part in found])


def solve_penalised(matrix, right, alpha):
    """Coefficients of ridge regression with penalty `alpha`, or None where they are not sure."""
    matrix = matrix.copy()
    matrix.flat[:: len(matrix) + 1] += alpha
    return solve_positive(matrix, right)


@closed_form.register(Ridge)
def _ridge(estimator, problem):
    usable, weight = usable_weight(problem)
    if not (usable and _is_exact(estimator, problem) and _is_one_target(problem)):
        return None
    return if_trusted(LeastSquares(estimator, problem, weight, partial(solve_penalised, alpha=estimator.alpha)))


@closed_form.register(LinearRegression)
def _linear_regression(estimator, problem):
    usable, weight = usable_weight(problem)
    if estimator.positive or not (usable and _fits(problem) and _is_one_target(problem)):
        return None
    # Before `tol` was a parameter, what counted as zero was left to rounding. So it is where lsqr stops early.
    cut = 0.0 if sparse.issparse(problem.X) else getattr(estimator, "tol", 0.0)
    return if_trusted(LeastSquares(estimator, problem, weight, partial(solve_spectrum, cut=cut)))


@closed_form.register(RidgeClassifier)
def _ridge_classifier(estimator, problem):
    usable, weight = usable_weight(problem)
    balanced = estimator.class_weight == "balanced"
    n_classes = len(problem.classes)
    if n_classes < 2 or not (usable and _is_exact(estimator, problem, n_classes if balanced else 1)):
        return None
    if estimator.class_weight is not None and not balanced:
        weight = _apply_class_weight(estimator.class_weight, problem, weight)
        if weight is None:
            return None
    return if_trusted(LeastSquaresClassifier(estimator, problem, weight))


def _apply_class_weight(class_weight, problem, weight):
    """Row weights with those of the classes; None where the weights do not name every class."""
    try:
        of_class = compute_class_weight(class_weight, classes=problem.classes, y=problem.classes)
    except (TypeError, ValueError):
        return None
    if len(class_weight) != len(problem.classes) or not (np.isfinite(of_class) & (of_class >= 0)).all():
        return None
    return of_class[problem.y] * (1.0 if weight is None else weight)


def _is_exact(estimator, problem, n_classes=1):
    """Return whether a ridge model with these parameters is what the formula gives."""
    if not isinstance(estimator.alpha, Real) or estimator.alpha < 0 or estimator.positive:
        return False
    if not sparse.issparse(problem.X):
        return estimator.solver in DENSE_SOLVERS and _fits(problem, n_classes)
    return estimator.solver in SPARSE_SOLVERS and estimator.max_iter is None and _fits(problem, n_classes)


def _fits(problem, n_classes=1):
    return Moments.fit_into_memory(problem.X.shape[1], int(problem.active.sum()), n_classes)


def _is_one_target(problem):
    return problem.y.shape == (problem.X.shape[0],)
