"""Noise that reads X or the frequencies of the classes: rates by counting, and where the flips go."""

import numpy as np
import pandas as pd
import pytest
from material import planted_problem

from skclean.noise import inject_feature_noise, inject_noise, random_transition_matrix

BY_X = ["boundary", "dissenting", "feature_dependent"]
BY_CLASS = ["imbalanced", "pair_flip", "random_matrix", "uniform"]


@pytest.fixture(scope="module")
def problem():
    X, y, *_ = planted_problem(600, 3, spread=2.5)
    keep = np.flatnonzero((y > 0) | (np.arange(len(y)) % 3 == 0))  # class 0 is rare
    return X[keep], y[keep]


@pytest.mark.parametrize("kind", [*BY_CLASS, "dissenting", "feature_dependent"])
@pytest.mark.parametrize("rate", [0.0, 0.05, 0.3, 0.6])
def test_rates_are_exact_in_expectation(problem, kind, rate):
    X, y = problem
    flips = np.array([inject_noise(y, kind=kind, rate=rate, X=X, random_state=seed)[1] for seed in range(15)])
    assert abs(flips.mean() - rate) <= 4 * np.sqrt(rate * (1 - rate) / flips.size)


def test_imbalanced_noise_goes_where_rows_are():
    y = np.repeat([0, 1, 2], [6000, 3000, 1000])
    noisy, _ = inject_noise(y, kind="imbalanced", rate=0.3, random_state=0)
    found = np.array([[np.mean(noisy[y == i] == j) for j in range(3)] for i in range(3)])
    expected = [[0.7, 0.3 * 3 / 4, 0.3 / 4], [0.3 * 6 / 7, 0.7, 0.3 / 7], [0.3 * 6 / 9, 0.3 * 3 / 9, 0.7]]
    np.testing.assert_allclose(found, expected, atol=4 * np.sqrt(0.25 / 1000))


def test_open_set_noise_removes_the_class_of_the_wanted_share():
    y = np.repeat(["a", "b", "c"], [600, 300, 100])
    for rate, gone in ((0.05, "c"), (0.33, "b"), (0.9, "a")):
        noisy, flipped = inject_noise(y, kind="open_set", rate=rate, random_state=0)
        np.testing.assert_array_equal(flipped, y == gone)
        assert set(noisy) == {"a", "b", "c"} - {gone}
        shares = np.unique(noisy[flipped], return_counts=True)[1] / flipped.sum()
        np.testing.assert_allclose(shares, 0.5, atol=4 * np.sqrt(0.25 / flipped.sum()))


def test_among_classes_alike_open_set_noise_draws_one():
    y = np.arange(300) % 3
    gone = {(set(y) - set(inject_noise(y, kind="open_set", rate=0.3, random_state=s)[0])).pop() for s in range(20)}
    assert gone == {0, 1, 2}


def test_feature_dependent_flips_follow_the_features():
    X = np.random.default_rng(0).normal(size=(20000, 2))
    y = np.arange(len(X)) % 3
    noisy, flipped = inject_noise(y, kind="feature_dependent", rate=0.3, X=X, random_state=0)
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    along = X @ np.array([np.cos(angle), np.sin(angle)])
    gap = flipped[:, None].repeat(24, axis=1)
    contrast = [gap[along[:, k] > 1, k].mean() - gap[along[:, k] < -1, k].mean() for k in range(24)]
    assert max(contrast) > 0.2  # rates run from about 0.1 to 0.5 along one direction
    target = noisy[flipped & (y == 0)]
    side = along[flipped & (y == 0)] > 0
    lean = [abs((target[side[:, k]] == 1).mean() - (target[~side[:, k]] == 1).mean()) for k in range(24)]
    assert max(lean) > 0.1  # and so does the new class


def test_dissent_is_systematic(problem):
    X, y = problem
    noisy, flipped = inject_noise(y, kind="dissenting", rate=0.1, X=X, random_state=3)
    assert flipped.sum() in (int(0.1 * len(y)), int(0.1 * len(y)) + 1)
    counts = np.array([[np.sum(flipped & (y == i) & (noisy == j)) for j in range(3)] for i in range(3)])
    assert counts.max() > 2 * flipped.sum() / 6  # six cells would share alike without a system


def test_where_all_annotators_agree_a_careless_one_fills_the_rate():
    y = np.arange(200) % 2
    X = y[:, None].astype(float)  # nobody errs
    flips = [inject_noise(y, kind="dissenting", rate=0.25, X=X, random_state=seed)[1].mean() for seed in range(3)]
    np.testing.assert_allclose(flips, 0.25)


@pytest.mark.parametrize("kind", [*BY_X, *BY_CLASS, "open_set"])
def test_every_kind_keeps_missing_labels_and_seeds(problem, kind):
    X, y = problem
    holes = np.array(["x", "y", "z"], dtype=object)[y]
    holes[::7] = None
    noisy, flipped = inject_noise(holes, kind=kind, rate=0.3, X=X, random_state=0)
    again, _ = inject_noise(holes, kind=kind, rate=0.3, X=X, random_state=0)
    assert all(label is None for label in noisy[::7])
    assert not flipped[::7].any()
    assert flipped.any()
    np.testing.assert_array_equal(noisy, again)
    np.testing.assert_array_equal(flipped, noisy != holes)


@pytest.mark.parametrize("kind", BY_X)
def test_features_must_be_numbers(kind):
    with pytest.raises(ValueError, match=f"kind='{kind}' needs X"):
        inject_noise([0, 1] * 5, kind=kind)
    with pytest.raises(ValueError, match="must be numbers"):
        inject_noise([0, 1] * 5, kind=kind, X=[["a"]] * 10)
    with pytest.raises(ValueError, match="must be numbers"):
        inject_noise([0, 1] * 5, kind=kind, X=np.zeros(10))


def test_gaps_are_refused_where_directions_are_drawn():
    X = np.full((10, 1), np.nan)
    with pytest.raises(ValueError, match="impute"):
        inject_noise([0, 1] * 5, kind="feature_dependent", X=X)


def test_open_set_noise_needs_a_class_to_spare():
    with pytest.raises(ValueError, match="3 classes"):
        inject_noise([0, 1] * 5, kind="open_set")


@pytest.mark.parametrize("n_classes", [2, 3, 10])
@pytest.mark.parametrize("share", [0.1, 0.7, 0.9, 1.0])
def test_random_matrices_have_the_trace(n_classes, share):
    for seed in range(20):
        matrix = random_transition_matrix(n_classes, trace=share * n_classes, random_state=seed)
        assert (matrix >= 0).all()
        np.testing.assert_allclose(matrix.sum(axis=1), 1)
        assert matrix.trace() == pytest.approx(share * n_classes)
        if share >= 0.7:
            assert (matrix.argmax(axis=1) == np.arange(n_classes)).all()


@pytest.mark.parametrize(
    ("n_classes", "trace", "message"), [(1, 1, "n_classes"), (3, 0, "trace"), (3, 3.1, "trace"), (3, np.nan, "trace")]
)
def test_impossible_matrices_are_refused(n_classes, trace, message):
    with pytest.raises(ValueError, match=message):
        random_transition_matrix(n_classes, trace=trace)


def test_feature_noise_strikes_cells_as_often_as_told():
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.normal(size=4000), rng.integers(0, 3, 4000)])
    before = X.copy()
    for rate in (0.0, 0.2, 1.0):
        noisy, corrupted = inject_feature_noise(X, rate=rate, random_state=0)
        np.testing.assert_array_equal(corrupted, noisy != X)
        assert (np.abs(corrupted.mean(axis=0) - rate) <= 4 * np.sqrt(rate * (1 - rate) / 4000)).all()
    np.testing.assert_array_equal(X, before)


def test_a_corrupted_cell_takes_another_value_of_its_column():
    X = np.array([["a", 1.0, "k"], ["b", None, "k"], ["b", np.nan, "k"]] * 200, dtype=object)
    noisy, corrupted = inject_feature_noise(X, rate=0.5, random_state=0)
    assert set(noisy[:, 0]) == {"a", "b"}
    assert (noisy[corrupted[:, 0], 0] != X[corrupted[:, 0], 0]).all()
    missing = np.array([value != 1.0 for value in X[:, 1]])
    np.testing.assert_array_equal(np.array([value != 1.0 for value in noisy[:, 1]]) != missing, corrupted[:, 1])
    assert not corrupted[:, 2].any()  # one value only


@pytest.mark.parametrize(
    "columns",
    [
        {"text": ["a", "b", None] * 50},
        {"category": pd.Categorical(["a", "b"] * 75)},
        {"nullable": pd.array([1, 2, None] * 50, dtype="Int64")},
        {"date": pd.to_datetime(["2020-01-01", "2020-01-02"] * 75), "number": np.arange(150.0)},
    ],
    ids=lambda columns: next(iter(columns)),
)
def test_frames_are_corrupted_and_left_as_they_were(columns):
    X = pd.DataFrame(columns)
    before = X.copy(deep=True)
    noisy, corrupted = inject_feature_noise(X, rate=0.4, random_state=0)
    pd.testing.assert_frame_equal(X, before)
    assert (corrupted.mean(axis=0) > 0.2).all()
    assert set(noisy[:, -1][pd.notna(noisy[:, -1])]) <= set(X.iloc[:, -1].dropna())


@pytest.mark.parametrize("rate", [-0.1, 1.1, float("nan")])
def test_a_bad_rate_of_cells_is_named(rate):
    with pytest.raises(ValueError, match="rate"):
        inject_feature_noise([[1.0], [2.0]], rate=rate)
