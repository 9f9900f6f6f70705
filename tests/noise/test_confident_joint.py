"""The confident joint against a plain reference, and what its numbers mean."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from material import random_proba

from skclean import find_label_issues
from skclean.exceptions import UnidentifiableNoiseWarning
from skclean.noise import confident_joint, estimate_transition_matrix, inject_noise
from skclean.noise._confident_joint import class_thresholds
from skclean.rules import OffDiagonal, PruneByClass, PruneByNoiseRate


def reference(codes, proba, weight=None):
    """Row by row: thresholds first, then the best class among those that reach theirs."""
    n_classes = proba.shape[1]
    weight = np.ones(len(codes)) if weight is None else weight
    thresholds = np.full(n_classes, np.inf)
    for k in range(n_classes):
        own = codes == k
        if weight[own].sum() > 0:
            thresholds[k] = np.average(proba[own, k], weights=weight[own])
    joint = np.zeros((n_classes, n_classes))
    for code, row, w in zip(codes, proba, weight, strict=True):
        confident = [k for k in range(n_classes) if row[k] >= thresholds[k] - 1e-8]
        if code >= 0 and confident:
            joint[code, max(confident, key=lambda k: row[k])] += w
    return joint


def problem(seed, n_samples=200, n_classes=4, strength=1.5):
    rng = np.random.default_rng(seed)
    y = rng.integers(0, n_classes, n_samples)
    return y, random_proba(rng, n_samples, n_classes, y, strength), rng


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(2, 6), st.booleans())
def test_counts_equal_the_reference(seed, n_classes, weighted):
    y, proba, rng = problem(seed, 60, n_classes)
    weight = rng.integers(0, 4, 60) + (np.arange(60) == 0.0) if weighted else None
    found = confident_joint(y, proba, classes=range(n_classes), sample_weight=weight, calibrated=False)
    np.testing.assert_allclose(found, reference(y, proba, weight))


def test_missing_labels_are_left_out():
    y, proba, _ = problem(0)
    holes = y.astype(float)
    holes[::5] = np.nan
    labelled = ~np.isnan(holes)
    np.testing.assert_array_equal(confident_joint(holes, proba), confident_joint(y[labelled], proba[labelled]))


def test_calibration_keeps_the_rows_of_the_counts_and_the_number_of_labels():
    y, proba, _ = problem(1)
    plain, calibrated = (confident_joint(y, proba, calibrated=flag) for flag in (False, True))
    np.testing.assert_allclose(calibrated.sum(axis=1), np.bincount(y))
    np.testing.assert_allclose(
        calibrated / calibrated.sum(axis=1, keepdims=True), plain / plain.sum(axis=1, keepdims=True)
    )


def test_rows_are_given_and_columns_are_true():
    y = [0] * 10 + [1] * 10
    proba = np.repeat([[0.9, 0.1], [0.1, 0.9]], [6, 14], axis=0)  # four rows given 0 look like 1
    np.testing.assert_array_equal(confident_joint(y, proba), [[6, 4], [0, 10]])
    np.testing.assert_allclose(estimate_transition_matrix(y, proba), [[1, 0], [4 / 14, 10 / 14]])


def test_a_weight_counts_as_that_many_rows():
    y, proba, rng = problem(2)
    weight = rng.integers(1, 4, len(y))
    weighted = confident_joint(y, proba, sample_weight=weight)
    repeated = confident_joint(np.repeat(y, weight), np.repeat(proba, weight, axis=0))
    np.testing.assert_allclose(weighted, repeated)


def test_a_class_without_noise_and_a_class_without_examples_leave_numbers():
    y = [0] * 8 + [2] * 8
    proba = np.repeat([[0.8, 0.1, 0.1], [0.1, 0.1, 0.8]], 8, axis=0)
    joint = confident_joint(y, proba, classes=[0, 1, 2])
    np.testing.assert_array_equal(joint, np.diag([8, 0, 8]))
    with pytest.warns(UnidentifiableNoiseWarning, match=r"\[1\] are given to fewer than 3 rows"):
        np.testing.assert_array_equal(estimate_transition_matrix(y, proba, classes=[0, 1, 2]), np.eye(3))


@pytest.mark.filterwarnings("ignore::skclean.exceptions.UnidentifiableNoiseWarning")
@pytest.mark.parametrize("strength", [0.0, 1.0, 4.0])
def test_transition_rows_sum_to_one(strength):
    y, proba, _ = problem(3, strength=strength)
    matrix = estimate_transition_matrix(y, proba)
    np.testing.assert_allclose(matrix.sum(axis=1), 1)
    assert (matrix >= 0).all()


def test_a_known_transition_matrix_is_recovered():
    truth = np.array([[0.9, 0.1, 0.0], [0.0, 0.8, 0.2], [0.1, 0.1, 0.8]])
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 6000)
    noisy, _ = inject_noise(y, kind="matrix", transition_matrix=truth, random_state=0)
    proba = random_proba(rng, len(y), 3, y, strength=8)
    np.testing.assert_allclose(estimate_transition_matrix(noisy, proba), truth, atol=0.03)


def test_verified_rows_count_on_the_diagonal():
    y, proba, _ = problem(4, strength=0.5)
    everything = np.ones(len(y), dtype=bool)
    np.testing.assert_array_equal(confident_joint(y, proba, verified=everything), np.diag(np.bincount(y)))


def test_verified_rows_anchor_the_thresholds():
    y = np.repeat([0, 1], 40)
    proba = np.tile([[0.6, 0.4], [0.4, 0.6]], (40, 1))  # half of either class looks like the other
    plain = confident_joint(y, proba, calibrated=False)
    verified = np.zeros(80, dtype=bool)
    verified[:40:2] = True  # class 0 is right where P(0) = 0.6
    anchored = confident_joint(y, proba, verified=verified, calibrated=False)
    assert anchored[0, 0] == 20
    assert plain[0, 0] == 20
    assert anchored.sum() <= plain.sum()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("n_verified", [1, 10, 90])
def test_the_mean_of_a_class_counts_as_ten_verified_rows_beside_them(n_verified, weighted):
    y, proba, _ = problem(6, n_samples=400)
    weight = np.random.default_rng(0).uniform(0.1, 4, len(y)) if weighted else np.ones(len(y))
    order = np.argsort(proba[np.arange(len(y)), y])
    verified = np.isin(np.arange(len(y)), order[y[order] == 1][:n_verified])  # doubtful rows of one class
    found = class_thresholds(y.astype(np.int32), proba, weight=weight if weighted else None, verified=verified)
    for code in range(4):
        own = y == code
        expected = np.average(proba[own, code], weights=weight[own])
        if code == 1:
            known, prior = weight[verified], 10 * weight.mean()
            expected = (known @ proba[verified, code] + prior * expected) / (known.sum() + prior)
        assert found[code] == pytest.approx(expected, abs=1e-7)


@pytest.mark.parametrize("rule", [OffDiagonal(), PruneByClass(), PruneByNoiseRate()], ids=repr)
def test_rules_read_the_anchored_thresholds(rule):
    y = np.repeat([0, 1], 100)
    own = np.tile(np.repeat([0.9, 0.55], [60, 40]), 2)
    own[:4] = 0.3  # these labels of class 0 look like class 1, but not as much as its members do in the mean
    proba = np.where(y[:, None] == [0, 1], own[:, None], 1 - own[:, None])
    verified = (y == 1) & (own < 0.6)
    plain, anchored = (find_label_issues(y, proba, rule=rule, verified=known) for known in (None, verified))
    assert not plain[y == 0].any()
    assert anchored[:4].all()  # doubtful members of class 1 are right, so its threshold falls


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_layout_of_the_matrix_does_not_matter(n_jobs, dtype):
    y, proba, _ = problem(5, n_samples=3000)
    proba = proba.astype(dtype)
    reference_joint = confident_joint(y, proba)
    for layout in (np.asfortranarray(proba), np.repeat(proba, 2, axis=0)[::2], proba.tolist()):
        np.testing.assert_allclose(confident_joint(y, layout, n_jobs=n_jobs), reference_joint)


def test_an_unknown_method_is_named():
    with pytest.raises(ValueError, match="confident_joint"):
        estimate_transition_matrix([0, 1], [[1, 0], [0, 1]], method="triple_t")


def test_weight_on_unlabelled_rows_alone_is_refused():
    with pytest.raises(ValueError, match="zero for every row with a label"):
        confident_joint([0, 1, None], np.full((3, 2), 0.5), sample_weight=[0, 0, 1])
