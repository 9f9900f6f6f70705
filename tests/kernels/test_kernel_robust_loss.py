"""Losses of soft targets against NumPy, and their gradients against differences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax, logsumexp

from skclean._kernels import forward_loss, log_loss, power_loss, robust_loss

seeds = st.integers(0, 2**32 - 1)
sizes = st.tuples(st.integers(1, 20), st.integers(1, 6))
KINDS = ("log", "maxsup", "forward", "power", "robust")


def material(seed, n_rows, n_classes):
    rng = np.random.default_rng(seed)
    targets = rng.normal(size=(n_rows, n_classes)) * (rng.random((n_rows, n_classes)) < 0.7)
    transition = rng.random((n_classes, n_classes)) + 0.1 + np.eye(n_classes)
    transition /= transition.sum(axis=1, keepdims=True)
    return rng.normal(size=(n_rows, n_classes)) * 3, targets, rng.random(n_rows), transition, rng.random(n_rows) + 0.5


def compiled(kind, logits, targets, weights, transition, scales):
    if kind == "log":
        return log_loss(logits, targets, weights)
    if kind == "maxsup":
        return log_loss(logits, targets, weights, spread=0.3)
    if kind == "forward":
        return forward_loss(logits, targets, weights, transition)
    return (
        power_loss(logits, targets, weights, 0.7)
        if kind == "power"
        else robust_loss(logits, targets, weights, scales, 1.0)
    )


def reference(kind, logits, targets, weights, transition, scales):
    """The loss as the equations have it, label by label."""
    logs = log_softmax(logits, axis=1)
    n_classes = logits.shape[1]
    if kind in ("log", "maxsup"):
        losses = -logs
    elif kind == "forward":
        losses = -np.log(np.exp(logs) @ transition)
    elif kind == "power":
        losses = (1 - np.exp(logs) ** 0.7) / 0.7
    else:
        gaps = logits[:, :, None] - logits[:, None, :] + (1 - np.eye(n_classes))
        losses = scales[:, None] * (logsumexp(gaps / scales[:, None, None], axis=1) - np.log(n_classes))
    total = weights @ (targets * losses).sum(axis=1)
    return total + 0.3 * weights @ (logits.max(axis=1) - logits.mean(axis=1)) * (kind == "maxsup")


@given(seeds, sizes, st.sampled_from(KINDS))
def test_values_equal_reference(seed, size, kind):
    arguments = material(seed, *size)
    total, gradient = compiled(kind, *arguments)
    np.testing.assert_allclose(total, reference(kind, *arguments), rtol=1e-10, atol=1e-10)
    assert gradient.shape == size


@given(seeds, sizes, st.sampled_from(KINDS))
def test_gradients_equal_differences(seed, size, kind):
    logits, *rest = material(seed, *size)
    gradient = compiled(kind, logits, *rest)[1]
    direction = np.random.default_rng(seed).normal(size=size)
    step = 1e-5
    difference = (
        compiled(kind, logits + step * direction, *rest)[0] - compiled(kind, logits - step * direction, *rest)[0]
    )
    assert difference / (2 * step) == pytest.approx((gradient * direction).sum(), rel=1e-4, abs=1e-5)


def test_a_probability_that_no_double_can_hold_keeps_its_slope():
    logits, targets = np.array([[0.0, 900.0]]), np.array([[1.0, 0.0]])
    total, gradient = forward_loss(logits, targets, np.ones(1), np.eye(2))
    assert total == pytest.approx(900)
    np.testing.assert_allclose(gradient, [[-1, 1]])


def test_arguments_are_checked():
    logits, targets, weights, transition, scales = material(0, 4, 3)
    with pytest.raises(ValueError, match="logits must have shape"):
        log_loss(logits[0], targets, weights)
    with pytest.raises(ValueError, match="targets must have shape"):
        log_loss(logits, targets[:, :2], weights)
    with pytest.raises(ValueError, match="weights must have shape"):
        log_loss(logits, targets, weights[:2])
    with pytest.raises(ValueError, match="logits holds NaN"):
        log_loss(logits * np.nan, targets, weights)
    with pytest.raises(ValueError, match="transition_matrix must have shape"):
        forward_loss(logits, targets, weights, transition[:2])
    with pytest.raises(ValueError, match="every column"):
        forward_loss(logits, targets, weights, transition * [1, 1, 0])
    with pytest.raises(ValueError, match="power must be"):
        power_loss(logits, targets, weights, 0)
    with pytest.raises(ValueError, match="scales must be above 0"):
        robust_loss(logits, targets, weights, scales * 0, 1.0)
