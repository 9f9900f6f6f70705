"""Each rule against its definition in plain NumPy."""

import numpy as np
import pytest

from skclean import find_label_issues, rules
from skclean.noise import confident_joint


def expected_counts(given, proba):
    counts = np.rint(confident_joint(given, proba)).astype(int)
    np.fill_diagonal(counts, 0)
    return counts


def lowest(scores, n_flags, among):
    """The positions with the lowest scores, ties by position."""
    order = among[np.argsort(scores[among], kind="stable")]
    return set(order[:n_flags])


def by_noise_rate(given, proba):
    counts, flagged = expected_counts(given, proba), set()
    for i, j in np.argwhere(counts):
        flagged |= lowest(proba[:, i] - proba[:, j], counts[i, j], np.flatnonzero(given == i))
    return flagged


def by_class(given, proba):
    counts, own = expected_counts(given, proba).sum(axis=1), proba[np.arange(len(given)), given]
    return set().union(*(lowest(own, n, np.flatnonzero(given == i)) for i, n in enumerate(counts)))


def off_diagonal(given, proba):
    own = proba[np.arange(len(given)), given]
    thresholds = np.array([own[given == k].mean() for k in range(proba.shape[1])]) - 1e-8
    confident = np.where(proba >= thresholds, proba, -1)
    return set(np.flatnonzero((confident.max(axis=1) >= 0) & (confident.argmax(axis=1) != given)))


def low_self_confidence(given, proba):
    own = proba[np.arange(len(given)), given]
    return lowest(own, expected_counts(given, proba).sum(), np.arange(len(given)))


def low_margin(given, proba):
    rows = np.arange(len(given))
    others = proba.copy()
    others[rows, given] = -1
    return lowest(proba[rows, given] - others.max(axis=1), expected_counts(given, proba).sum(), rows)


def exact(n_flags):
    return lambda given, proba: lowest(proba[np.arange(len(given)), given], n_flags, np.arange(len(given)))


def per_class(*budgets):
    def flag(given, proba):
        own = proba[np.arange(len(given)), given]
        return set().union(*(lowest(own, n, np.flatnonzero(given == i)) for i, n in enumerate(budgets)))

    return flag


DEFINITIONS = [
    (rules.PruneByNoiseRate(), by_noise_rate),
    (rules.PruneByClass(), by_class),
    (rules.PruneBoth(), lambda *args: by_noise_rate(*args) & by_class(*args)),
    (rules.OffDiagonal(), off_diagonal),
    (rules.ArgmaxDisagreement(), lambda given, proba: set(np.flatnonzero(proba.argmax(axis=1) != given))),
    (rules.LowSelfConfidence(), low_self_confidence),
    (rules.LowMargin(), low_margin),
    (rules.Vote(), lambda given, proba: set(np.flatnonzero(proba[np.arange(len(given)), given] < 0.5))),
    (rules.ExactCount(17), exact(17)),
    (rules.ExactCount(0), exact(0)),
    (rules.Fraction(0.1), exact(30)),
    (rules.Fraction(0.0), exact(0)),
    (rules.PerClassBudget(4), per_class(4, 4, 4)),
    (rules.PerClassBudget({2: 5, 0: 1}), per_class(1, 0, 5)),
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(
    ("rule", "definition"), DEFINITIONS, ids=lambda part: repr(part) if hasattr(part, "_flag") else ""
)
def test_a_rule_flags_what_it_says(rule, definition, seed, make_audit, make_noisy):
    given, proba = make_noisy(seed)
    assert set(np.flatnonzero(rule.decide(make_audit(given, proba)))) == definition(given, proba)


def test_every_rule_has_a_definition_here_or_a_test_of_its_own():
    known = {type(rule) for rule, _ in DEFINITIONS}
    assert {rule.__name__ for rule in set(rules.RULES.values()) - known} == {
        "BackgroundComponent",
        "FalseDiscoveryRate",
        "Injection",
        "LikelyWrong",
        "LogisticCut",
        "Mixture",
        "Otsu",
        "ErrorProbability",
        "RivalRatio",
        "ResidualMixture",
        "TwoComponents",
        "TwoSigma",
    }


def test_budgets_are_named_by_label(make_audit, make_noisy):
    given, proba = make_noisy()
    names = np.array(["ash", "birch", "cedar"])[given]
    mask = rules.PerClassBudget({"birch": 3}).decide(make_audit(names, proba))
    assert names[mask].tolist() == ["birch"] * 3


@pytest.mark.parametrize("n_flags", range(8))
@pytest.mark.parametrize("shares", [False, True])
def test_a_budget_is_not_spent_on_the_last_row_of_a_class(n_flags, shares, make_audit):
    given = np.array([0, 1, 1, 2, 2, 2, 2])
    proba = np.eye(3)[[1, 2, 2, 2, 2, 2, 2]] * 0.5 + np.linspace(0.1, 0.3, 7)[:, None]
    rule = rules.Fraction(n_flags / 7) if shares else rules.ExactCount(n_flags if n_flags < 7 else 2**70)
    mask = rule.decide(make_audit(given, proba / proba.sum(axis=1, keepdims=True)))
    assert mask.sum() == min(n_flags, 4)
    assert not mask[0]
    assert (np.bincount(given[~mask]) > 0).all()


def test_budgets_may_exceed_the_rows(make_audit, make_noisy):
    audit = make_audit(*make_noisy())
    for budget in (2**70, {0: 2**70, 1: 2**70, 2: 2**70}):
        assert (~rules.PerClassBudget(budget).decide(audit)).sum() == 3


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (rules.PerClassBudget({"oak": 3}), "oak"),
        (rules.PerClassBudget({"ash": -1}), r"budget\['ash'\]"),
        (rules.PerClassBudget({"ash": 1.5}), r"budget\['ash'\]"),
        (rules.PerClassBudget({None: 1}), "missing"),
        (rules.PerClassBudget(-1), "budget"),
        (rules.ExactCount(-1), "n_flags"),
        (rules.ExactCount(2.5), "n_flags"),
        (rules.Fraction(1.5), "fraction"),
    ],
    ids=repr,
)
def test_budgets_that_make_no_sense_are_refused(rule, message, make_audit, make_noisy):
    given, proba = make_noisy()
    with pytest.raises(ValueError, match=message):
        rule.decide(make_audit(np.array(["ash", "birch", "cedar"])[given], proba))


@pytest.mark.parametrize(
    "rule", [rule for rule, _ in DEFINITIONS] + [rules.RivalRatio(), rules.ErrorProbability()], ids=repr
)
@pytest.mark.parametrize("scale", [2.0**-10, 2.0**10])
def test_the_scale_of_weights_does_not_matter(rule, scale, make_noisy):
    given, proba = make_noisy(n_samples=150)
    verified = np.arange(150) % 7 == 0
    reference = find_label_issues(given, proba, rule=rule, verified=verified)
    equal = find_label_issues(given, proba, rule=rule, verified=verified, sample_weight=np.full(150, scale))
    np.testing.assert_array_equal(equal, reference)
    weight = np.random.default_rng(0).integers(4, size=150).astype(float)
    one, other = (
        find_label_issues(given, proba, rule=rule, verified=verified, sample_weight=by * weight) for by in (1, scale)
    )
    np.testing.assert_array_equal(one, other)


def test_a_label_as_probable_as_any_other_does_not_disagree():
    proba = np.array([[0.9, 0.1], [0.5, 0.5], [0.5, 0.5], [0.1, 0.9], [0.9, 0.1]])
    assert find_label_issues([0, 0, 1, 1, 1], proba, rule="argmax_disagreement").tolist() == [False] * 4 + [True]
