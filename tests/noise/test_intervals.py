"""Intervals of the transition matrix: whether they hold it, how wide they are, and what they refuse."""

import numpy as np
import pytest
from known_noise import METHODS, inputs_of

from skclean.noise import estimate_transition_matrix, inject_noise, transition_intervals


@pytest.mark.parametrize("method", METHODS)
def test_intervals_hold_the_matrix_and_shrink_with_the_rows(method, clusters):
    noisy, evidence = inputs_of(method, clusters)
    matrix, low, high = transition_intervals(noisy, method=method, n_bootstrap=30, random_state=0, **evidence)
    np.testing.assert_array_equal(matrix, estimate_transition_matrix(noisy, method=method, **evidence))
    assert (low >= 0).all() and (high <= 1).all()
    assert ((low <= matrix + 0.02) & (matrix <= high + 0.02)).all()
    few = {name: part[:300] for name, part in evidence.items()}
    _, wide_low, wide_high = transition_intervals(noisy[:300], method=method, n_bootstrap=30, random_state=0, **few)
    assert (wide_high - wide_low).mean() > (high - low).mean()


def test_intervals_of_hoc_are_as_wide_as_estimates_spread():
    """A label counts in three triples, so that triples drawn by themselves would make them too narrow by half."""
    rng = np.random.default_rng(0)
    matrices, widths = [], []
    for seed in range(60):
        y = rng.integers(0, 2, 400)
        X = 20 * y[:, None] + rng.normal(size=(400, 3))
        noisy, _ = inject_noise(y, kind="matrix", transition_matrix=[[0.8, 0.2], [0.1, 0.9]], random_state=seed)
        matrices.append(estimate_transition_matrix(noisy, X=X, method="hoc"))
        if seed < 5:
            _, low, high = transition_intervals(noisy, X=X, method="hoc", n_bootstrap=60, random_state=seed)
            widths.append(high - low)
    ratio = np.mean(widths, axis=0) / (2 * 1.96 * np.std(matrices, axis=0))
    assert 0.8 < ratio.mean() < 1.3


def test_intervals_cover_the_truth_as_often_as_they_say():
    rng = np.random.default_rng(0)
    covered = []
    for seed in range(40):
        y = rng.integers(0, 2, 400)
        noisy, _ = inject_noise(y, rate=0.2, random_state=seed)
        proba = 0.9 * np.eye(2)[y] + 0.05  # the truth is seen, so that only the drawing of labels is at chance
        _, low, high = transition_intervals(noisy, proba, confidence=0.8, n_bootstrap=100, random_state=seed)
        covered.extend([low[i, i] <= 0.8 <= high[i, i] for i in range(2)])
    assert 0.65 < np.mean(covered) < 0.95


def test_intervals_depend_on_the_seed_alone(clusters):
    noisy, evidence = inputs_of("hoc", clusters)
    runs = [
        transition_intervals(noisy, method="hoc", n_bootstrap=5, random_state=0, n_jobs=jobs, **evidence)
        for jobs in (1, 2)
    ]
    for one, two in zip(*runs, strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize(
    ("params", "message"),
    [({"confidence": 1.0}, "confidence"), ({"confidence": 0}, "confidence"), ({"n_bootstrap": 1}, "n_bootstrap")],
)
def test_bad_intervals_are_refused(params, message):
    with pytest.raises(ValueError, match=message):
        transition_intervals([0, 1] * 5, np.full((10, 2), 0.5), **params)


@pytest.mark.parametrize("params", [{"confidence": "a"}, {"n_bootstrap": 3.0}, {"n_bootstrap": "3"}])
def test_intervals_take_numbers_only(params):
    with pytest.raises(TypeError, match=f"{next(iter(params))} must be an instance of"):
        transition_intervals([0, 1] * 5, np.full((10, 2), 0.5), **params)
