"""What every rule promises: never a whole class, never a verified or unlabelled row."""

import numpy as np
import pytest

from skclean import find_label_issues
from skclean.rules import (
    RULES,
    BackgroundComponent,
    ExactCount,
    FalseDiscoveryRate,
    Fraction,
    LikelyWrong,
    PerClassBudget,
    ResidualMixture,
    TwoSigma,
    resolve_rule,
)

ON_HISTOGRAMS = {
    TwoSigma,
    FalseDiscoveryRate,
    BackgroundComponent,
    LikelyWrong,
    ResidualMixture,
}  # they need other evidence than probabilities: see the tests of each
ON_PROBABILITIES = {name: make() for name, make in RULES.items() if make not in ON_HISTOGRAMS}
RULES_OR_DEFAULT = {**ON_PROBABILITIES, "default": None}
every_rule = pytest.mark.parametrize("rule", RULES_OR_DEFAULT.values(), ids=RULES_OR_DEFAULT)


@every_rule
@pytest.mark.parametrize("n_classes", [2, 5])
def test_something_is_flagged_and_most_flags_are_right(rule, n_classes, make_noisy):
    given, proba = make_noisy(1, 600, n_classes, strength=4)
    contradicted = proba.argmax(axis=1) != given
    mask = find_label_issues(given, proba, rule=rule)
    assert mask.dtype == bool
    assert 10 < mask.sum() < 300
    assert contradicted[mask].mean() > 0.5


@every_rule
def test_verified_rows_are_never_flagged(rule, make_noisy):
    given, proba = make_noisy()
    verified = np.zeros(len(given), dtype=bool)
    verified[np.flatnonzero(proba.argmax(axis=1) != given)[::2]] = True
    mask = find_label_issues(given, proba, rule=rule, verified=verified)
    assert mask.any()
    assert not mask[verified].any()


@every_rule
def test_unlabelled_rows_are_never_flagged_and_change_nothing(rule, make_noisy):
    given, proba = make_noisy()
    holes = given.astype(object)
    holes[::4] = None
    labelled = np.arange(len(given)) % 4 > 0
    mask = find_label_issues(holes, proba, rule=rule)
    assert not mask[~labelled].any()
    np.testing.assert_array_equal(mask[labelled], find_label_issues(given[labelled], proba[labelled], rule=rule))


@pytest.mark.parametrize(
    "rule", [*RULES_OR_DEFAULT.values(), ExactCount(10**6), Fraction(1.0), PerClassBudget(99)], ids=repr
)
def test_a_class_is_never_emptied(rule):
    given = np.array([0] * 6 + [1] * 6 + [2])
    proba = np.full((13, 3), [0.02, 0.08, 0.9])  # everything looks like 2
    proba[3] = [0.1, 0.2, 0.7]
    mask = find_label_issues(given, proba, rule=rule)
    assert np.bincount(given[~mask], minlength=3).min() >= 1
    if mask[:6].sum() == 5:
        assert not mask[3]  # the best row of the class is the one that is spared


def test_exact_numbers_are_kept_where_a_class_runs_out():
    proba = np.array([[0.1, 0.9]] * 3 + [[0.3, 0.7]] * 7)
    mask = find_label_issues([0] * 3 + [1] * 7, proba, rule=ExactCount(3))
    assert mask.sum() <= 3
    assert not mask[:3].all()


@every_rule
def test_order_of_rows_and_names_of_classes_do_not_matter(rule, make_noisy):
    given, proba = make_noisy()
    order = np.random.default_rng(0).permutation(len(given))
    mask = find_label_issues(given, proba, rule=rule)
    np.testing.assert_array_equal(find_label_issues(given[order], proba[order], rule=rule), mask[order])
    names = np.array(["c", "a", "b"])
    np.testing.assert_array_equal(find_label_issues(names[given], proba, classes=names, rule=rule), mask)


@every_rule
def test_threads_and_layout_do_not_matter(rule, make_noisy):
    given, proba = make_noisy(2, 5000, 4)
    mask = find_label_issues(given, proba, rule=rule)
    np.testing.assert_array_equal(find_label_issues(given, np.asfortranarray(proba), rule=rule, n_jobs=2), mask)


@every_rule
def test_a_weight_of_one_is_no_weight(rule, make_noisy):
    given, proba = make_noisy()
    mask = find_label_issues(given, proba, rule=rule)
    np.testing.assert_array_equal(find_label_issues(given, proba, rule=rule, sample_weight=np.ones(len(given))), mask)


@every_rule
def test_no_doubt_no_flags(rule):
    if isinstance(rule, (ExactCount, Fraction, PerClassBudget)):
        pytest.skip("flags as many as it was told")
    given = np.repeat([0, 1, 2], 20)
    assert not find_label_issues(given, np.eye(3)[given] * 0.94 + 0.02, rule=rule).any()


def test_the_default_is_one_of_the_rules():
    assert type(resolve_rule(None)) in set(RULES.values())


def test_an_unknown_alias_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"rule='prune'.*prune_by_class.*prune_by_noise_rate"):
        find_label_issues([0, 1], np.eye(2), rule="prune")
