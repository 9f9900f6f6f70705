"""Columns that are the label, number the rows or identify them are found, and good features are not."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn import datasets

from skclean.evidence import find_leaks
from skclean.targets import encode_labels

N = 120
RNG = np.random.default_rng(0)
Y = np.repeat([0, 1, 2], N // 3)[RNG.permutation(N)]
NAMES = np.array(["red", "green", "blue"])[Y]


def reason_of(column, y=Y):
    frame = pd.DataFrame({"x": np.sin(np.arange(len(y))), "a": column})
    found = find_leaks(frame, encode_labels(y))
    assert {leak.name for leak in found} <= {"a"}
    return found[0].reason if found else None


def with_gaps(values, gaps):
    column = pd.Series(values, dtype=object)
    column[gaps] = None
    return column


LEAKS = {
    "the label": (Y, "is the label"),
    "its name": (NAMES, "is the label"),
    "other codes": (10.5 - 3 * Y, "is the label"),
    "with gaps": (with_gaps(NAMES, [3, 50, 51]), "is the label"),
    "counted": (np.arange(N), "numbers the rows"),
    "from 1": (np.arange(1.0, N + 1), "numbers the rows"),
    "backwards in tens": (10 * np.arange(N)[::-1], "numbers the rows"),
    "shuffled": (RNG.permutation(N) + 7, "numbers the rows"),
    "as text": ([f"{i:04d}" for i in range(N)], "numbers the rows"),
    "part of a larger table": (np.sort(RNG.choice(3 * N, N, replace=False)), "identifies the rows"),
    "customers": ([f"C{i:04d}" for i in RNG.permutation(N)], "identifies the rows"),
    "hashes": ([f"{i:08x}" for i in RNG.integers(0, 2**31, N)], "identifies the rows"),
}
FEATURES = {
    "measured": RNG.normal(size=N),
    "separates the classes": Y + RNG.uniform(0, 0.5, N),
    "binary": RNG.integers(0, 2, N),
    "one class": (Y == 1).astype(int),
    "nearly the label": np.where(np.arange(N) == 60, (Y + 1) % 3, Y),
    "two classes": np.minimum(Y, 1),
    "finer than the label": Y * 2 + RNG.integers(0, 2, N),
    "amounts": (RNG.lognormal(10, 2, N) * 100).astype(np.int64),
    "counts": RNG.poisson(20, N),
    "dates": [str(day) for day in np.datetime64("2024-01-01") + np.arange(N)],
    "text": [" ".join(RNG.choice(["the", "old", "new", "red", "car", "house"], 6)) + f" {i}" for i in range(N)],
    "steps": np.linspace(0, 1, N),
    "constant": np.zeros(N),
    "empty": [None] * N,
    "true and false": RNG.integers(0, 2, N).astype(bool),
}


@pytest.mark.parametrize("case", LEAKS)
def test_leaks_are_found(case):
    column, reason = LEAKS[case]
    assert reason_of(column) == reason


@pytest.mark.parametrize("case", FEATURES)
def test_features_stay(case):
    assert reason_of(FEATURES[case]) is None


def test_the_one_hot_label_is_found_as_a_whole():
    frame = pd.get_dummies(pd.DataFrame({"colour": NAMES}))
    assert {leak.reason for leak in find_leaks(frame, encode_labels(Y))} == {"is a part of the label"}
    assert len(find_leaks(frame.iloc[:, :2], encode_labels(Y))) == 2
    assert find_leaks(frame.iloc[:, :1], encode_labels(Y)) == []


def test_a_few_edits_hide_no_copy_of_a_large_class():
    y = np.arange(2000) % 2
    copy = y.copy()
    copy[:2] = 1 - copy[:2]
    assert reason_of(copy, y) == "is the label"
    copy[:100] = 1 - copy[:100]
    assert reason_of(copy, y) is None


def test_a_rare_class_by_chance_is_no_copy():
    y = np.zeros(200, dtype=int)
    y[:2] = 1
    assert reason_of(y, y) is None
    y[:5] = 1
    assert reason_of(y, y) == "is the label"


@pytest.mark.parametrize("name", ["iris", "wine", "digits", "breast_cancer"])
def test_tables_without_a_leak(name):
    X, y = getattr(datasets, f"load_{name}")(return_X_y=True)
    assert find_leaks(X, encode_labels(y)) == []


def test_tables_of_any_kind():
    labels = encode_labels(Y)
    rows = np.column_stack([np.sin(np.arange(N)), Y])
    for X in (rows, rows.tolist(), rows.astype(object), pd.DataFrame(rows)):
        assert [leak.column for leak in find_leaks(X, labels)] == [1]
    for X in (sparse.csr_array(rows), ["text"] * N, rows[:19]):
        assert find_leaks(X, encode_labels(Y[: len(Y) if hasattr(X, "toarray") else len(X)])) == []


def test_tables_of_polars():
    X = pytest.importorskip("polars").DataFrame(np.column_stack([np.sin(np.arange(N)), Y]))
    assert [leak.column for leak in find_leaks(X, encode_labels(Y))] == [1]


def test_unlabelled_rows_say_nothing_about_copies():
    y = [None if row % 10 == 0 else name for row, name in enumerate(NAMES)]
    assert reason_of(np.where(np.arange(N) % 10 == 0, 0, Y), y) == "is the label"


def planted_table(share, seed=0, n=600, n_classes=3):
    """Classes that overlap a little, labels with 10 % errors, a copy with some cells changed, and a measurement."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, n_classes, n)
    numbers = 2.0 * truth[:, None] + rng.normal(size=(n, 4))

    def changed(values, rate):
        return np.where(rng.random(n) < rate, (values + rng.integers(1, n_classes, n)) % n_classes, values)

    given = changed(truth, 0.1)
    return numbers, given, changed(given, share), truth


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("share", [0.02, 0.05])
def test_a_copy_with_changed_cells_is_found_and_the_truth_is_not(share, seed):
    numbers, given, copy, truth = planted_table(share, seed)
    X = np.column_stack([numbers, copy, truth])
    found = find_leaks(X, encode_labels(given))
    assert [(leak.name, leak.reason) for leak in found] == [(4, "is nearly the label")]


def test_a_copy_with_changed_cells_as_text():
    numbers, given, copy, _ = planted_table(0.05)
    X = pd.DataFrame(numbers).assign(copy=np.array(["a", "b", "c"])[copy])
    assert [leak.name for leak in find_leaks(X, encode_labels(given))] == ["copy"]


def test_where_nothing_else_is_known_a_column_that_nearly_agrees_is_kept():
    _, given, copy, _ = planted_table(0.05)
    assert find_leaks(copy[:, None], encode_labels(given)) == []
