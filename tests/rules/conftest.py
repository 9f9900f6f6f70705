"""Audits made from probabilities alone, as find_label_issues makes them."""

from typing import NamedTuple

import numpy as np
import pytest
from material import class_audit, random_proba
from scipy.special import softmax

from skclean import _kernels as kernels
from skclean.targets import check_labels_and_proba


def _make_audit(y, proba, **known):
    codes, classes, proba, summary = check_labels_and_proba(y, proba)
    quality = kernels.label_quality(codes, proba, "self_confidence")
    return class_audit(codes, classes, proba, quality, proba.argmax(axis=1).astype(np.int32), summary=summary, **known)


@pytest.fixture(scope="session")
def make_audit():
    return _make_audit


@pytest.fixture(scope="session")
def make_noisy():
    """Labels and probabilities where about a fifth of the labels are wrong."""

    def make(seed=0, n_samples=300, n_classes=3, strength=2.5):
        rng = np.random.default_rng(seed)
        true = rng.integers(0, n_classes, n_samples)
        given = np.where(rng.random(n_samples) < 0.2, rng.integers(0, n_classes, n_samples), true)
        return given, random_proba(rng, n_samples, n_classes, true, strength)

    return make


class Known(NamedTuple):
    """Labels noised by a known channel, and what an exact model would know of them."""

    given: np.ndarray
    truth: np.ndarray
    posterior: np.ndarray  # P(true class | row)


@pytest.fixture(scope="session")
def make_known():
    """Normal classes on a line, whose posterior is known exactly, and labels sent through a transition matrix."""

    def make(transition, seed=0, n_samples=4000, distance=2.5):
        rng = np.random.default_rng(seed)
        n_classes = len(transition)
        truth = rng.integers(n_classes, size=n_samples)
        x = distance * truth + rng.normal(size=n_samples)
        logits = -0.5 * (x[:, None] - distance * np.arange(n_classes)) ** 2
        given = (rng.random(n_samples)[:, None] > np.cumsum(transition, axis=1)[truth]).sum(axis=1)
        return Known(given, truth, softmax(logits, axis=1))

    return make
