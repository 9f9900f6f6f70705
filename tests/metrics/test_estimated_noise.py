"""Noise that is estimated from the rows that are scored."""

import numpy as np
import pytest

from skclean.exceptions import UnidentifiableNoiseWarning
from skclean.metrics._estimated_noise import EstimatedNoise
from skclean.noise import estimate_transition_matrix
from skclean.targets import encode_labels

CLASSES = np.array(["a", "b"])


@pytest.fixture(scope="module")
def problem():
    rng = np.random.RandomState(0)
    x = rng.normal(0, 2, 1_000)
    proba = np.column_stack([1 / (1 + np.exp(x)), 1 / (1 + np.exp(-x))])
    y = CLASSES[(rng.rand(1_000) < proba[:, 1]).astype(int)]
    flipped = rng.rand(1_000) < 0.2
    given = np.where(flipped, np.where(y == "a", "b", "a"), y).astype(object)
    given[:10] = None
    return given, 0.8 * proba + 0.2 * proba[:, ::-1]


def test_its_matrix_is_that_of_em(problem):
    given, proba = problem
    found = EstimatedNoise(proba, encode_labels(given)).matrix(CLASSES)
    assert found == pytest.approx(estimate_transition_matrix(given, proba, method="em"))


def test_membership_is_between_the_inverse_of_the_matrix_and_the_posterior(problem):
    given, proba = problem
    labels = encode_labels(given)
    parts = [EstimatedNoise(proba, labels, share=share).members(CLASSES) for share in (0, 0.5, 1)]
    assert parts[1] == pytest.approx((parts[0] + parts[2]) / 2)
    assert parts[1][:10] == pytest.approx(0) and parts[1][10:].sum(axis=1) == pytest.approx(1)
    inverse = np.linalg.inv(EstimatedNoise(proba, labels).matrix(CLASSES))
    assert parts[0][10:] == pytest.approx(inverse[labels.codes[10:]])
    assert (parts[2] >= 0).all()


def test_the_variance_is_that_of_drawing_the_rows_again(problem):
    given, proba = problem
    noise, weight = EstimatedNoise(proba, encode_labels(given)), np.full(1_000, 1e-3)
    losses = np.tile([0.0, 1.0], (1_000, 1))
    assert np.sqrt(noise.variance(losses, weight, CLASSES)) == pytest.approx(0.05, abs=0.035)
    assert noise.variance(losses * 2, weight, CLASSES) == pytest.approx(4 * noise.variance(losses, weight, CLASSES))
    assert noise.variance(losses * 0 + 1, weight, CLASSES) == pytest.approx(0, abs=1e-12)
    assert np.isnan(noise.with_draws(0).variance(losses, weight, CLASSES))
    assert noise.with_draws(50) is noise and (noise.matrix_error(CLASSES) > 0).all()


def test_noise_can_be_scaled(problem):
    given, proba = problem
    noise = EstimatedNoise(proba, encode_labels(given))
    own, half = noise.matrix(CLASSES), noise.scaled(0.5).matrix(CLASSES)
    assert half == pytest.approx((own + np.eye(2)) / 2, abs=1e-8)
    assert noise.scaled(1).members(CLASSES) == pytest.approx(noise.members(CLASSES), abs=0.01)


def test_labels_that_tell_nothing_are_warned_of():
    rng = np.random.RandomState(0)
    labels = encode_labels(rng.randint(2, size=500))
    with pytest.warns(UnidentifiableNoiseWarning, match="nearly singular"):
        noise = EstimatedNoise(rng.dirichlet([1, 1], 500), labels)
    members = noise.members(np.array([0, 1]))
    assert (members >= 0).all() and (members <= 1).all()


def test_the_error_is_large_where_probabilities_have_no_skill(problem):
    """The noise rate is not identifiable then: a mean over a class may be off by a tenth and more."""
    rng = np.random.RandomState(0)
    losses, weight = np.tile([0.0, 1.0], (1_000, 1)), np.full(1_000, 1e-3)
    labels = encode_labels(np.where(rng.rand(1_000) < 0.2, "b", "a"))
    noise = EstimatedNoise(np.tile([0.8, 0.2], (1_000, 1)) + rng.normal(0, 0.01, (1_000, 1)) * [1, -1], labels)
    assert np.sqrt(noise.variance(losses, weight, CLASSES)) > 0.1
    assert noise.matrix_error(CLASSES).max() > 0.1
