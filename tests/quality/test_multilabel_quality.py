"""Quality of cells and of rows with several tags: definitions, unknown cells, containers."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse

from skclean.quality import MULTILABEL_METHODS, cell_quality, multilabel_quality

every_method = pytest.mark.parametrize("method", MULTILABEL_METHODS)
RNG = np.random.default_rng(0)
PROBA = RNG.random((40, 5))
Y = (RNG.random((40, 5)) < PROBA).astype(float)
UNKNOWN = RNG.random((40, 5)) < 0.3
UNKNOWN[0] = True
HOLED = np.where(UNKNOWN, np.nan, Y)


def by_hand(values, method):
    """One row at a time."""
    if not len(values):
        return 1.0
    values = np.sort(values)[::-1]
    if method == "odds":
        return 1 / (1 + sum((1 - value) / value for value in values))
    if method == "softmin":
        weights = np.exp((1 - values) / 0.1)
        return weights @ values / weights.sum()
    if method == "exponential_moving_average":
        average = values[0]
        for value in values[1:]:
            average = 0.8 * value + 0.2 * average
        return average
    return values.min() if method == "minimum" else values.mean()


def test_cells_score_the_probability_of_what_was_given():
    expected = np.where(UNKNOWN, 1.0, np.where(Y == 1, PROBA, 1 - PROBA))
    np.testing.assert_allclose(cell_quality(HOLED, PROBA), expected)


@every_method
def test_rows_pool_their_known_cells(method):
    cells = cell_quality(Y, PROBA)
    expected = [by_hand(row[~unknown], method) for row, unknown in zip(cells, UNKNOWN, strict=True)]
    found = multilabel_quality(HOLED, PROBA, method=method)
    np.testing.assert_allclose(found, expected)
    assert found[0] == 1 and (found >= 0).all() and (found <= 1).all()


@every_method
def test_the_order_of_tags_and_the_container_do_not_matter(method):
    plain = multilabel_quality(Y, PROBA, method=method)
    order = [3, 0, 4, 1, 2]
    np.testing.assert_allclose(multilabel_quality(Y[:, order], PROBA[:, order], method=method), plain)
    sets = [set(np.flatnonzero(row).tolist()) for row in Y]
    frame = pd.DataFrame(Y.astype(bool), columns=list("abcde"))
    for same in (sparse.csr_matrix(Y), frame, sets, Y.astype(bool).tolist()):
        np.testing.assert_array_equal(multilabel_quality(same, PROBA, method=method), plain)


@every_method
def test_a_certainly_wrong_cell_makes_the_row_the_worst(method):
    proba = np.array([[0.9, 0.8, 0.9], [0.9, 0.0, 0.9]])
    sound, wrong = multilabel_quality(np.ones((2, 3)), proba, method=method)
    assert 0 <= wrong < sound


def test_cells_of_minus_one_are_unknown_beside_zeros():
    coded = np.where(UNKNOWN, -1, Y).astype(int)
    np.testing.assert_array_equal(cell_quality(coded, PROBA), cell_quality(HOLED, PROBA))


def test_bad_input_is_refused_with_a_remedy():
    with pytest.raises(ValueError, match="method='min' is not known"):
        multilabel_quality(Y, PROBA, method="min")
    with pytest.raises(ValueError, match="one probability for each cell"):
        cell_quality(Y, PROBA[:, :4])
    with pytest.raises(ValueError, match="predict_proba, not decision_function"):
        cell_quality(Y, PROBA * 3)
    with pytest.raises(ValueError, match="write 0 where the tag is not there"):
        cell_quality(2 * Y - 1, PROBA)
