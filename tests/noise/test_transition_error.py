"""The error to expect of a counted transition matrix, against simulation."""

import numpy as np
import pytest

from skclean.noise import rows_needed, transition_error

T = np.array([[0.9, 0.1, 0.0], [0.2, 0.7, 0.1], [0.05, 0.05, 0.9]])
SHARES = np.array([0.6, 0.3, 0.1])


def counted(rng, counts):
    return np.array([rng.multinomial(n, row) / n for n, row in zip(counts, T, strict=True)])


def test_it_is_that_of_a_simulation_with_fixed_rows():
    rng = np.random.RandomState(0)
    found = [((counted(rng, [80, 40, 20]) - T) ** 2).sum() for _ in range(4_000)]
    assert transition_error(T, [80, 40, 20]) == pytest.approx(np.sqrt(np.mean(found)), rel=0.03)


def test_it_is_that_of_a_simulation_with_random_rows():
    rng = np.random.RandomState(0)
    found = []
    while len(found) < 4_000:
        counts = rng.multinomial(60, SHARES)
        if counts.all():
            found.append(((counted(rng, counts) - T) ** 2).sum())
    assert transition_error(T, 60, frequencies=SHARES) == pytest.approx(np.sqrt(np.mean(found)), rel=0.1)
    assert transition_error(T, 60, frequencies=[6, 3, 1]) == pytest.approx(transition_error(T, 60, frequencies=SHARES))


def test_rows_needed_is_the_fewest_that_do():
    for error in (0.02, 0.1, 0.3):
        n_rows = rows_needed(T, error, frequencies=SHARES)
        assert transition_error(T, n_rows, frequencies=SHARES) <= error
        assert n_rows == 10 or transition_error(T, n_rows - 1, frequencies=SHARES) > error
    assert rows_needed(np.eye(2), 0.1) == 2
    assert transition_error([[1.0]], 5) == 0


def test_bad_input_is_refused():
    with pytest.raises(ValueError, match="must be of shape"):
        transition_error([0.5, 0.5], 10)
    with pytest.raises(ValueError, match="rows must sum to 1"):
        transition_error([[0.5, 0.1], [0, 1]], 10)
    with pytest.raises(ValueError, match="n_rows must hold at least 1 row for each of the 3 classes"):
        transition_error(T, [5, 0, 5])
    with pytest.raises(ValueError, match="frequencies need n_rows as one number"):
        transition_error(T, [5, 5, 5], frequencies=SHARES)
    with pytest.raises(ValueError, match="frequencies must hold one positive share"):
        rows_needed(T, 0.1, frequencies=[1, 0, 1])
    with pytest.raises(ValueError, match="error"):
        rows_needed(T, 0.0)
