"""SKC007: where labels are wrong."""

import numpy as np
import pandas as pd
import pytest
from material import planted_problem, small_detector

from skclean.detectors import DistanceRatio
from skclean.inspection import noise_by_group
from skclean.inspection.checks._group_rates import Moments, rate_of, upper_p
from skclean.inspection.checks._noise_by_group import _text
from skclean.inspection.checks._periods import periods, read_dates


def flipped_where(where, n=600, base=0.04, rate=0.3, seed=0):
    """Blobs far apart; labels that are wrong in 4 % of the rows, and in 30 % where a mask is True."""
    X, y, _, _ = planted_problem(n, 3, 0)
    rng = np.random.default_rng(seed)
    return X, np.where(rng.random(n) < np.where(where, rate, base), (y + 1) % 3, y)


def test_the_group_with_more_wrong_labels_is_named():
    group = np.random.default_rng(1).permutation(600) % 6
    X, y = flipped_where(group == 2)
    share = np.mean(y != planted_problem(600, 3, 0).y, where=group == 2)
    detector = small_detector().fit(X, y)
    result = noise_by_group(detector, X, groups=np.array(list("abcdef"))[group])
    assert result.state == "issue"
    first = result.findings[0]
    assert (first["column"], first["value"], first["rows"]) == ("the group", "c", 100)
    assert first["rate low"] <= share <= first["rate high"]
    assert first["ratio low"] > 1.5 and first["direction"] in {f"{(k + 1) % 3} in place of {k}" for k in range(3)}
    assert (group[result.rows[: len(result.rows) // 2]] == 2).any()
    assert detector.noise_mask_[result.rows].all()
    assert result.numbers["noise_rate"].value == first["rate"]


def test_a_value_of_a_column_and_a_pair_of_values_are_named():
    rng = np.random.default_rng(0)
    source, device = rng.integers(0, 4, 2000), rng.integers(0, 4, 2000)
    by_value = flipped_where(source == 1, 2000)
    frame = pd.DataFrame(by_value[0]).assign(source=source.astype(str), device=device.astype(str))
    frame.columns = frame.columns.astype(str)
    result = noise_by_group(small_detector().fit(by_value[0], by_value[1]), frame)
    assert [(line["column"], line["value"]) for line in result.findings] == [("source", "1")]
    by_pair = flipped_where((source == 1) & (device == 2), 2000, rate=0.5)
    found = noise_by_group(small_detector().fit(by_pair[0], by_pair[1]), frame).findings
    assert "1 and 2" in [line["value"] for line in found] or "2 and 1" in [line["value"] for line in found]


def test_a_period_is_named():
    day = np.datetime64("2024-01-01") + np.arange(600) // 3
    month = day.astype("datetime64[M]").astype(int) % 12
    X, y = flipped_where(month == 2)
    result = noise_by_group(small_detector().fit(X, y), dates=day)
    assert [(line["column"], line["value"]) for line in result.findings] == [("the date", "2024-03")]


def test_even_noise_raises_no_alarm():
    X, y = flipped_where(np.zeros(600, dtype=bool), base=0.1)
    detector = small_detector().fit(X, y)
    rng = np.random.default_rng(0)
    alarms = [noise_by_group(detector, groups=rng.integers(0, 10, 600)).state != "passed" for _ in range(100)]
    assert np.mean(alarms) <= 0.1


def test_flags_stand_in_for_chances():
    group = np.random.default_rng(1).permutation(600) % 6
    X, y = flipped_where(group == 2)
    assert noise_by_group(DistanceRatio().fit(X, y), groups=group).findings[0]["value"] == "2"


def test_it_does_not_apply_without_wrong_labels_or_groups(planted):
    X, y, noisy, _ = planted
    assert noise_by_group(small_detector().fit(X, y), X).state == "not applicable"
    assert noise_by_group(small_detector().fit(X, noisy)).state == "not applicable"


def test_other_rows_are_refused(planted):
    with pytest.raises(ValueError, match="fitted to 150 rows and X has 100"):
        noise_by_group(small_detector().fit(planted.X, planted.noisy), planted.X[:100])


@pytest.mark.parametrize("rate", [0.02, 0.1, 0.5])
def test_p_values_are_uniform_under_random_draws(rate):
    rng = np.random.default_rng(0)
    chance = (rng.random(3000) < rate) * rng.uniform(0.5, 1, 3000)
    among = Moments.of(chance)
    totals = np.array([rng.permutation(chance)[:150].sum() for _ in range(4000)])
    p_values = upper_p(np.full(4000, 150), totals, among)
    for level in (0.5, 0.1, 0.01):
        assert np.mean(p_values <= level) == pytest.approx(level, abs=0.05 * level**0.5)


def test_the_rate_of_a_group_is_not_drawn_to_that_of_all():
    rng = np.random.default_rng(0)
    wrong = rng.random(5000) < 0.3
    evidence = rng.normal(size=5000) + 1.5 * wrong  # likelihood ratio exp(1.5 x - 1.125)
    odds = 0.1 / 0.9 * np.exp(1.5 * evidence - 1.125)
    chance = odds / (1 + odds)
    rate, error = rate_of(chance, 0.1)
    assert chance.mean() < 0.26 and abs(rate - 0.3) < 3 * error < 0.06


@pytest.mark.parametrize(
    ("step", "n", "names"),
    [
        (1, 5, ["2024-01-01", "2024-01-05"]),
        (1, 100, ["week of 2024-01-01", "week of 2024-04-08"]),
        (2, 300, ["2024-01", "2025-08"]),
        (10, 200, ["2024 Q1", "2029 Q2"]),
        (100, 40, ["2024", "2034"]),
        (1000, 40, ["from 2024-01-01T00:00:00", "from 2122-07-26T00:00:00"]),
    ],
)
def test_periods_have_the_shortest_unit_that_fits(step, n, names):
    dates = np.datetime64("2024-01-01") + step * np.arange(n)
    codes, found = periods(read_dates([*map(str, dates), None]))
    assert [found[0], found[-1]] == names
    assert codes[-1] == -1 and codes[:-1].max() == len(found) - 1 and (np.diff(codes[:-1]) >= 0).all()


def test_texts_that_are_no_dates_are_refused():
    with pytest.raises(ValueError, match="dates does not read as dates, for example 'red'"):
        read_dates(["red", "green", "blue"])


def test_a_group_without_any_variance_gives_no_warning():
    among = Moments(*(np.array([value]) for value in (4.0, 0.5, 1e-230, 1e-300)))
    np.testing.assert_array_equal(upper_p([2], [1.0], among), [1.0])


def test_a_range_of_one_number_is_named_by_it():
    assert _text((0.0, 0.0)) == "0" and _text((0.0, 1.5)) == "0 to 1.5"
