"""The default rule against a plain reference, and what it promises."""

import numpy as np
import pytest
from material import random_proba

from skclean import find_label_issues
from skclean.rules import RivalRatio
from skclean.rules._otsu import otsu_cut


def reference_otsu(ratio, weight, n_bins=512):
    """Try every cut between two bins; take the middle of the best ones."""
    bins = np.minimum((ratio * n_bins).astype(int), n_bins - 1)
    centres = (bins + 0.5) / n_bins
    variance = np.zeros(n_bins + 1)
    for cut in range(1, n_bins):
        low = bins < cut
        if low.any() and not low.all():
            means = [np.average(centres[part], weights=weight[part]) for part in (low, ~low)]
            variance[cut] = weight[low].sum() * weight[~low].sum() * (means[0] - means[1]) ** 2
    if not variance.any():
        return 0.0
    best = np.flatnonzero(variance >= variance.max() * (1 - 1e-9))
    return (best[0] + best[-1]) / (2 * n_bins)


def reference_rule(y, proba, weight):
    """The rule written out row by row and without kernels, for classes that are all given."""
    n, n_classes = proba.shape
    given = proba[np.arange(n), y]
    others = proba.copy()
    others[np.arange(n), y] = -1
    rival_code, rival = others.argmax(axis=1), others.max(axis=1)
    usual = np.array([np.average(given[y == k], weights=weight[y == k]) for k in range(n_classes)])
    lead = np.sqrt(usual[y] / usual[rival_code])
    first = np.minimum(given / (lead * rival), 1)
    mask = first < reference_otsu(first, weight)
    if not mask.any():
        return mask
    confused = np.zeros((n_classes, n_classes))
    for i in np.flatnonzero(mask):
        confused[rival_code[i], y[i]] += weight[i]
    true = [confused[k].sum() + weight[(y == k) & ~mask].sum() for k in range(n_classes)]
    mean_rate = confused.sum() / weight.sum() / (n_classes - 1)
    one_row = weight[weight > 0].mean()
    rate = (confused + one_row) / (np.array(true)[:, None] + one_row / mean_rate)
    typical = (confused * rate).sum() / confused.sum()
    second = np.minimum(given / (lead * np.sqrt(rate[rival_code, y] / typical) * rival), 1)
    return (second < reference_otsu(second, weight)) & (given < lead * rival)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_classes", [2, 3, 7])
@pytest.mark.parametrize("weighted", [False, True])
def test_equals_the_reference_but_for_the_second_opinion(dtype, n_classes, weighted, monkeypatch):
    monkeypatch.setattr("skclean.rules._rival.judge_minority_classes", lambda mask, *_: mask)
    rng = np.random.default_rng(n_classes)
    for _ in range(5):
        y = np.append(np.arange(n_classes), rng.integers(n_classes, size=rng.integers(30, 200)))
        proba = random_proba(rng, len(y), n_classes, y).astype(dtype)
        weight = rng.exponential(size=len(y)) if weighted else None
        expected = reference_rule(y, proba.astype(np.float64), np.ones(len(y)) if weight is None else weight)
        found = find_label_issues(y, proba, rule=RivalRatio(), sample_weight=weight)
        np.testing.assert_array_equal(found, expected)


def test_weights_count_as_repetition():
    rng = np.random.default_rng(0)
    y = rng.integers(3, size=80)
    proba = random_proba(rng, 80, 3, y)
    times = rng.integers(1, 4, size=80)
    weighted = find_label_issues(y, proba, sample_weight=times.astype(float))
    repeated = find_label_issues(np.repeat(y, times), np.repeat(proba, times, axis=0))
    np.testing.assert_array_equal(np.repeat(weighted, times), repeated)


def test_nothing_is_flagged_where_all_rows_agree_alike():
    proba = np.tile([0.9, 0.1], (50, 1))
    proba[25:] = proba[25:, ::-1]
    assert not find_label_issues(np.repeat([0, 1], 25), proba).any()


def test_a_class_nobody_is_given_may_be_a_rival():
    rng = np.random.default_rng(0)
    y = rng.integers(2, size=60)
    proba = random_proba(rng, 60, 3, y, strength=4)
    proba[:5] = [0.01, 0.01, 0.98]
    assert find_label_issues(y, proba, classes=[0, 1, 2])[:5].all()


@pytest.mark.parametrize(
    ("histogram", "cut"), [([4, 0, 0, 4], 0.5), ([0, 8, 0, 0], 0.0), ([3, 3, 0, 10], 0.625), ([1, 0, 0, 0], 0.0)]
)
def test_otsu_cuts_in_the_middle_of_the_gap(histogram, cut):
    assert otsu_cut(np.array(histogram, dtype=float)) == cut
