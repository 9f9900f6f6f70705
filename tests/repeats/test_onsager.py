"""The onsager of message passing against the spectra of real folds."""

import numpy as np
import pytest

from skclean.repeats import make_folds
from skclean.repeats.aggregation._message_passing import (
    onsager_of_spectrum,
    onsager_when_alone,
    r_of_compressed_projection,
)
from skclean.repeats.designs import _even_folds
from skclean.repeats.designs._even_folds import EvenFolds

N_ROWS = 600


def eigenvalues(folds, n_repeats):
    """Of B'B / c, for centred membership B with columns of squared length c."""
    drawn = folds.draw(0, n_repeats)
    inside = (drawn[:, None, :] == np.arange(folds.n_splits)[:, None]) - 1 / folds.n_splits
    B = inside.reshape(-1, drawn.shape[1])
    return np.linalg.eigvalsh(B.T @ B / (n_repeats * (1 - 1 / folds.n_splits)))


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("shares", [0.4, 0.8, 1.0, 1.3, 2.0, 2.9])
@pytest.mark.parametrize("n_splits", [2, 3, 5])
@pytest.mark.parametrize("slope", [0.05, 0.3, 0.7])
def test_it_solves_for_the_spectrum_that_folds_have(n_splits, shares, slope, even):
    """By definition G(R(w) + 1 / w) = w, where G(k) is the mean of 1 / (k - eigenvalue)."""
    folds = make_folds(n_splits, np.zeros(N_ROWS, dtype=int), seed=0, even=even)
    n_repeats = int(shares * EvenFolds(folds.strata, n_splits, seed=0).n_directions)
    ratio = N_ROWS / (n_repeats * (n_splits - 1))
    if slope * ratio > 0.9:
        pytest.skip("more than there are equations")
    back, widening = folds.onsager(n_repeats, slope)
    r = 1 - back
    w = -slope / r
    found = np.mean(1 / (r + 1 / w - eigenvalues(folds, n_repeats)))
    assert found == pytest.approx(w, rel=0.03)
    assert widening == pytest.approx(r / (1 - slope * ratio))


@pytest.mark.parametrize(("n_rows", "n_splits"), [(100, 5), (60, 2), (600, 5)])
def test_complete_rounds_need_no_correction(n_rows, n_splits):
    folds = EvenFolds(np.zeros(n_rows, dtype=int), n_splits, seed=0)
    assert folds.onsager(2 * folds.n_directions, 0.5)[0] == pytest.approx(0, abs=1e-12)


def test_rounds_that_leave_directions_out_need_a_correction(monkeypatch):
    monkeypatch.setattr(_even_folds, "MAX_DIRECTIONS", 100)
    folds = EvenFolds(np.zeros(N_ROWS, dtype=int), 5, seed=0)
    assert folds.n_directions == 100
    assert folds.onsager(100, 0.3)[0] > 0.1


@pytest.mark.parametrize("slope", [-1e-20, 0.0, 1e-300, 1e-12, 0.5, 1.0, 5.0])
@pytest.mark.parametrize("n_splits", [2, 5, 13, 251])
@pytest.mark.parametrize("n_rows", [1, 30, 252, 600])
def test_no_slope_is_too_small_or_too_large(n_rows, n_splits, slope):
    """R is one where there is no onsager, but for rounding."""
    folds = EvenFolds(np.zeros(n_rows, dtype=int), n_splits, seed=0)
    for n_repeats in (1, 2, folds.n_directions, folds.n_directions + 1, 10 * folds.n_directions):
        back, widening = folds.onsager(n_repeats, slope)
        assert 0 <= back < 1 and 0 < widening < np.inf


@pytest.mark.parametrize("slope", [0.0, 0.1, 0.4])
def test_few_rows_and_columns_of_an_orthogonal_matrix_are_as_if_alone(slope):
    expected = onsager_when_alone(slope, 2.0)
    found = onsager_of_spectrum(lambda x: r_of_compressed_projection(x, 1e-6, 2e-6), slope, 2.0)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("slope", [0.5, 0.9])
def test_a_slope_that_claims_more_than_there_are_equations_is_cut(slope):
    found = onsager_of_spectrum(lambda x: r_of_compressed_projection(x, 0.1, 0.5), slope, 5.0)
    assert np.isfinite(found).all() and 0 < found[0] < 1 and found[1] > 0
