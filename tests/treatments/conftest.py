"""Audits that the tests of treatments share."""

import numpy as np
import pytest
from known_channels import CHANNELS, known_labels
from material import class_audit
from small_audit import GIVEN, PROBA

from skclean import _kernels as kernels
from skclean.noise.model._noise_fit import fit_noise_model


@pytest.fixture
def audit():
    quality = np.where(GIVEN < 0, 1.0, PROBA[np.arange(6), GIVEN])
    verified = np.arange(6) == 5
    rows = kernels.scan_rows(GIVEN, PROBA, atol=None)[1]
    suggested = PROBA.argmax(axis=1).astype(np.int32)
    return class_audit(GIVEN, np.arange(3), PROBA, quality, suggested, summary=rows, verified=verified)


@pytest.fixture
def noisy_audit():
    """Labels with known noise, of which the first 40 are verified."""
    proba, true, given = known_labels(CHANNELS["even"], n_samples=1500)
    given[:40] = true[:40]
    verified = np.arange(1500) < 40
    noise = fit_noise_model(given, proba, proba[np.arange(1500), given])
    return class_audit(given, np.arange(3), proba, np.ones(1500), given, verified=verified, noise=noise)
