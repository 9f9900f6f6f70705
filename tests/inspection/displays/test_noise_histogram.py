"""NoiseHistogramDisplay: counts of rows beside the binomial."""

import numpy as np
import pytest
from material import planted_problem
from scipy.stats import binom
from sklearn.naive_bayes import GaussianNB

from skclean.detectors import FastReCoV, ReCoV
from skclean.inspection import NoiseHistogramDisplay

X, Y, NOISY, FLIPPED = planted_problem(150, 3, 12)


@pytest.mark.parametrize(("n_repeats", "n_splits", "max_bins"), [(1, 2, 50), (30, 5, 50), (2000, 10, 50), (500, 3, 1)])
def test_bins_hold_all_rows_and_nearly_all_of_the_binomial(n_repeats, n_splits, max_bins):
    rng = np.random.default_rng(0)
    counts = rng.binomial(n_repeats, 1 / n_splits, 300)
    counts[0] = n_repeats  # far out
    mask = counts > np.median(counts)
    display = NoiseHistogramDisplay.from_predictions(
        counts, n_repeats=n_repeats, n_splits=n_splits, noise_mask=mask, max_bins=max_bins
    )
    assert display.observed.sum() == 300 and display.observed_flagged.sum() == mask.sum()
    assert len(display.observed) <= max_bins
    assert 299.8 < display.expected.sum() <= 300.0001
    for low, high, expected, observed in zip(
        display.bin_edges, display.bin_edges[1:], display.expected, display.observed, strict=False
    ):
        inside = np.arange(n_repeats + 1)
        inside = inside[(inside > low) & (inside < high)]
        assert expected == pytest.approx(300 * binom.pmf(inside, n_repeats, 1 / n_splits).sum())
        assert observed == np.isin(counts, inside).sum()


def test_bars_and_line_show_what_is_kept():
    display = NoiseHistogramDisplay.from_predictions([0, 1, 1, 3], n_repeats=3, n_splits=3, noise_mask=[0, 0, 0, 1])
    heights = np.array([bar.get_height() for bar in display.ax_.patches])
    n_bins = len(display.observed)
    np.testing.assert_array_equal(heights[:n_bins] + heights[n_bins:], display.observed)
    np.testing.assert_array_equal(heights[n_bins:], display.observed_flagged)
    np.testing.assert_array_equal(display.ax_.lines[0].get_ydata(), display.expected)


@pytest.mark.parametrize("detector", [ReCoV(GaussianNB(), n_repeats=60, random_state=0), FastReCoV(random_state=0)])
def test_counts_are_those_of_the_detector(detector):
    y = NOISY.astype(float)
    y[:5] = np.nan
    detector.fit(X, y)
    display = NoiseHistogramDisplay.from_estimator(detector, max_bins=20)
    np.testing.assert_array_equal(display.counts, detector.noise_histogram_[5:])
    assert (display.n_repeats, display.n_splits) == (detector.n_repeats_, 5)
    assert display.counts.sum() >= detector.n_repeats_  # in each repeat one fold is the worst


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(counts=[1, 9], n_repeats=5, n_splits=5), "counts must be from 0 to 5, got 9.0 in row 1"),
        (dict(counts=[0.5], n_repeats=5, n_splits=5), "counts must be whole numbers"),
        (dict(counts=[1], n_repeats=0, n_splits=5), "n_repeats must be a whole number of at least 1"),
        (dict(counts=[1], n_repeats=5, n_splits=1), "n_splits must be a whole number of at least 2"),
        (dict(counts=[1], n_repeats=5, n_splits=5, max_bins=0), "max_bins must be"),
        (dict(counts=[1], n_repeats=5, n_splits=5, noise_mask=[1, 0]), "noise_mask must have shape"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        NoiseHistogramDisplay.from_predictions(**arguments)
