"""Losses of boosting against NumPy, and their derivatives against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax

from skclean._kernels import bootstrap_derivatives, forward_derivatives, power_derivatives

seeds = st.integers(0, 2**32 - 1)
sizes = st.tuples(st.integers(1, 20), st.integers(2, 6))
KINDS = ("forward", "power", "symmetric", "bootstrap")


def material(seed, n_rows, n_classes):
    rng = np.random.default_rng(seed)
    transition = rng.random((n_classes, n_classes)) + 0.1 + np.eye(n_classes)
    transition /= transition.sum(axis=1, keepdims=True)
    return rng.normal(size=(n_rows, n_classes)) * 2, rng.integers(0, n_classes, n_rows), transition


def compiled(kind, scores, codes, transition):
    if kind == "forward":
        return forward_derivatives(scores, codes, transition)
    if kind == "power":
        return power_derivatives(scores, codes, 0.7)
    if kind == "symmetric":
        return power_derivatives(scores, codes, 1.0, factor=4.0, log_share=0.1)
    return bootstrap_derivatives(scores, codes, 0.8)


def reference(kind, scores, codes, transition):
    rows, logs = np.arange(len(codes)), log_softmax(scores, axis=1)
    proba, own = np.exp(logs), logs[np.arange(len(codes)), codes]
    if kind == "forward":
        return -np.log((proba @ transition)[rows, codes])
    if kind == "power":
        return (1 - np.exp(own) ** 0.7) / 0.7
    if kind == "symmetric":
        return 4 * (1 - np.exp(own)) - 0.1 * own
    return -0.8 * own - 0.2 * (proba * logs).sum(axis=1)


@given(seeds, sizes, st.sampled_from(KINDS))
def test_values_equal_reference(seed, size, kind):
    arguments = material(seed, *size)
    found = compiled(kind, *arguments)
    np.testing.assert_allclose(found.value, reference(kind, *arguments), rtol=1e-10, atol=1e-10)
    np.testing.assert_allclose(found.proba.sum(axis=1), 1)


@given(seeds, sizes, st.sampled_from(KINDS))
def test_derivatives_equal_differences(seed, size, kind):
    scores, codes, transition = material(seed, *size)
    found = compiled(kind, scores, codes, transition)
    step = 1e-5
    for k in range(size[1]):
        moved = np.zeros(size[1])
        moved[k] = step
        up, down = (compiled(kind, scores + sign * moved, codes, transition) for sign in (1, -1))
        np.testing.assert_allclose((up.value - down.value) / (2 * step), found.gradient[:, k], atol=1e-6)
        np.testing.assert_allclose((up.gradient - down.gradient)[:, k] / (2 * step), found.second[:, k], atol=1e-6)


@given(seeds, sizes, st.sampled_from(KINDS[:3]))
def test_the_scaled_curvature_of_the_log_loss_is_an_upper_bound(seed, size, kind):
    found = compiled(kind, *material(seed, *size))
    assert (found.scale >= 0).all()
    assert (found.second <= found.scale[:, None] * found.proba * (1 - found.proba) + 1e-12).all()


def test_arguments_are_checked():
    scores, codes, transition = material(0, 4, 3)
    with pytest.raises(ValueError, match="scores must have shape"):
        power_derivatives(scores[0], codes, 0.7)
    with pytest.raises(ValueError, match="codes must lie in"):
        power_derivatives(scores, codes + 3, 0.7)
    with pytest.raises(ValueError, match=r"codes must lie in 0\.\.2"):
        power_derivatives(scores, codes * 0 - 1, 0.7)
    with pytest.raises(ValueError, match="power must be"):
        power_derivatives(scores, codes, 1.5)
    with pytest.raises(ValueError, match="factor and log_share"):
        power_derivatives(scores, codes, 1.0, factor=-1)
    with pytest.raises(ValueError, match="share must be"):
        bootstrap_derivatives(scores, codes, 1.5)
    with pytest.raises(ValueError, match="every column"):
        forward_derivatives(scores, codes, transition * [1, 1, 0])
