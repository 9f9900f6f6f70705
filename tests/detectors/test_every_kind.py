"""Labels of every kind, in every container: planted errors are found, and come back in the caller's own type."""

from typing import NamedTuple

import numpy as np
import pytest
from scipy.sparse import csr_array, issparse

from skclean import LabelCleaner
from skclean.detectors import ConfidentLearning, default_detector
from skclean.targets import DETECTOR_OF_KIND, KINDS, kind_of_target, read_target

pd = pytest.importorskip("pandas")
N_ROWS, N_WRONG = 240, 6


class Problem(NamedTuple):
    """X, right labels, given ones with errors, and their rows."""

    X: np.ndarray
    right: np.ndarray
    given: np.ndarray
    wrong: np.ndarray


def problem(kind):
    """Labels that follow from two columns, with some that are as wrong as can be."""
    rng = np.random.default_rng(0)
    X = rng.uniform(-1, 1, size=(N_ROWS, 2))
    wrong = np.sort(rng.choice(np.flatnonzero(np.abs(X[:, 0]) > 0.5), N_WRONG, replace=False))
    if kind == "numeric":
        right = np.round(100 * X[:, 0] + 20 * X[:, 1]).astype(float)
        given = right.copy()
        given[wrong] = -given[wrong] * 3
    elif kind == "ordinal":
        right = np.digitize(X[:, 0], [-0.5, 0.0, 0.5])
        given = right.copy()
        given[wrong] = 3 - given[wrong]
    elif kind == "tags":
        right = np.column_stack([X[:, 0] > 0, X[:, 1] > 0, X[:, 0] > 0.3]).astype(int)
        given = right.copy()
        given[wrong, 0] = 1 - given[wrong, 0]
    elif kind == "survival":
        time = np.exp(X[:, 0] + 0.2 * rng.normal(size=N_ROWS))
        right = np.empty(N_ROWS, dtype=[("died", bool), ("days", float)])
        right["died"], right["days"] = True, time
        given = right.copy()
        given["days"][wrong] *= np.where(np.arange(N_WRONG) % 2, 30.0, 1 / 30)
    else:
        right = (X[:, 0] > 0).astype(int)
        given = right.copy()
        given[wrong] = 1 - given[wrong]
    return Problem(X, right, given, wrong)


def as_sets(cells):
    return [{tag for tag, cell in zip("abc", row, strict=True) if cell} for row in cells.tolist()]


def as_categorical(codes):
    return pd.Series(pd.Categorical.from_codes(codes, ["none", "mild", "bad", "worst"], ordered=True), index=INDEX)


INDEX = [f"row {i}" for i in range(N_ROWS)]
CONTAINERS = {
    "numeric": {
        "array": lambda y: y + 0.5,
        "list": lambda y: (y + 0.5).tolist(),
        "series": lambda y: pd.Series(y + 0.5, index=INDEX),
        "nullable": lambda y: pd.Series(y, index=INDEX).astype("Int64"),
        "whole": lambda y: y.astype(int),
    },
    "ordinal": {"categorical": as_categorical, "codes": lambda y: y},
    "tags": {
        "ints": lambda y: y,
        "bools": lambda y: y.astype(bool),
        "sparse": csr_array,
        "frame": lambda y: pd.DataFrame(y.astype(bool), columns=list("abc"), index=INDEX),
        "nullable": lambda y: pd.DataFrame(y, columns=list("abc"), index=INDEX).astype("Int64"),
        "sets": as_sets,
        "tuples": lambda y: [tuple(sorted(tags)) for tags in as_sets(y)],
        "series": lambda y: pd.Series(as_sets(y), index=INDEX),
    },
    "survival": {
        "structured": lambda y: y,
        "frame": lambda y: pd.DataFrame({"died": y["died"], "days": y["days"]}, index=INDEX),
    },
}
CASES = [(kind, container) for kind, containers in CONTAINERS.items() for container in containers]


def plain(y):
    """Labels of any container as a list of what stands in each row."""
    target = read_target(y, kind=None if isinstance(y, list) and not y else kind_of_target(y))
    return target.entries(target.given).tolist()


@pytest.mark.parametrize(("kind", "container"), CASES)
def test_planted_errors_are_found_and_come_back(kind, container):
    X, _, given, wrong = problem(kind)
    y = CONTAINERS[kind][container](given)
    detector = default_detector(kind).set_params(random_state=0).fit(X, y)
    flagged = np.flatnonzero(detector.noise_mask_)
    assert len(np.intersect1d(flagged, wrong)) >= 4
    assert len(flagged) <= 10
    ranks = detector.label_quality_.argsort().argsort()
    assert ranks[wrong].mean() < 10
    suggested = detector.suggested_labels_
    assert len(suggested) == N_ROWS if not issparse(suggested) else suggested.shape == y.shape
    table = detector.audit_table()
    assert list(table.columns[:5]) == ["given", "suggested", "quality", "flagged", "reason"]
    assert table["suggested"].notna().to_numpy()[flagged].all()
    assert table["reason"].ne("").to_numpy()[flagged].all()
    assert list(table.index) == (INDEX if hasattr(y, "index") and not isinstance(y, list) else list(range(N_ROWS)))


@pytest.mark.parametrize(("kind", "container"), CASES)
@pytest.mark.parametrize("treatment", ["drop", "relabel"])
def test_cleaned_labels_have_the_type_of_the_caller(kind, container, treatment):
    if kind == "survival" and treatment == "relabel":
        pytest.skip("another time is a guess, so it replaces none")
    X, _, given, wrong = problem(kind)
    y = CONTAINERS[kind][container](given)
    cleaner = LabelCleaner(target=kind, treatment=treatment, random_state=0)
    X_clean, y_clean = cleaner.fit_resample(X, y)
    assert type(y_clean) is type(y) or issparse(y)
    rows = cleaner.sample_indices_
    np.testing.assert_array_equal(X_clean, X[rows])
    before, after = plain(y), plain(y_clean)
    changed = [row for row, entry in zip(rows.tolist(), after, strict=True) if entry != before[row]]
    flagged = np.flatnonzero(cleaner.noise_mask_).tolist()
    if treatment == "drop":
        assert changed == [] and rows.tolist() == np.flatnonzero(~cleaner.noise_mask_).tolist()
    else:
        assert set(changed) <= set(flagged)
        assert len(set(changed) & set(wrong.tolist())) >= 4
    if hasattr(y, "index") and not isinstance(y, list):
        assert list(y_clean.index) == [INDEX[row] for row in rows]


@pytest.mark.parametrize("kind", list(CONTAINERS))
@pytest.mark.parametrize("other", list(KINDS))
def test_each_kind_refuses_the_others_by_name(kind, other):
    if (kind, other) in {(kind, kind), ("numeric", "class"), ("numeric", "ordinal"), ("ordinal", "class")}:
        pytest.skip("whole numbers are numbers and grades as well")
    X, _, given, _ = problem(other)
    y = [{"a"} if cells[0] else {"b"} for cells in given] if other == "tags" else given
    if other == "numeric":
        y = given + 0.5
    with pytest.raises((ValueError, TypeError)) as refused:
        default_detector(kind).fit(X, y)
    message = str(refused.value)
    assert any(name in message for name in DETECTOR_OF_KIND.values()), message


def test_classes_are_what_they_were():
    X, _, given, wrong = problem("class")
    cleaner = LabelCleaner(random_state=0).fit(X, given)
    assert isinstance(cleaner.detector_, ConfidentLearning)
    assert set(wrong) >= set(np.flatnonzero(cleaner.noise_mask_))
