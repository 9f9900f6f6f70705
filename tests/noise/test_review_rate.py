"""The noise rate from a reviewed sample: right in the mean, narrower than a plain sample, and honest."""

import numpy as np
import pytest

from skclean.noise import draw_stratified_review, noise_rate_from_review


def table(seed, n=2000, off=1.0):
    """Chances that are off by a factor, and which labels are wrong."""
    rng = np.random.RandomState(seed)
    chance = rng.beta(0.3, 2.5, size=n)
    return chance, rng.uniform(size=n) < np.clip(off * chance, 0, 1)


@pytest.mark.parametrize("off", [0.3, 1.0, 2.0])
def test_the_interval_holds_the_rate_and_is_narrower_than_that_of_a_plain_sample(off):
    held, widths, errors = [], [], []
    for seed in range(60):
        chance, wrong = table(seed, off=off)
        rows = draw_stratified_review(chance, 150, random_state=seed)
        found = noise_rate_from_review(chance, rows, wrong[rows], n_bootstrap=200, random_state=seed).overall
        held.append(found.low <= wrong.mean() <= found.high)
        widths.append(found.high - found.low)
        errors.append(found.rate - wrong.mean())
    rate = np.mean([table(seed, off=off)[1].mean() for seed in range(60)])
    assert np.mean(held) >= 0.8
    assert np.mean(widths) < 0.85 * 2 * 1.645 * np.sqrt(rate * (1 - rate) / 150)
    assert abs(np.mean(errors)) < 0.01


def test_rates_of_classes():
    chance, wrong = table(0)
    y = np.array(["a", "b", "c"], dtype=object)[np.random.RandomState(1).choice(3, len(chance), p=[0.6, 0.39, 0.01])]
    y[:10] = None
    rows = draw_stratified_review(chance, 400, random_state=0)
    found = noise_rate_from_review(chance, rows, wrong[rows], y=y, random_state=0)
    assert list(found.of_class) == ["a", "b", "c"]
    for label, rate in found.of_class.items():
        assert rate.low <= rate.rate <= rate.high and rate.low <= wrong[y == label].mean() <= rate.high
    of_class = found.of_class
    assert of_class["c"].high - of_class["c"].low > of_class["a"].high - of_class["a"].low
    without = rows[y[rows] != "c"]
    unseen = noise_rate_from_review(chance, without, wrong[without], y=y, random_state=0).of_class["c"]
    assert unseen.high - unseen.low > 0.1  # the class was not reviewed


def test_all_rows_reviewed_leave_no_doubt():
    chance, wrong = table(2, n=200)
    found = noise_rate_from_review(chance, np.arange(200), wrong, random_state=0).overall
    assert found.high - found.low < 1e-9 and found.rate == pytest.approx(wrong.mean(), abs=0.02)


def test_strata_are_those_of_quality_and_reviews_go_where_findings_vary():
    chance, _ = table(3)
    quality = np.random.RandomState(0).uniform(size=len(chance))
    rows = draw_stratified_review(chance, 100, quality=quality, random_state=0)
    counts = np.histogram(quality[rows], np.quantile(quality, np.linspace(0, 1, 11)))[0]
    assert counts.min() >= 8 and len(np.unique(rows)) == 100
    counts = np.histogram(np.argsort(np.argsort(-chance))[draw_stratified_review(chance, 100, random_state=0)], 10)[0]
    assert counts[0] > counts[-1] >= 2
    assert len(draw_stratified_review(chance, 10, n_strata=5, random_state=0)) == 10
    assert (draw_stratified_review(chance[:20], 20, random_state=0).size, 20) == (20, 20)


def test_confidence_and_seed():
    chance, wrong = table(4)
    rows = draw_stratified_review(chance, 100, random_state=0)
    wide, narrow = (
        noise_rate_from_review(chance, rows, wrong[rows], confidence=level, n_strata=4, random_state=0).overall
        for level in (0.99, 0.5)
    )
    assert wide.low < narrow.low < narrow.high < wide.high
    again = noise_rate_from_review(chance, rows, wrong[rows], confidence=0.5, n_strata=4, random_state=0).overall
    assert again == narrow


BAD = {
    "chance": (dict(chance_wrong=[0.5, 2]), "one probability in"),
    "no rows": (dict(rows=[], found_wrong=[]), "there must be some"),
    "beyond": (dict(rows=[5], found_wrong=[1]), "distinct positions from 0 to 3"),
    "twice": (dict(rows=[1, 1], found_wrong=[1, 1]), "distinct positions"),
    "mask": (dict(rows=[0.5], found_wrong=[1]), "whole numbers"),
    "found": (dict(found_wrong=[0.5]), "True or False for each of the 1"),
    "quality": (dict(quality=[1]), "quality has shape"),
    "labels": (dict(y=[1, 0]), "y has 2 values"),
    "strata": (dict(n_strata=0), "n_strata must be"),
    "confidence": (dict(confidence=1), "confidence must be"),
    "draws": (dict(n_bootstrap=3), "n_bootstrap must be"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input(case):
    given = dict(chance_wrong=[0.1, 0.2, 0.3, 0.4], rows=[0], found_wrong=[True], n_strata=2)
    params, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        noise_rate_from_review(**given | params)


def test_too_few_rows():
    with pytest.raises(ValueError, match="n_rows must be a whole number from 20, 2 for each stratum"):
        draw_stratified_review(np.full(100, 0.1), 10)
