"""Naive Bayes classifiers from the sums of each class."""

from numbers import Real

import numpy as np
from scipy import sparse
from sklearn.naive_bayes import BernoulliNB, GaussianNB, MultinomialNB
from sklearn.preprocessing import binarize

from skclean._kernels import scaled_distances
from skclean.repeats.engines._closed_form import closed_form
from skclean.repeats.engines._fold_models import FoldModels, LinearFoldModels, are_complete, if_trusted, is_prior
from skclean.repeats.engines._moments import Moments, usable_weight

__all__ = ["BernoulliBayes", "GaussianBayes", "MultinomialBayes"]

# Below this scikit-learn may replace alpha, and logarithms of zero appear.
MIN_ALPHA = 1e-10


class GaussianBayes(FoldModels):
    """Gaussian naive Bayes.

    Parameters
    ----------
    estimator : GaussianNB
    problem : Problem
    weight : ndarray or None
    """

    def __init__(self, estimator, problem, weight):
        moments = Moments(problem.X, problem.y, len(problem.classes), weight, unweighted=True)
        super().__init__(estimator, problem, moments)
        self._rows = np.ascontiguousarray(problem.X)

    def models(self, training):
        means, variances = training.means(), training.variances()
        variances += self.estimator.var_smoothing * _largest_variance(training.unweighted or training)
        trusted = are_complete(training, self.estimator.priors) & (variances > 0).all(axis=(1, 2))
        variances[~trusted] = 1
        log_scale = -0.5 * np.log(2 * np.pi * variances).sum(axis=2)
        return (means, variances, log_scale, _log_prior(training, self.estimator.priors, True)), trusted

    def values(self, models, group):
        means, variances, log_scale, log_prior = models
        distances = scaled_distances(self._rows, group, means, variances)
        return log_prior[group] + (log_scale[group] - 0.5 * distances)  # added up as scikit-learn does


class MultinomialBayes(LinearFoldModels):
    """Multinomial naive Bayes.

    Parameters
    ----------
    estimator : MultinomialNB
    problem : Problem
    weight : ndarray or None
    """

    def __init__(self, estimator, problem, weight):
        super().__init__(estimator, problem, Moments(problem.X, problem.y, len(problem.classes), weight))

    def models(self, training):
        counts = _feature_counts(training) + self.estimator.alpha
        coef = np.log(counts) - np.log(counts.sum(axis=2, keepdims=True))
        prior = self.estimator.class_prior
        return (coef, _log_prior(training, prior, self.estimator.fit_prior)), are_complete(training, prior)


class BernoulliBayes(LinearFoldModels):
    """Bernoulli naive Bayes.

    Parameters
    ----------
    estimator : BernoulliNB
    problem : Problem
    weight : ndarray or None
    rows : ndarray or CSR matrix
        Zeros and ones in place of ``problem.X``.
    """

    def __init__(self, estimator, problem, weight, rows):
        super().__init__(estimator, problem, Moments(rows, problem.y, len(problem.classes), weight), rows)

    def models(self, training):
        alpha = self.estimator.alpha
        yes = np.log(_feature_counts(training) + alpha) - np.log(training.weights + 2 * alpha)[:, :, None]
        no = np.log(1 - np.exp(yes))
        prior = self.estimator.class_prior
        intercept = _log_prior(training, prior, self.estimator.fit_prior) + no.sum(axis=2)
        return (yes - no, intercept), are_complete(training, prior)


def _log_prior(training, priors, fit_prior):
    """Logarithms of the priors of every training part: ndarray of shape (k, n_classes)."""
    if priors is not None:
        return np.broadcast_to(np.log(priors), training.weights.shape)
    if not fit_prior:
        return np.broadcast_to(-np.log(training.present.sum(axis=1, keepdims=True)), training.weights.shape)
    total = training.weights.sum(axis=1, keepdims=True)
    return np.log(np.where(training.weights > 0, training.weights, 1)) - np.log(np.where(total > 0, total, 1))


def _feature_counts(training):
    """Sums of the rows themselves; where a shift was added back, rounding must not make them negative."""
    return np.maximum(training.sums + training.weights[:, :, None] * training.shift, 0)


def _largest_variance(training):
    """The largest variance of a column in every training part: ndarray of shape (k, 1, 1)."""
    share = training.counts / np.maximum(training.counts.sum(axis=1, keepdims=True), 1)
    means = training.means()
    center = np.einsum("kc,kcd->kd", share, means)
    spread = training.variances() + (means - center[:, None]) ** 2
    return np.einsum("kc,kcd->kd", share, spread).max(axis=1)[:, None, None]


@closed_form.register(GaussianNB)
def _gaussian(estimator, problem):
    usable, weight = usable_weight(problem)
    priors = estimator.priors
    if not usable or sparse.issparse(problem.X) or not is_prior(priors, len(problem.classes)):
        return None
    if priors is not None and not np.isclose(np.sum(priors), 1.0):
        return None
    return if_trusted(GaussianBayes(estimator, problem, weight))


@closed_form.register(MultinomialNB)
def _multinomial(estimator, problem):
    usable, weight = usable_weight(problem)
    alpha = np.asarray(estimator.alpha)
    if alpha.shape not in ((), (problem.X.shape[1],)) or not _is_smooth(estimator, problem):
        return None
    if not usable or problem.X.min() < 0:
        return None
    return if_trusted(MultinomialBayes(estimator, problem, weight))


@closed_form.register(BernoulliNB)
def _bernoulli(estimator, problem):
    usable, weight = usable_weight(problem)
    if not (usable and isinstance(estimator.alpha, Real) and _is_smooth(estimator, problem)):
        return None
    rows = problem.X
    if estimator.binarize is not None:
        rows = binarize(rows, threshold=estimator.binarize)
    elif rows.min() < 0 or rows.max() > 1:
        return None
    return if_trusted(BernoulliBayes(estimator, problem, weight, rows))


def _is_smooth(estimator, problem):
    alpha = np.asarray(estimator.alpha)
    return (
        alpha.dtype.kind in "iuf" and alpha.min() >= MIN_ALPHA and is_prior(estimator.class_prior, len(problem.classes))
    )
