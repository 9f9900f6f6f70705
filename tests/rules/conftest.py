"""Audits made from probabilities alone, as find_label_issues makes them."""

import numpy as np
import pytest
from material import random_proba

from skclean import kernels
from skclean.base import Audit
from skclean.utils._checks import check_labels_and_proba


def _make_audit(y, proba, **known):
    codes, classes, proba, rows = check_labels_and_proba(y, proba)
    quality = kernels.label_quality(codes, proba, "self_confidence")
    return Audit(codes, classes, proba, quality, proba.argmax(axis=1).astype(np.int32), rows=rows, **known)


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
