"""Columns of text are read as what they mean."""

import datetime
import pickle

import numpy as np
import pandas as pd
import pytest

from skclean.preprocessing import PointEncoder, TableEncoder
from skclean.preprocessing._cells import read_column, recognise

DAYS = [datetime.datetime(2019, 1, 1, 9, 30) + datetime.timedelta(days=37 * i) for i in range(40)]
AMOUNTS = [round(0.5 + 31.07 * i**2, 2) for i in range(40)]
SWAPPED = str.maketrans(",.", ".,")

DATES = {
    "ISO": "%Y-%m-%d",
    "ISO with time": "%Y-%m-%dT%H:%M:%S",
    "compact": "%Y%m%dT%H:%M",
    "day first": "%d/%m/%Y",
    "month first": "%m/%d/%Y",
    "points": "%d.%m.%Y %H:%M",
    "two digits": "%d.%m.%y",
    "name first": "%b %d, %Y",
    "name second": "%d %B %Y",
    "dashes": "%d-%b-%Y",
    "mail": "%a, %d %b %Y %H:%M:%S +0000",
    "half days": "%m/%d/%y %I:%M %p",
    "ctime": "%a %b %d %H:%M:%S %Y",
    "slashes": "%Y/%m/%d %H:%M:%S.%f",
}
NUMBERS = {
    "plain": lambda a: str(a),
    "thousands": lambda a: f"{a:,.2f}",
    "points for thousands": lambda a: f"{a:,.2f}".translate(SWAPPED),
    "spaces": lambda a: f"{a:,.2f}".replace(",", "\u202f"),
    "apostrophes": lambda a: f"{a:,.2f}".replace(",", "'"),
    "decimal comma": lambda a: f"{a:.2f}".replace(".", ","),
    "dollars": lambda a: f"${a:,.2f}",
    "euros": lambda a: f"{a:.2f} €".replace(".", ","),
    "code": lambda a: f"CHF {a:.2f}",
    "percent": lambda a: f"{a} %",
    "unit": lambda a: f"{a}kg",
    "power": lambda a: f"{a:.6e}",
}
DURATIONS = {
    "clock": (["01:30:00", "00:00:10", "100:00:00"], [5400, 10, 360000]),
    "days": (["3 days", "1 day", "2 days 01:00:00"], [259200, 86400, 176400]),
    "units": (["2h 30m", "45 min", "1.5 hours"], [9000, 2700, 5400]),
    "ISO": (["P1DT2H", "PT30M", "P1W"], [93600, 1800, 604800]),
    "half days": (["10:30 PM", "12:00 AM", "9:15 am"], [81000, 0, 33300]),
    "python": ([str(datetime.timedelta(days=-1)), str(datetime.timedelta(days=2))], [-86400, 172800]),
}


def encoded(values):
    """One column, encoded in float64: ndarray of shape (n_samples,) or (n_samples, n_columns)."""
    frame = pd.DataFrame({"a": pd.Series(values, dtype=object)})
    return np.squeeze(TableEncoder().fit(frame).encode(frame, np.float64), axis=1)


@pytest.mark.parametrize("form", DATES)
def test_dates_are_seconds(form):
    kept = "%H" in DATES[form] or "%I" in DATES[form]
    days = DAYS if kept else [day.replace(hour=0, minute=0) for day in DAYS]
    expected = [day.replace(tzinfo=datetime.UTC).timestamp() for day in days]
    np.testing.assert_allclose(encoded([day.strftime(DATES[form]) for day in DAYS]), expected)


def test_zones_and_objects_of_dates():
    times = encoded(["2024-12-31T12:00:00Z", "2024-12-31T12:00:00+02:00", "2024-12-31 07:00:00 -0500", None])
    np.testing.assert_array_equal(times - times[0], [0, -7200, 0, np.nan])
    np.testing.assert_array_equal(encoded([day.date() for day in DAYS]), encoded([f"{day:%d.%m.%Y}" for day in DAYS]))


def test_a_column_decides_whether_the_day_comes_first():
    np.testing.assert_array_equal(encoded(["1/2/2024", "1/13/2024"]), encoded(["2024-01-02", "2024-01-13"]))
    np.testing.assert_array_equal(encoded(["1/2/2024", "13/1/2024"]), encoded(["2024-02-01", "2024-01-13"]))


@pytest.mark.parametrize("form", NUMBERS)
@pytest.mark.parametrize("missing", ["?", "-", "NA", "n/a", "", None])
def test_numbers_in_text_are_numbers_and_words_for_missing_are_missing(form, missing):
    texts = [missing if row % 9 == 4 else NUMBERS[form](amount) for row, amount in enumerate(AMOUNTS)]
    expected = [np.nan if row % 9 == 4 else amount for row, amount in enumerate(AMOUNTS)]
    np.testing.assert_allclose(encoded(texts), expected, rtol=1e-6)


def test_signs_brackets_and_letters_that_multiply():
    np.testing.assert_array_equal(encoded(["-5", "(1,200)", "+3", "−2", "-$4"]), [-5, -1200, 3, -2, -4])
    np.testing.assert_array_equal(encoded(["$1.5k", "2M", "700"]), [1500, 2e6, 700])


@pytest.mark.parametrize("code", ["06E596418", "12E596", "06E5", "1A2", "1.2.3", "9" * 5000])
def test_codes_that_look_like_numbers_are_text(code):
    column = encoded([code, "b", "a"] * 3)
    assert sorted(set(column)) == [0, 1, 2]
    assert np.isfinite(TableEncoder().fit_transform(np.array([[code], ["12"], [code]], dtype=object))).all()


def test_large_numbers_stay_finite():
    frame = pd.DataFrame({"a": [1e300, -1e300, 1.0], "b": ["x", "y", "x"]})
    assert np.isfinite(TableEncoder().fit_transform(frame)).all()


@pytest.mark.parametrize("form", DURATIONS)
def test_durations_are_seconds(form):
    texts, seconds = DURATIONS[form]
    np.testing.assert_allclose(encoded(texts), seconds)


def test_parts_of_seconds_count():
    frame = pd.DataFrame({"a": pd.to_timedelta([0.25, 1.5, None], unit="s"), "b": pd.to_datetime([1, 2, 3])})
    np.testing.assert_allclose(TableEncoder().fit(frame).encode(frame, np.float64)[:, 0], [0.25, 1.5, np.nan])
    np.testing.assert_allclose(TableEncoder().fit(frame).encode(frame, np.float64)[:, 1], [1e-9, 2e-9, 3e-9])


@pytest.mark.parametrize("words", [("yes", "no"), ("TRUE", "false"), ("Y", "n"), ("on", "Off")])
def test_true_and_false_words(words):
    np.testing.assert_array_equal(encoded([words[0], words[1], "?", words[0].upper()]), [1, 0, np.nan, 1])


def test_categories_are_ranked_as_a_person_sorts_them():
    np.testing.assert_array_equal(encoded(["2 to 5", "10 to 20", "over 20", "2 to 5"]), [0, 1, 2, 0])


def test_stray_words_among_many_numbers_are_missing_and_among_few_they_are_categories():
    column = encoded([*map(str, range(20)), "broken"])
    assert np.isnan(column[-1]) and column[-2] == 19
    np.testing.assert_array_equal(encoded(["1", "one", "2", "two"]), [0, 2, 1, 3])


@pytest.mark.parametrize(
    "make", [lambda i: f"customer {i:05d}", lambda i: f"{hash((i, 1)):x}", lambda i: f"u{i}@x.org"]
)
def test_identifiers_are_left_out(make):
    frame = pd.DataFrame({"id": [make(i) for i in range(60)], "x": range(60)})
    assert recognise(read_column(frame, 0)).kind == "identifier"
    np.testing.assert_array_equal(TableEncoder().fit_transform(frame), np.arange(60.0).reshape(-1, 1))
    assert TableEncoder().fit_transform(frame[["id"]]).shape == (60, 1)
    assert PointEncoder().fit_transform(frame).shape == (60, 1)


def reviews(n_samples, rng, n_words=60):
    words = [f"w{a}{b}" for a in "abcdefgh" for b in "abcdefgh"][:n_words]
    good = rng.integers(0, 2, n_samples)
    texts = [" ".join([*rng.choice(words, 9), "splendid" if g else "broken"]) for g in good]
    return pd.DataFrame({"text": texts}), good


def test_free_text_is_its_words():
    frame, good = reviews(200, np.random.default_rng(0))
    encoder = TableEncoder().fit(frame)
    table = encoder.transform(frame)
    assert encoder.columns_[0].kind == "words" and table.shape == (200, 40)
    assert (np.abs(np.corrcoef(table.T, good)[-1, :-1]) > 0.99).any()
    new, _ = reviews(20, np.random.default_rng(1))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(encoder)).transform(new), encoder.transform(new))
    points = PointEncoder().fit_transform(frame)
    distance = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    assert distance[good == 0][:, good == 1].mean() > distance[good == 1][:, good == 1].mean()


def test_new_rows_are_read_as_those_of_fit():
    encoder = TableEncoder().fit(pd.DataFrame({"a": ["01/02/2024", "13/02/2024"], "b": ["1,5", "2,25"]}))
    new = encoder.transform(pd.DataFrame({"a": ["02/01/2024", "soon"], "b": ["1,125", "?"]}))
    expected = datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC).timestamp()
    np.testing.assert_allclose(new, [[expected, 1.125], [np.nan, np.nan]], rtol=1e-6)


def test_numbers_where_texts_were_and_texts_where_numbers_were():
    encoder = TableEncoder().fit(pd.DataFrame({"a": ["1", "one", "2", "two"], "b": [1.0, 2.0, 3.0, 4.0]}))
    new = encoder.transform(pd.DataFrame({"a": [1.0, 2.0, np.nan], "b": ["3", "x", None]}))
    np.testing.assert_array_equal(new, [[0, 3], [1, np.nan], [np.nan, np.nan]])


def test_the_order_of_the_rows_does_not_matter():
    frame, _ = reviews(100, np.random.default_rng(2))
    frame["code"] = [f"c {i % 7}" for i in range(100)]
    order = np.random.default_rng(3).permutation(100)
    shuffled = TableEncoder().fit_transform(frame.iloc[order])
    np.testing.assert_allclose(shuffled, TableEncoder().fit_transform(frame)[order], atol=1e-5)
