"""ClassOverlapDisplay: the pairs of skclean.noise.overlapping_classes, as bars."""

import numpy as np
import pytest
from material import random_proba

from skclean.inspection import ClassOverlapDisplay
from skclean.noise import overlapping_classes

RNG = np.random.default_rng(0)
Y = RNG.integers(0, 4, 200)
PROBA = random_proba(RNG, 200, 4, Y)
WEIGHT = RNG.uniform(0.5, 2, 200)


@pytest.mark.parametrize("directed", [False, True])
def test_pairs_are_those_of_skclean_noise(directed):
    display = ClassOverlapDisplay.from_predictions(Y, PROBA, sample_weight=WEIGHT, directed=directed, max_pairs=4)
    expected = overlapping_classes(Y, PROBA, sample_weight=WEIGHT, directed=directed)
    for name in ("first", "second", "probability"):
        np.testing.assert_array_equal(getattr(display, name), getattr(expected, name))
    bars = display.ax_.patches
    np.testing.assert_allclose([bar.get_width() for bar in bars], 100 * expected.probability[:4])
    sign = "→" if directed else "and"
    texts = [text.get_text() for text in display.ax_.get_yticklabels()]
    assert texts == [f"{a} {sign} {b}" for a, b in zip(expected.first[:4], expected.second[:4], strict=True)]
    assert bars[0].get_y() > bars[-1].get_y()  # the most confused pair is on top


def test_a_table_of_counts_will_do():
    display = ClassOverlapDisplay.from_predictions(joint=[[8, 2], [1, 9]], classes=["a", "b"])
    assert display.probability == pytest.approx([0.15])


def test_wrong_input_is_named():
    with pytest.raises(ValueError, match="max_pairs must be"):
        ClassOverlapDisplay.from_predictions(Y, PROBA, max_pairs=0)
    with pytest.raises(ValueError, match="pass y and y_proba, or joint"):
        ClassOverlapDisplay.from_predictions(Y)
