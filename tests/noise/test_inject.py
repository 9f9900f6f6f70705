"""The noise generators first: everything else is measured against what they planted."""

import numpy as np
import pandas as pd
import pytest
from material import planted_problem

from skclean.noise import inject_feature_noise, inject_noise, random_transition_matrix

N = 6000
MATRIX = np.array([[0.9, 0.1, 0.0], [0.0, 0.7, 0.3], [0.25, 0.25, 0.5]])


@pytest.fixture(scope="module")
def truth():
    return np.repeat([0, 1, 2], N // 3)


def shares(y, noisy):
    """Observed share of each noisy label (column) within each true one (row)."""
    return np.array([[np.mean(noisy[y == i] == j) for j in range(3)] for i in range(3)])


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"kind": "uniform", "rate": 0.3}, np.full((3, 3), 0.15) + 0.55 * np.eye(3)),
        ({"kind": "pair_flip", "rate": 0.2}, np.array([[0.8, 0.2, 0], [0, 0.8, 0.2], [0.2, 0, 0.8]])),
        ({"kind": "matrix", "transition_matrix": MATRIX}, MATRIX),
        ({"kind": "uniform", "rate": 0.0}, np.eye(3)),
    ],
    ids=["uniform", "pair_flip", "matrix", "no noise"],
)
def test_labels_flip_as_often_as_told(truth, params, expected):
    noisy, flipped = inject_noise(truth, random_state=0, **params)
    found = shares(truth, noisy)
    four_sigma = 4 * np.sqrt(expected * (1 - expected) / (N / 3))
    assert (np.abs(found - expected) <= four_sigma + 1e-12).all()
    np.testing.assert_array_equal(flipped, noisy != truth)


@pytest.mark.parametrize("rate", [0.1, 0.4])
def test_boundary_noise_strikes_near_the_boundary(rate):
    X, y, *_ = planted_problem(1200, 3, spread=2.5)
    flips = np.array([inject_noise(y, kind="boundary", rate=rate, X=X, random_state=seed)[1] for seed in range(3)])
    assert abs(flips.mean() - rate) < 4 * np.sqrt(rate * (1 - rate) / flips.size)
    centers = np.array([X[y == label].mean(axis=0) for label in range(3)])
    distance = np.sort(np.linalg.norm(X[:, None] - centers, axis=2), axis=1)
    margin = distance[:, 1] - distance[:, 0]
    often = flips.sum(axis=0)
    assert margin[often >= 2].mean() < margin[often == 0].mean() - 0.5


@pytest.mark.parametrize("kind", ["uniform", "pair_flip", "boundary"])
def test_a_flipped_label_is_always_another_known_one(kind):
    X, y, *_ = planted_problem(300)
    names = np.array(["x", "y", "z"])
    noisy, flipped = inject_noise(names[y], kind=kind, rate=0.3, X=X, random_state=1)
    assert set(noisy) <= set(names)
    np.testing.assert_array_equal(flipped, noisy != names[y])


@pytest.mark.parametrize(
    "labels",
    [
        np.array([1, 2], dtype=np.int16),
        np.array([-1, 1]),
        np.array([False, True]),
        np.array(["no", "yes"]),
        np.array([0.0, 1.0], dtype=np.float32),
        np.array(["no", "yes"], dtype=object),
    ],
    ids=lambda labels: str(labels.dtype),
)
def test_labels_keep_their_type(labels):
    y = np.tile(labels, 100)
    before = y.copy()
    noisy, flipped = inject_noise(y, rate=0.3, random_state=0)
    assert noisy.dtype == y.dtype
    assert 0 < flipped.sum() < len(y)
    np.testing.assert_array_equal(y, before)


CONTAINERS = {
    "list": list,
    "Series": pd.Series,
    "Categorical": pd.Categorical,
    "polars": lambda y: pytest.importorskip("polars").Series(y),
}


@pytest.mark.parametrize("container", CONTAINERS.values(), ids=CONTAINERS)
def test_any_container_is_read(container):
    noisy, flipped = inject_noise(container(["a", "b"] * 50), rate=0.2, random_state=0)
    reference, _ = inject_noise(np.array(["a", "b"] * 50), rate=0.2, random_state=0)
    np.testing.assert_array_equal(noisy, reference)
    assert flipped.any()


@pytest.mark.parametrize(
    "y",
    [
        np.array(["a", None, "b", "a"] * 50, dtype=object),
        np.array([0, np.nan, 1, 0] * 50),
        pd.Series([0, None, 1, 0] * 50, dtype="Int64"),
        ["a", None, "b", "a"] * 50,
        ["a", float("nan"), "b", "a"] * 50,
        pd.Categorical([0, None, 1, 0] * 50),
        np.ma.array([0, 1, 1, 0] * 50, mask=[False, True, False, False] * 50),
    ],
    ids=["None", "NaN", "NA", "list", "NaN beside text", "categories", "masked"],
)
def test_a_missing_label_stays_missing(y):
    noisy, flipped = inject_noise(y, rate=0.5, random_state=0)
    assert pd.isna(noisy[1::4]).all()
    assert not pd.isna(np.delete(noisy, np.s_[1::4])).any()
    assert not flipped[1::4].any()
    assert flipped.any()


def test_the_seed_decides():
    y = np.arange(100) % 3
    first, again, other = (inject_noise(y, random_state=seed)[0] for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"rate": 1.0}, "rate must be in"),
        ({"rate": -0.1}, "rate must be in"),
        ({"rate": float("nan")}, "rate must be in"),
        ({"kind": "unifrom"}, "pair_flip"),
        ({"kind": ["uniform"]}, "the kinds are"),
        ({"kind": "boundary"}, "needs X"),
        ({"kind": "boundary", "X": np.zeros((3, 1))}, "3 rows"),
        ({"kind": "matrix"}, "transition_matrix"),
        ({"transition_matrix": np.eye(2)}, "not used by kind='uniform'; pass kind='matrix'"),
        ({"kind": "matrix", "transition_matrix": np.eye(3)}, r"\(2, 2\)"),
        ({"kind": "matrix", "transition_matrix": [[0.5, 0.5], [0.5, 0.6]]}, "row 1"),
        ({"kind": "matrix", "transition_matrix": [[1.5, -0.5], [0, 1]]}, "row 0"),
        ({"kind": "matrix", "transition_matrix": [[0.5, np.nan], [0, 1]]}, "row 0"),
    ],
)
def test_bad_arguments_are_named(params, message):
    with pytest.raises(ValueError, match=message):
        inject_noise([0, 1, 0, 1], **params)


def test_one_class_cannot_be_flipped():
    with pytest.raises(ValueError, match="one class only"):
        inject_noise(["a"] * 5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: inject_noise([0, 1, 0, 1], rate="a"),
        lambda: inject_feature_noise(np.eye(2), rate=None),
        lambda: random_transition_matrix(2.5, trace=2),
        lambda: random_transition_matrix(3, trace="a"),
    ],
    ids=["rate", "rate of features", "n_classes", "trace"],
)
def test_numbers_are_asked_for(call):
    with pytest.raises(TypeError, match="(rate|n_classes|trace) must be an instance of"):
        call()
