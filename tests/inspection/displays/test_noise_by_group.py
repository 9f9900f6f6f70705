"""NoiseByGroupDisplay: rates of groups, with intervals that hold them as often as they say."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.stats import binomtest

from skclean.detectors import KDN
from skclean.inspection import NoiseByGroupDisplay

GROUPS = ["b", "a", "b", None, "a", "a", np.nan, "b", "b"]
FLAGS = [1, 0, 0, 1, 1, 1, 1, 0, 0]


def test_rates_intervals_and_order():
    display = NoiseByGroupDisplay.from_predictions(GROUPS, noise_mask=FLAGS, confidence=0.8)
    assert display.groups.tolist() == ["(missing)", "a", "b"]
    assert display.n_rows.tolist() == [2, 3, 4]
    np.testing.assert_allclose(display.rate, [1, 2 / 3, 1 / 4])
    for rate, n, low, high in zip(display.rate, display.n_rows, display.low, display.high, strict=True):
        expected = binomtest(round(rate * n), n).proportion_ci(0.8, method="wilson")
        assert (low, high) == pytest.approx(tuple(expected))
    assert display.overall_rate == pytest.approx(5 / 9) and display.confidence == 0.8


def test_probabilities_and_flags_of_them_agree():
    chance = np.array(FLAGS, dtype=float)
    first = NoiseByGroupDisplay.from_predictions(GROUPS, chance)
    second = NoiseByGroupDisplay.from_predictions(pd.Series(GROUPS), noise_mask=np.array(FLAGS, dtype=bool))
    for name in ("rate", "low", "high", "n_rows"):
        np.testing.assert_array_equal(getattr(first, name), getattr(second, name))
    half = NoiseByGroupDisplay.from_predictions(["x"] * 10, np.full(10, 0.5))
    assert half.rate.tolist() == [0.5] and 0 < half.low[0] < 0.5 < half.high[0] < 1


def test_intervals_hold_the_rate_about_as_often_as_they_say():
    rng = np.random.default_rng(0)
    flags = rng.random((400, 50)) < 0.1
    groups = np.repeat(np.arange(400), 50)
    display = NoiseByGroupDisplay.from_predictions(groups, noise_mask=flags.ravel(), confidence=0.9)
    held = ((display.low <= 0.1) & (display.high >= 0.1)).mean()
    assert 0.84 < held < 0.97


def test_a_detector_without_a_noise_model_gives_its_flags():
    X = np.random.default_rng(0).normal(size=(60, 2))
    y = [None, *(X[1:, 0] > 0).astype(int).tolist()]
    detector = KDN().fit(X, y)
    groups = np.arange(60) % 2
    display = NoiseByGroupDisplay.from_estimator(detector, groups)
    expected = NoiseByGroupDisplay.from_predictions(groups[1:], noise_mask=detector.noise_mask_[1:])
    np.testing.assert_array_equal(display.rate, expected.rate)


def test_findings_of_the_check_are_drawn_as_they_are():
    findings = [
        {"group": "city = $x$", "rate": 0.3, "low": 0.2, "high": 0.4, "p_value": 0.01},
        {"group": "city = b", "rate": 0.1, "low": 0.05, "high": 0.2, "p_value": 0.5},
    ]
    display = NoiseByGroupDisplay.from_result(SimpleNamespace(findings=findings))
    assert display.groups.tolist() == ["city = $x$", "city = b"]
    assert display.rate.tolist() == [0.3, 0.1] and display.n_rows is None and display.overall_rate is None
    few = NoiseByGroupDisplay.from_result(SimpleNamespace(findings=findings), max_groups=1)
    assert [text.get_text() for text in few.ax_.get_yticklabels()] == ["city = $x$"]
    assert "1 of 2" in few.ax_.get_ylabel()


def test_findings_by_column_and_value_are_read_too():
    finding = {"column": "city", "value": "x", "rows": 40, "rate": 0.3, "rate low": 0.2, "rate high": 0.4}
    display = NoiseByGroupDisplay.from_result(SimpleNamespace(findings=[finding]))
    assert display.groups.tolist() == ["city = x"] and display.n_rows.tolist() == [40]
    assert (display.rate[0], display.low[0], display.high[0]) == (0.3, 0.2, 0.4)


def test_wrong_input_is_named():
    for arguments, message in (
        (dict(groups=["a"]), "either chance_wrong or noise_mask"),
        (dict(groups=["a"], chance_wrong=[0.1], noise_mask=[True]), "either chance_wrong or noise_mask"),
        (dict(groups=["a"], chance_wrong=[0.1, 0.2]), "chance_wrong has 2 rows but groups has 1"),
        (dict(groups=["a"], chance_wrong=[1.2]), "chance_wrong must be from 0 to 1"),
        (dict(groups=["a"], noise_mask=[True, False]), "noise_mask must have shape"),
        (dict(groups="ab", noise_mask=[True, False]), "groups must hold the group of each row"),
        (dict(groups=[], noise_mask=[]), "groups has no row"),
        (dict(groups=["a"], noise_mask=[True], confidence=0), "confidence must be"),
        (dict(groups=["a"], noise_mask=[True], max_groups=0), "max_groups must be"),
    ):
        with pytest.raises(ValueError, match=message):
            NoiseByGroupDisplay.from_predictions(**arguments)
    for findings in (None, [{"group": "a", "rate": 0.1}], [{"rate": 0.1, "low": 0, "high": 1}], [3]):
        with pytest.raises(ValueError, match="result must be that of the check noise_by_group"):
            NoiseByGroupDisplay.from_result(SimpleNamespace(findings=findings))
    with pytest.raises(ValueError, match="result has no findings"):
        NoiseByGroupDisplay.from_result(SimpleNamespace(findings=[]))
