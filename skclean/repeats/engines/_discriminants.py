"""Linear and quadratic discriminant analysis from outer products of rows."""

from numbers import Real

import numpy as np
from scipy import sparse
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis, QuadraticDiscriminantAnalysis

from skclean.repeats.engines._closed_form import closed_form
from skclean.repeats.engines._fold_models import FoldModels, LinearFoldModels, are_complete, if_trusted, is_prior
from skclean.repeats.engines._moments import Moments
from skclean.repeats.engines._spectrum import clear_rank, solve_positive, whiten

__all__ = ["LinearDiscriminant", "QuadraticDiscriminant"]


class LinearDiscriminant(LinearFoldModels):
    """Linear discriminant analysis with any of its solvers.

    Parameters
    ----------
    estimator : LinearDiscriminantAnalysis
    problem : Problem
    """

    def __init__(self, estimator, problem):
        # Only the solvers that use the covariance weigh the classes' scatter by their priors.
        grams = "together" if estimator.priors is None or estimator.solver == "svd" else "by_class"
        super().__init__(estimator, problem, Moments(problem.X, problem.y, len(problem.classes), grams=grams))
        self._lost = _rows_lost_by_svd()

    def models(self, training):
        means, n_rows = training.means(), training.counts.sum(axis=1, keepdims=True)
        priors = training.counts / n_rows
        factors = None
        if self.estimator.priors is not None:
            priors = np.broadcast_to(self.estimator.priors, means.shape[:2])
            if self.moments.grams == "by_class":
                factors = n_rows * priors / np.maximum(training.counts, 1)
        within = training.within(factors) / n_rows[:, :, None]
        variances = np.einsum("kc,kcd->kd", training.counts / n_rows, training.variances())
        trusted = are_complete(training, self.estimator.priors)
        coef, intercept = np.zeros_like(means), np.zeros(means.shape[:2])
        for f in np.flatnonzero(trusted):
            seen = training.present[f]
            found = self._solve(within[f], variances[f], means[f, seen], priors[f, seen], n_rows[f, 0])
            if found is None:
                trusted[f] = False
            else:
                coef[f, seen], intercept[f, seen] = found
        if means.shape[1] == 2:
            coef, intercept = coef[:, 1:] - coef[:, :1], intercept[:, 1:] - intercept[:, :1]
        return (coef, intercept), trusted

    def _solve(self, covariance, variances, means, priors, n_rows):
        """Coefficients and intercepts of the classes that are there, or None where they are not sure."""
        if self.estimator.solver == "svd":
            covariance = covariance * (n_rows / max(1, n_rows - self._lost * len(priors)))
            return _solve_in_subspace(covariance, variances, means, priors, n_rows, self.estimator.tol)
        if self.estimator.shrinkage is not None:
            share, mean_variance = self.estimator.shrinkage, np.trace(covariance) / len(covariance)
            covariance = (1 - share) * covariance + share * mean_variance * np.eye(len(covariance))
        solution = solve_positive(covariance, means.T)
        if solution is None:
            return None
        return solution.T, np.log(priors) - 0.5 * np.sum(means * solution.T, axis=1)


def _solve_in_subspace(covariance, variances, means, priors, n_rows, tol):
    """Return what scikit-learn's solver "svd" finds, with eigenvectors of the covariance for its singular vectors."""
    deviations = np.sqrt(variances)
    varies = deviations > 0
    deviations[~varies] = 1
    correlation = np.where(varies & varies[:, None], covariance / deviations / deviations[:, None], 0)
    values, vectors = np.linalg.eigh(correlation)
    kept = values > tol**2
    if not kept.any() or not clear_rank(values, tol):
        return None
    scalings = vectors[:, kept] / deviations[:, None] / np.sqrt(values[kept])
    center = priors @ means
    spread = np.sqrt(n_rows * priors / (len(priors) - 1))[:, None] * ((means - center) @ scalings)
    _, between, directions = np.linalg.svd(spread, full_matrices=False)
    if ((between > 0.5 * tol * between[0]) & (between < 2 * tol * between[0])).any():
        return None
    scalings = scalings @ directions[between > tol * between[0]].T
    projected = (means - center) @ scalings
    coef = projected @ scalings.T
    return coef, np.log(priors) - 0.5 * np.sum(projected**2, axis=1) - coef @ center


class QuadraticDiscriminant(FoldModels):
    """Quadratic discriminant analysis.

    Parameters
    ----------
    estimator : QuadraticDiscriminantAnalysis
    problem : Problem
    """

    def __init__(self, estimator, problem):
        super().__init__(estimator, problem, Moments(problem.X, problem.y, len(problem.classes), grams="by_class"))
        self._lost = _rows_lost_of_a_class()

    def models(self, training):
        means = training.means()
        priors = self.estimator.priors
        if priors is None:
            priors = training.counts / training.counts.sum(axis=1, keepdims=True)
        trusted = are_complete(training, self.estimator.priors)
        # With fewer rows than columns scikit-learn never calls the rank full, whatever `reg_param`.
        trusted &= ((training.counts >= max(2, means.shape[2])) | ~training.present).all(axis=1)
        divisors = np.maximum(training.counts - self._lost, 1)[:, :, None, None]
        reg = self.estimator.reg_param
        covariances = (1 - reg) * training.scatters() / divisors + reg * np.eye(means.shape[2])
        whitenings, intercept = np.zeros_like(covariances), np.zeros(means.shape[:2])
        for f, c in np.argwhere(training.present & trusted[:, None]):
            found = self._whiten(covariances[f, c])
            if found is None:
                trusted[f] = False
            else:
                whitenings[f, c], intercept[f, c] = found[0], -0.5 * found[1]
        return (means, whitenings, intercept + np.log(np.where(training.present, priors, 1))), trusted

    def _whiten(self, covariance):
        """The inverse square root of a covariance and its log determinant; None where its rank is not full."""
        # Full rank means no eigenvalue below `tol`; twice that leaves no doubt.
        if whiten(covariance - 2 * self.estimator.tol * np.eye(len(covariance)), least_condition=0.0) is None:
            return None
        return whiten(covariance)

    def values(self, models, group):
        means, whitenings, intercept = models
        values = np.zeros((len(group), means.shape[1]))
        for f, c in np.ndindex(*intercept.shape):
            rows = np.flatnonzero(group == f)
            white = (self.problem.X[rows] - means[f, c]) @ whitenings[f, c]
            values[rows, c] = intercept[f, c] - 0.5 * np.einsum("ij,ij->i", white, white)
        return values


def _rows_lost_by_svd():
    """Rows taken off for each class where solver "svd" divides the scatter: 0 or 1, which differs between versions."""
    model = LinearDiscriminantAnalysis().fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    return (4 - round(float(model.scalings_[0, 0]) ** 2)) // 2


def _rows_lost_of_a_class():
    """Rows taken off where a class's own scatter is divided: 0 or 1, which differs between versions too."""
    model = QuadraticDiscriminantAnalysis().fit([[0.0], [1.0], [0.0], [1.0]], [0, 0, 1, 1])
    return 2 - round(0.5 / float(model.scalings_[0][0]))


@closed_form.register(LinearDiscriminantAnalysis)
def _linear(estimator, problem):
    shrinkage, priors = estimator.shrinkage, estimator.priors
    if estimator.covariance_estimator is not None or estimator.n_components is not None:
        return None
    if shrinkage is not None and (estimator.solver == "svd" or not isinstance(shrinkage, Real)):
        return None
    if priors is not None and (not is_prior(priors, len(problem.classes)) or abs(np.sum(priors) - 1) > 1e-6):
        return None
    by_class = priors is not None and estimator.solver != "svd"
    return if_trusted(LinearDiscriminant(estimator, problem)) if _fits(problem, by_class) else None


@closed_form.register(QuadraticDiscriminantAnalysis)
def _quadratic(estimator, problem):
    # Newer versions have another solver with parameters of its own.
    if getattr(estimator, "solver", "svd") != "svd":
        return None
    if any(getattr(estimator, name, None) is not None for name in ("shrinkage", "covariance_estimator")):
        return None
    if not is_prior(estimator.priors, len(problem.classes)) or not _fits(problem, by_class=True):
        return None
    return if_trusted(QuadraticDiscriminant(estimator, problem))


def _fits(problem, by_class):
    n_classes = len(problem.classes)
    n_rows = int(problem.active.sum())
    if n_classes < 2 or sparse.issparse(problem.X):
        return False
    return Moments.fit_into_memory(problem.X.shape[1], n_rows, n_classes if by_class else 1)
