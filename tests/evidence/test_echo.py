"""The echo of message passing against the spectra of real folds."""

import numpy as np
import pytest

from skclean.evidence import make_folds
from skclean.evidence._repeats._echo import echo_of_spectrum, echo_when_alone, r_of_compressed_projection

N_ROWS = 600


def eigenvalues(folds, n_repeats):
    """Of B'B / c, for centred membership B with columns of squared length c."""
    drawn = folds.draw(0, n_repeats)
    inside = (drawn[:, None, :] == np.arange(folds.n_splits)[:, None]) - 1 / folds.n_splits
    B = inside.reshape(-1, drawn.shape[1])
    return np.linalg.eigvalsh(B.T @ B / (n_repeats * (1 - 1 / folds.n_splits)))


@pytest.mark.parametrize("even", [True, False])
@pytest.mark.parametrize("n_repeats", [60, 120, 155, 200, 310, 450])
@pytest.mark.parametrize("slope", [0.05, 0.3, 0.7])
def test_it_solves_for_the_spectrum_that_folds_have(n_repeats, slope, even):
    """By definition G(R(w) + 1 / w) = w, where G(k) is the mean of 1 / (k - eigenvalue)."""
    folds = make_folds(5, np.zeros(N_ROWS, dtype=int), seed=0, even=even)
    if slope * N_ROWS > 0.9 * 4 * n_repeats:
        pytest.skip("more than there are equations")
    back, widening = folds.echo(n_repeats, slope)
    r = 1 - back
    w = -slope / r
    found = np.mean(1 / (r + 1 / w - eigenvalues(folds, n_repeats)))
    assert found == pytest.approx(w, rel=0.03)
    assert widening == pytest.approx(r / (1 - slope * N_ROWS / (4 * n_repeats)))


def test_complete_rounds_leave_no_echo():
    folds = make_folds(5, np.zeros(N_ROWS, dtype=int), seed=0, even=True)
    assert folds.echo(2 * folds.n_directions, 0.5)[0] == pytest.approx(0, abs=1e-12)


def test_rounds_that_are_cut_short_are_samples(monkeypatch):
    """Where there are more directions than anybody lists."""
    whole = make_folds(5, np.zeros(N_ROWS, dtype=int), seed=0, even=True)
    monkeypatch.setattr("skclean.evidence._repeats._even_folds.MOST_DIRECTIONS", 100)
    cut = make_folds(5, np.zeros(N_ROWS, dtype=int), seed=0, even=True)
    assert cut.n_directions == 100 < whole.n_directions
    assert cut.echo(90, 0.3) == pytest.approx(whole.echo(90, 0.3))
    back = cut.echo(200, 0.3)[0]
    w = -0.3 / (1 - back)
    assert np.mean(1 / (1 - back + 1 / w - eigenvalues(cut, 200))) == pytest.approx(w, rel=0.03)


@pytest.mark.parametrize("slope", [0.0, 0.1, 0.4])
def test_few_rows_and_columns_of_an_orthogonal_matrix_are_as_if_alone(slope):
    expected = echo_when_alone(slope, 2.0)
    found = echo_of_spectrum(lambda x: r_of_compressed_projection(x, 1e-6, 2e-6), slope, 2.0)
    np.testing.assert_allclose(found, expected, atol=1e-5)


@pytest.mark.parametrize("slope", [0.5, 0.9])
def test_a_slope_that_claims_more_than_there_are_equations_is_cut(slope):
    found = echo_of_spectrum(lambda x: r_of_compressed_projection(x, 0.1, 0.5), slope, 5.0)
    assert np.isfinite(found).all() and 0 < found[0] < 1 and found[1] > 0
