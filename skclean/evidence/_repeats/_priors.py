"""Which training parts have the classes that a model with or without priors needs."""

import numpy as np

__all__ = ["are_complete", "is_prior"]

# A class with a smaller sum of weights counts as empty.
LEAST_WEIGHT = 1e-6


def are_complete(training, priors):
    """Which training parts have at least two classes of some weight, and all classes if there are priors for all.

    Parameters
    ----------
    training : TrainingMoments
    priors : array-like of shape (n_classes,) or None

    Returns
    -------
    complete : ndarray of shape (k,), bool
    """
    present = training.present
    heavy = (training.weights > LEAST_WEIGHT) | ~present
    return heavy.all(axis=1) & ((present.sum(axis=1) > 1) if priors is None else present.all(axis=1))


def is_prior(priors, n_classes):
    """Whether priors are left to the data, or there is a positive one for every class."""
    if priors is None:
        return True
    priors = np.asarray(priors)
    return priors.shape == (n_classes,) and priors.dtype.kind in "iuf" and bool((priors > 0).all())
