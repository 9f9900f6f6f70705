"""Simulated tables with a known posterior: classes overlap, and every label is right."""

import numpy as np
from scipy.special import expit
from scipy.stats import multivariate_normal
from sklearn.datasets import make_classification

__all__ = ["SIMULATED", "simulate"]


def _gaussians(rng, n_rows, shares, distance, n_features=6):
    """Normal classes of unit variance; their means are `distance` apart along different axes."""
    means = distance * np.eye(len(shares), n_features)
    y = rng.choice(len(shares), n_rows, p=shares)
    X = means[y] + rng.normal(size=(n_rows, n_features))
    joint = np.column_stack(
        [share * multivariate_normal(mean).pdf(X) for share, mean in zip(shares, means, strict=True)]
    )
    return X, joint / joint.sum(axis=1, keepdims=True), y


def _outcomes(rng, n_rows, intercept, slope, n_features=8):
    """Binary outcomes of a logistic model; slope 0 means that the features tell nothing."""
    X = rng.normal(size=(n_rows, n_features))
    positive = expit(intercept + slope * X @ np.linspace(1, -1, n_features))
    y = (rng.uniform(size=n_rows) < positive).astype(int)
    return X, np.column_stack([1 - positive, positive]), y


def _nonlinear_outcomes(rng, n_rows):
    """Binary outcomes that depend on a product and a square of features."""
    X = rng.normal(size=(n_rows, 8))
    positive = expit(X[:, 0] * X[:, 1] + X[:, 2] ** 2 - 1.5)
    y = (rng.uniform(size=n_rows) < positive).astype(int)
    return X, np.column_stack([1 - positive, positive]), y


def _clusters(rng, n_rows):
    """Clusters of scikit-learn's make_classification without flipped labels; their posterior is not computed."""
    X, y = make_classification(
        n_rows,
        n_features=12,
        n_informative=4,
        n_classes=3,
        n_clusters_per_class=2,
        weights=[0.6, 0.3],
        class_sep=0.5,
        flip_y=0,
        random_state=int(rng.integers(2**31)),
    )
    return X, None, y


SIMULATED = {
    "two gaussians": lambda rng, n_rows: _gaussians(rng, n_rows, [0.6, 0.4], 1.2),
    "five gaussians": lambda rng, n_rows: _gaussians(rng, n_rows, [0.4, 0.25, 0.15, 0.12, 0.08], 1.5),
    "logistic outcomes": lambda rng, n_rows: _outcomes(rng, n_rows, -1.0, 0.7),
    "rare logistic outcomes": lambda rng, n_rows: _outcomes(rng, n_rows, -4.5, 0.7),
    "nonlinear outcomes": _nonlinear_outcomes,
    "clusters": _clusters,
    "no signal": lambda rng, n_rows: _outcomes(rng, n_rows, -1.4, 0.0),
}


def simulate(name, n_rows):
    """Draw a table of :data:`SIMULATED`, the same whatever else is drawn.

    Parameters
    ----------
    name : str
    n_rows : int

    Returns
    -------
    X : ndarray of shape (n_rows, n_features)
    posterior : ndarray of shape (n_rows, n_classes) or None
        P(class given the row).
    y : ndarray of shape (n_rows,), int
        One draw of the posterior for each row.
    """
    return SIMULATED[name](np.random.default_rng(list(SIMULATED).index(name)), n_rows)
