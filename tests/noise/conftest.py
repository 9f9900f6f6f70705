"""Labels noised by a known transition matrix."""

import numpy as np
import pytest
from known_noise import TRUTH
from scipy.special import softmax

from skclean.noise import inject_noise


@pytest.fixture(scope="session")
def clusters():
    """Tight clusters of one true class each: rows of a cluster are of one class, as HOC takes them to be."""
    rng = np.random.default_rng(0)
    centers = rng.normal(size=(600, 4)) * 10
    X = np.repeat(centers, 10, axis=0) + 1e-3 * rng.normal(size=(6000, 4))
    y = np.repeat(rng.choice(3, 600, p=[0.5, 0.3, 0.2]), 10)
    noisy, _ = inject_noise(y, kind="matrix", transition_matrix=TRUTH, random_state=0)
    return X, y, noisy


@pytest.fixture(scope="session")
def noisy_posterior():
    """Classes that overlap, and the very P(observed | x) for some known P(true | x)."""
    rng = np.random.default_rng(1)
    clean = softmax(5 * rng.normal(size=(12000, 3)), axis=1)
    y = (rng.uniform(size=(12000, 1)) > clean.cumsum(axis=1)).sum(axis=1)
    noisy, _ = inject_noise(y, kind="matrix", transition_matrix=TRUTH, random_state=0)
    return clean, y, noisy, clean @ TRUTH
