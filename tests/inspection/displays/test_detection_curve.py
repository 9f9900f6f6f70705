"""DetectionCurveDisplay: precision and recall, as scikit-learn has them, in any order of equal qualities."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from material import planted_problem, small_detector
from matplotlib import pyplot
from sklearn.metrics import average_precision_score, precision_score, recall_score

from skclean.inspection import DetectionCurveDisplay

X, Y, NOISY, FLIPPED = planted_problem(150, 3, 12)
rows = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])), min_size=2, max_size=40)


@settings(max_examples=20)
@given(rows, st.randoms(use_true_random=False))
def test_numbers_are_those_of_scikit_learn_and_of_counting(drawn, random):
    wrong, quality = (np.array(column) for column in zip(*drawn, strict=True))
    display = DetectionCurveDisplay.from_predictions(wrong, quality)
    for n, precision, recall in zip(display.n_reviewed, display.precision, display.recall, strict=True):
        reviewed = quality <= np.sort(quality)[n - 1]
        assert reviewed.sum() == n
        assert precision == pytest.approx(precision_score(wrong, reviewed))
        if wrong.any():
            assert recall == pytest.approx(recall_score(wrong, reviewed))
    assert np.isnan(display.recall).all() == (not wrong.any())
    if wrong.any():
        assert display.average_precision == pytest.approx(average_precision_score(wrong, -quality))
    assert display.share[-1] == 1 and display.precision[-1] == pytest.approx(display.noise_rate)
    random.shuffle(drawn)
    again = DetectionCurveDisplay.from_predictions(*zip(*drawn, strict=True))
    np.testing.assert_allclose(again.recall, display.recall)
    pyplot.close("all")


def test_probabilities_give_what_to_expect():
    rng = np.random.default_rng(0)
    chance, quality, mask = rng.random(8), rng.random(8), np.arange(8) < 3
    display = DetectionCurveDisplay.from_predictions(chance, quality, noise_mask=mask)
    order = np.argsort(quality)
    np.testing.assert_allclose(display.precision, [chance[order[:n]].mean() for n in range(1, 9)])
    np.testing.assert_allclose(display.recall, [chance[order[:n]].sum() / chance.sum() for n in range(1, 9)])
    assert display.expected and "expected" in display.ax_.get_ylabel()
    expected = (3 / 8, chance[mask].mean(), chance[mask].sum() / chance.sum())
    assert display.flagged == pytest.approx(expected)


def test_without_the_truth_the_noise_model_says_what_to_expect():
    detector = small_detector().fit(X, NOISY)
    chance = detector.audit_table()["chance_wrong"].to_numpy()
    found = DetectionCurveDisplay.from_estimator(detector)
    expected = DetectionCurveDisplay.from_predictions(chance, detector.label_quality_)
    np.testing.assert_allclose(found.precision, expected.precision)
    assert found.expected and not DetectionCurveDisplay.from_estimator(detector, FLIPPED).expected


def test_against_recall_or_the_share_reviewed():
    wrong, quality = [True, False, True], [0.1, 0.2, 0.3]
    share = DetectionCurveDisplay.from_predictions(wrong, quality, noise_mask=[1, 0, 0], against="share")
    np.testing.assert_array_equal(share.ax_.lines[0].get_xdata(), share.share)
    np.testing.assert_array_equal(share.ax_.lines[1].get_ydata(), share.recall)
    recall = DetectionCurveDisplay.from_predictions(wrong, quality, against="recall")
    np.testing.assert_array_equal(recall.ax_.lines[0].get_xdata(), recall.recall)
    np.testing.assert_array_equal(recall.ax_.lines[0].get_ydata(), recall.precision)
    assert recall.flagged is None and share.flagged == pytest.approx((1 / 3, 1, 0.5))


def test_wrong_input_is_named():
    for arguments, message in (
        (([True], [0.1, 0.2]), "is_wrong has 1 rows but label_quality has 2"),
        (([2.0], [0.1]), "is_wrong must be from 0 to 1"),
        (([1], [np.inf]), "label_quality must be finite numbers"),
    ):
        with pytest.raises(ValueError, match=message):
            DetectionCurveDisplay.from_predictions(*arguments)
    with pytest.raises(ValueError, match="against must be one of"):
        DetectionCurveDisplay.from_predictions([True, False], [0.1, 0.2], against="rank")
    detector = small_detector().fit(X, NOISY)
    with pytest.raises(ValueError, match="is_wrong has 3 rows but the detector has 150"):
        DetectionCurveDisplay.from_estimator(detector, [True, False, True])
