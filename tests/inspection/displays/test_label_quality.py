"""LabelQualityDisplay: histograms of each class, and the threshold."""

import numpy as np
import pytest
from material import planted_problem, small_detector

from skclean.base import BaseRule
from skclean.detectors import KDN, RelationGraph
from skclean.inspection import LabelQualityDisplay
from skclean.rules import RULES, ExactCount, Otsu, Vote

X, Y, NOISY, FLIPPED = planted_problem(150, 3, 12)


def test_the_bars_are_the_histograms_of_the_classes():
    rng = np.random.default_rng(0)
    y, quality, mask = rng.integers(0, 3, 200), rng.random(200), rng.random(200) < 0.2
    display = LabelQualityDisplay.from_predictions(y, quality, noise_mask=mask, bins=10)
    edges = np.linspace(0, 1, 11)
    bars = iter(display.ax_.collections)
    for line, code in enumerate([2, 1, 0]):  # from below
        counts = np.histogram(quality[y == code], edges)[0]
        scale = 0.85 / np.log1p(counts.max())
        for rows in (y == code, (y == code) & mask):
            heights = next(bars).get_paths()[0].vertices[:, 1].max() - line
            assert heights == pytest.approx(scale * np.log1p(np.histogram(quality[rows], edges)[0].max()))
    assert [text.get_text() for text in display.ax_.get_yticklabels()] == [f"{c} ({(y == c).sum()})" for c in (2, 1, 0)]


def test_unlabelled_rows_are_left_out():
    display = LabelQualityDisplay.from_predictions(["a", None, "b"], [0.1, 0.2, 0.3])
    assert display.label_quality.tolist() == [0.1, 0.3] and display.codes.tolist() == [0, 1]
    assert display.threshold is None and not display.of_rule


@pytest.mark.parametrize("rule", [Otsu(), Otsu(max_cut=0.3), Vote(), Vote(vote="consensus")])
def test_the_threshold_is_the_cut_of_the_rule_where_it_has_one(rule):
    detector = KDN(rule=rule).fit(X, NOISY)
    display = LabelQualityDisplay.from_estimator(detector)
    assert display.of_rule and display.threshold == rule.quality_cut(detector.audit_)
    below = detector.label_quality_ < display.threshold
    if getattr(rule, "vote", None) != "consensus":
        np.testing.assert_array_equal(below, detector.noise_mask_)
    assert LabelQualityDisplay.from_estimator(KDN(rule="otsu").fit(X, NOISY)).of_rule  # an alias
    assert LabelQualityDisplay.from_estimator(RelationGraph().fit(X, NOISY)).of_rule  # the default rule


def test_the_threshold_is_the_highest_flagged_quality_otherwise():
    detector = KDN(rule=ExactCount(n_flags=7)).fit(X, NOISY)
    display = LabelQualityDisplay.from_estimator(detector)
    assert not display.of_rule and display.threshold == detector.label_quality_[detector.noise_mask_].max()
    nothing = KDN(rule=ExactCount(n_flags=0)).fit(X, NOISY)
    assert LabelQualityDisplay.from_estimator(nothing).threshold is None


def test_a_cut_is_the_quality_below_which_a_rule_flags():
    audit = small_detector().fit(X, NOISY).audit_
    assert "quality_cut" in vars(BaseRule) and "otsu" in RULES
    for rule in RULES.values():
        cut = rule().quality_cut(audit)
        assert cut is None or ((audit.quality < cut) == rule()._flag(audit)).all()


def test_only_some_of_many_classes_are_drawn():
    y, mask = np.repeat(np.arange(6), 10), np.zeros(60, dtype=bool)
    mask[[5, 20, 21, 55]] = True  # classes 0, 2 and 5
    display = LabelQualityDisplay.from_predictions(y, np.full(60, 0.5), noise_mask=mask, max_classes=3)
    assert [text.get_text() for text in display.ax_.get_yticklabels()] == ["5 (10)", "2 (10)", "0 (10)"]
    assert "3 of 6" in display.ax_.get_ylabel()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (dict(y=[0, 1], label_quality=[0.1]), "y has 2 rows but label_quality has 1"),
        (dict(y=[0], label_quality=[1.5]), r"label_quality must be from 0 to 1, got 1\.5 in row 0"),
        (dict(y=[0], label_quality=[np.nan]), "label_quality must be from 0 to 1, got nan"),
        (dict(y=[0], label_quality=["x"]), "label_quality must hold numbers"),
        (dict(y=[0], label_quality=[]), "at least one row"),
        (dict(y=[0], label_quality=[[0.5]]), r"label_quality must have shape \(n_rows,\)"),
        (dict(y=[0], label_quality=[0.5], noise_mask=[True, False]), "noise_mask must have shape"),
        (dict(y=[0], label_quality=[0.5], noise_mask=["yes"]), "noise_mask must hold True or False"),
        (dict(y=[0], label_quality=[0.5], threshold=2), "threshold must be from 0 to 1"),
        (dict(y=[0], label_quality=[0.5], bins=0), "bins must be a whole number"),
        (dict(y=[0], label_quality=[0.5], max_classes=0.5), "max_classes must be a whole number"),
    ],
)
def test_wrong_input_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        LabelQualityDisplay.from_predictions(**arguments)
