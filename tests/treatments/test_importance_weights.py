"""Weights by which noisy labels estimate what clean ones would say."""

import numpy as np
import pytest

from skclean.base import Verdict
from skclean.noise import NoiseModel
from skclean.treatments import ImportanceWeights


def test_importance_weights_make_noisy_losses_estimate_clean_ones(noisy_audit):
    """The sum of weights of each class is what its true members are, and so is the weighted mean of any column."""
    selection = ImportanceWeights().select(Verdict(noisy_audit, np.zeros(1500, dtype=bool)))
    assert selection.indices.tolist() == list(range(1500))
    np.testing.assert_array_equal(selection.codes, noisy_audit.codes)
    weights = selection.sample_weight
    np.testing.assert_array_equal(weights[:40], 1)  # verified
    truth = noisy_audit[NoiseModel].channel.truth(noisy_audit.proba)
    for code in range(3):
        of_class = noisy_audit.codes == code
        assert weights[of_class].sum() == pytest.approx(truth[:, code].sum(), rel=0.08)
        plain = noisy_audit.proba[of_class, code].mean()
        wanted = np.average(noisy_audit.proba[:, code], weights=truth[:, code])
        found = np.average(noisy_audit.proba[of_class, code], weights=weights[of_class])
        assert abs(found - wanted) < abs(plain - wanted) / 3
    assert "weighted" in selection.reason


def test_drawn_rows_follow_the_importance_weights_and_lose_no_class(noisy_audit):
    nothing = np.zeros(1500, dtype=bool)
    weights = ImportanceWeights().select(Verdict(noisy_audit, nothing)).sample_weight
    drawing = ImportanceWeights(draw=True, random_state=0)
    assert not drawing.returns_weights
    counts = np.zeros(1500)
    for seed in range(60):
        drawn = drawing.set_params(random_state=seed).select(Verdict(noisy_audit, nothing))
        assert drawn.sample_weight is None and len(drawn.indices) == 1500
        assert set(drawn.codes) == {0, 1, 2}
        np.testing.assert_array_equal(drawn.codes, noisy_audit.codes[drawn.indices])
        counts += np.bincount(drawn.indices, minlength=1500)
    heavy = weights > np.median(weights)
    assert counts[heavy].sum() / counts.sum() == pytest.approx(weights[heavy].sum() / weights.sum(), abs=0.01)
    again = ImportanceWeights(draw=True, random_state=59).select(Verdict(noisy_audit, nothing))
    np.testing.assert_array_equal(again.indices, drawn.indices)


def test_a_draw_that_misses_a_class_takes_its_heaviest_row():
    drawn = ImportanceWeights(draw=True, random_state=0)._drawn(
        np.array([0] * 30 + [1, 1]), np.r_[np.ones(30), 0, 1e-9]
    )
    assert len(drawn) == 32 and 31 in drawn
