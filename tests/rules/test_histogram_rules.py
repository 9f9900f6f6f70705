"""Rules on the noise histogram of repeated cross-validation, and the split into two groups."""

import numpy as np
import pytest
from material import class_audit
from scipy.stats import binom

from skclean import find_label_issues
from skclean.base import FoldCounts
from skclean.rules import FalseDiscoveryRate, Otsu, TwoComponents, TwoSigma


def audit_of(worst, n_repeats=1000, n_splits=5, codes=None, **known):
    worst = np.asarray(worst, dtype=np.int64)
    codes = np.zeros(len(worst), dtype=np.int32) if codes is None else codes
    counts = FoldCounts(worst, np.zeros_like(worst), n_repeats, n_splits)
    return class_audit(codes, np.array(["a"]), None, 1 - worst / n_repeats, codes, fold_counts=counts, **known)


def null_counts(n_rows, seed=0, n_repeats=1000, n_splits=5):
    return np.random.default_rng(seed).binomial(n_repeats, 1 / n_splits, n_rows)


def test_p_values_are_the_chance_of_as_many_or_more():
    audit = audit_of([0, 190, 200, 260])
    expected = [1 - sum(binom.pmf(np.arange(count), 1000, 0.2)) for count in (0, 190, 200, 260)]
    np.testing.assert_allclose(audit[FoldCounts].p_values, expected, atol=1e-12)


def test_two_sigma_is_the_mean_and_two_deviations_of_the_binomial():
    above, at = 200 + 2 * np.sqrt(1000 * 0.2 * 0.8), 200
    worst = [at, int(above), int(above) + 1, 400]
    np.testing.assert_array_equal(TwoSigma().decide(audit_of(worst)), [False, False, True, True])
    np.testing.assert_array_equal(TwoSigma(n_sigma=10).decide(audit_of(worst)), [False, False, False, True])


def test_two_sigma_flags_about_one_in_44_without_noise():
    share = TwoSigma().decide(audit_of(null_counts(20_000))).mean()
    assert 0.015 < share < 0.03


def test_the_false_discovery_rate_is_kept():
    worst = np.append(null_counts(9_000), null_counts(1_000) + 55)
    flagged = FalseDiscoveryRate(alpha=0.1).decide(audit_of(worst))
    assert flagged[9_000:].mean() > 0.8
    assert flagged[:9_000].sum() / flagged.sum() < 0.13
    assert FalseDiscoveryRate(alpha=0.1).decide(audit_of(null_counts(9_000))).sum() < 5


def test_the_procedure_of_benjamini_and_hochberg_step_by_step():
    worst = np.array([200, 230, 235, 240, 215, 290])
    p = audit_of(worst)[FoldCounts].p_values
    order = np.argsort(p)
    passing = np.flatnonzero(p[order] <= 0.05 * np.arange(1, 7) / 6)
    expected = np.zeros(6, dtype=bool)
    expected[order[: passing.max() + 1]] = True
    assert 1 < expected.sum() < 6
    np.testing.assert_array_equal(FalseDiscoveryRate().decide(audit_of(worst)), expected)


def test_unlabelled_rows_do_not_dilute_the_rate():
    worst = np.array([200, 230, 235, 240, 215, 290] + [0] * 500)
    codes = np.array([0] * 6 + [-1] * 500, dtype=np.int32)
    flagged = FalseDiscoveryRate().decide(audit_of(worst, codes=codes))
    np.testing.assert_array_equal(flagged[:6], FalseDiscoveryRate().decide(audit_of(worst[:6])))
    assert not flagged[6:].any()


@pytest.mark.parametrize("rule", ["two_sigma", "false_discovery_rate"])
def test_without_a_histogram_the_error_says_what_to_use(rule):
    with pytest.raises(ValueError, match="noise histogram.*use ReCoV"):
        find_label_issues([0, 0, 1, 1], np.full((4, 2), 0.5), rule=rule)


@pytest.mark.parametrize("rule", [TwoComponents(), Otsu()], ids=repr)
@pytest.mark.parametrize("share", [0.05, 0.3, 0.6])
def test_the_lower_group_is_found_whatever_its_size(rule, share):
    rng = np.random.default_rng(1)
    low = rng.random(2_000) < share
    quality = np.clip(np.where(low, 0.3, 0.7) + 0.05 * rng.normal(size=2_000), 0, 1)
    codes = np.zeros(2_000, dtype=np.int32)
    mask = rule.decide(class_audit(codes, np.array(["a"]), None, quality, codes))
    assert (mask == low).mean() > 0.99


def test_equal_rows_are_not_split():
    codes = np.zeros(30, dtype=np.int32)
    assert not Otsu().decide(class_audit(codes, np.array(["a"]), None, np.full(30, 0.4), codes)).any()


def test_a_cut_may_be_bounded():
    quality = np.repeat([0.1, 0.3, 0.8, 0.9], [2, 2, 10, 10])
    audit = class_audit(np.zeros(24, dtype=np.int32), np.array(["a"]), None, quality, np.zeros(24, dtype=np.int32))
    assert Otsu().decide(audit).sum() == Otsu(max_cut=0.5).decide(audit).sum() == 4
    assert Otsu(max_cut=0.2).decide(audit).sum() == 2
    with pytest.raises(ValueError, match="'max_cut' parameter"):
        Otsu(max_cut=1.5).decide(audit)


@pytest.mark.parametrize("quality", [np.full(50, 0.4), np.linspace(0.2, 0.8, 9)], ids=["all equal", "too few"])
def test_two_components_flag_nothing_where_there_is_nothing_to_split(quality):
    codes = np.zeros(len(quality), dtype=np.int32)
    assert not TwoComponents().decide(class_audit(codes, np.array(["a"]), None, quality, codes)).any()


def test_one_normal_group_is_left_whole():
    quality = np.clip(np.random.default_rng(0).normal(0.5, 0.1, 3_000), 0, 1)
    codes = np.zeros(3_000, dtype=np.int32)
    assert not TwoComponents().decide(class_audit(codes, np.array(["a"]), None, quality, codes)).any()
