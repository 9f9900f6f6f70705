"""Shared material of the kernel tests."""

import numpy as np
import pytest

from skclean._kernels.proba import _simd


def _make_rows(seed, n_rows, n_classes, dtype=np.float64, coarse=False):
    """Codes (some -1) and rows of probabilities; coarse ones are full of ties and zeros."""
    rng = np.random.default_rng(seed)
    codes = rng.integers(-1, n_classes, n_rows, dtype=np.int32)
    if coarse:
        proba = np.zeros((n_rows, n_classes))
        for _ in range(4):
            proba[np.arange(n_rows), rng.integers(0, n_classes, n_rows)] += 0.25
    else:
        proba = rng.random((n_rows, n_classes)) ** 8 + 1e-12
        proba[np.arange(n_rows), codes] += rng.random(n_rows)
        proba /= proba.sum(axis=1, keepdims=True)
    return codes, proba.astype(dtype)


@pytest.fixture(scope="session")
def make_rows():
    return _make_rows


@pytest.fixture(scope="module", params=_simd.NAMES)
def registers(request):
    """Every width of registers that this processor has, in turn."""
    if not _simd.use_registers(request.param):
        pytest.skip(f"no {request.param} here")
    yield request.param
    _simd.use_widest()


@pytest.fixture(autouse=True)
def _index_errors_fail(recwarn):
    """A bounds error inside a kernel cannot be raised there; it must not pass unseen either."""
    yield
    assert not [w for w in recwarn if issubclass(w.category, pytest.PytestUnraisableExceptionWarning)]
