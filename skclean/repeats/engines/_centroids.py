"""Nearest centroids from the sums of each class."""

import numpy as np
from sklearn.neighbors import NearestCentroid

from skclean.repeats.engines._closed_form import closed_form
from skclean.repeats.engines._fold_models import LinearFoldModels, if_trusted
from skclean.repeats.engines._moments import Moments

__all__ = ["Centroids"]


class Centroids(LinearFoldModels):
    """The nearest of the class means: least squared distance, which is linear in the row but for its own square.

    Parameters
    ----------
    estimator : NearestCentroid
    problem : Problem
    """

    def __init__(self, estimator, problem):
        super().__init__(estimator, problem, Moments(problem.X, problem.y, len(problem.classes)))

    def models(self, training):
        means = training.means()
        center = means.mean(axis=1, keepdims=True)  # distances from afar would lose digits
        apart = means - center
        intercept = -np.sum(apart**2, axis=2) - 2 * np.sum(apart * center, axis=2)
        varies = (training.variances() > 0).any(axis=(1, 2)) | (np.ptp(means, axis=1) > 0).any(axis=1)
        return (2 * apart, intercept), varies & (training.present.sum(axis=1) > 1)


@closed_form.register(NearestCentroid)
def _nearest_centroid(estimator, problem):
    # Priors and probabilities go with distances of another scale, and shrinking with medians of deviations.
    plain = estimator.metric == "euclidean" and estimator.shrink_threshold is None
    uniform = isinstance(estimator.priors, str) and estimator.priors == "uniform"
    if not (plain and uniform and problem.scorer.response == "predict" and len(problem.classes) > 1):
        return None
    return if_trusted(Centroids(estimator, problem))
