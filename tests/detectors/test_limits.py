"""What the evidence cannot know is never flagged: unseen classes, and classes that the model knows nothing of."""

import warnings

import numpy as np
import pytest
from known_channels import CHANNELS, known_labels
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, KFold
from sklearn.naive_bayes import GaussianNB

from skclean import NoiseRobustClassifier, find_label_issues
from skclean.base import NO_SKILL, ONLY_MEMBER, UNSEEN_CLASS, Verdict
from skclean.detectors import ConfidentLearning, Consensus, CrossSplit, InstanceHardness, PartitionFilter
from skclean.exceptions import NoSkillWarning, UnseenClassWarning
from skclean.rules import RULES
from skclean.treatments import Reweight

GROUPED = {
    "ConfidentLearning": ConfidentLearning(GaussianNB(), cv=GroupKFold(3)),
    "Consensus": Consensus(
        [("bayes", ConfidentLearning(GaussianNB(), cv=3)), ("linear", ConfidentLearning(LogisticRegression(), cv=3))],
        weights="equal",
    ),
    "CrossSplit": CrossSplit(GaussianNB(), random_state=0),
    "InstanceHardness": InstanceHardness([("bayes", GaussianNB())], random_state=0),
    "PartitionFilter": PartitionFilter(GaussianNB(), random_state=0),
}


@pytest.fixture
def three_groups():
    """Three classes far apart; the last lives in one group only."""
    rng = np.random.default_rng(0)
    y = np.repeat([0, 1, 2], 60)
    groups = np.where(y == 2, 9, rng.integers(0, 9, 180))
    return rng.normal(size=(180, 2)) + 8 * np.column_stack([y == 1, y == 2]), y, groups


@pytest.mark.parametrize("detector", GROUPED.values(), ids=GROUPED)
def test_a_class_of_one_group_is_not_flagged(detector, three_groups):
    X, y, groups = three_groups
    wrong = np.array([0, 5, 70])
    y = y.copy()
    y[wrong] = 1 - y[wrong]
    with pytest.warns(UnseenClassWarning, match="60 of the class 2"):
        detector.fit(X, y, groups=groups)
    assert not detector.noise_mask_[y == 2].any()
    assert (detector.label_quality_[y == 2] == 1).all()
    assert detector.noise_mask_[wrong].all()
    assert (detector.audit_.labels.limits[y == 2] == UNSEEN_CLASS).all()
    table = detector.audit_table()
    assert (table["reason"][y == 2] == "no model had seen its class: not judged").all()


def test_a_sorted_table_names_its_folds():
    rng = np.random.default_rng(0)
    y = np.repeat(["a", "b", "c"], 50)
    X = rng.normal(size=(150, 2)) + 5 * np.column_stack([y == "a", y == "b"])
    with pytest.warns(UnseenClassWarning, match="50 of the class 'a' in fold 0, 50 of the class 'b' in fold 1"):
        detector = ConfidentLearning(GaussianNB(), cv=KFold(3)).fit(X, y)
    assert not detector.noise_mask_.any()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert (
            ConfidentLearning(GaussianNB(), cv=KFold(3, shuffle=True, random_state=0)).fit(X, y).noise_mask_.sum() < 5
        )


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize("detector", [ConfidentLearning(random_state=0), ConfidentLearning(GaussianNB(), cv=3)])
def test_a_class_without_weight_is_not_flagged(detector, three_groups):
    X, y, _ = three_groups
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        detector.fit(X, y, sample_weight=(y != 1).astype(float))
    assert not detector.noise_mask_[y == 1].any()
    with pytest.warns(UnseenClassWarning, match="positive weight"):
        ConfidentLearning(LogisticRegression(), cv=3).fit(X, y, sample_weight=(y != 1).astype(float))


def test_the_only_member_of_a_class_is_no_news(three_groups):
    X, y, _ = three_groups
    y = y.copy()
    y[0] = 3
    detector = ConfidentLearning(LogisticRegression(), cv=3, random_state=0).fit(X, y)
    assert detector.audit_.labels.limits[0] == ONLY_MEMBER and not detector.noise_mask_[0]


@pytest.fixture
def uninformed():
    rng = np.random.default_rng(0)
    return rng.normal(size=(600, 4)), (rng.random(600) < 0.2).astype(int)


@pytest.mark.usefixtures("few_trees")
@pytest.mark.parametrize(
    "detector",
    [ConfidentLearning(random_state=0), InstanceHardness([("bayes", GaussianNB())], random_state=0)],
    ids=["default", "hardness"],
)
def test_a_model_without_skill_flags_nothing(detector, uninformed):
    X, y = uninformed
    with pytest.warns(NoSkillWarning, match=r"none is flagged: .* log loss is 0\.\d+, that of the class shares alone"):
        detector.fit(X, y)
    assert not detector.noise_mask_.any()
    assert (detector.audit_.labels.limits == NO_SKILL).all()
    assert (Reweight().select(Verdict(detector.audit_, detector.noise_mask_)).sample_weight == 1).all()


def test_a_robust_classifier_keeps_all_rows_where_nothing_is_known(uninformed):
    X, y = uninformed
    with pytest.warns(NoSkillWarning):
        clf = NoiseRobustClassifier(LogisticRegression(), detector=ConfidentLearning(GaussianNB())).fit(X, y)
    assert len(clf.sample_indices_) == 600


@pytest.mark.parametrize("rule", sorted(set(RULES) - {"fixed_histogram"}))
def test_no_rule_flags_without_skill(rule):
    rng = np.random.default_rng(0)
    y, proba = (rng.random(500) < 0.2).astype(int), rng.dirichlet([8, 2], 500)
    try:
        with pytest.warns(NoSkillWarning):
            mask = find_label_issues(y, proba, rule=rule)
    except ValueError as refusal:  # rules of other evidence
        assert "needs" in str(refusal)
        return
    assert not mask.any()


def test_a_class_that_is_not_known_is_not_flagged_and_the_others_are():
    rng = np.random.default_rng(0)
    y = rng.integers(0, 2, 900)
    X = rng.normal(size=(900, 2))
    X[:, 0] += 6 * y
    y[rng.random(900) < 0.1] = 2  # anywhere
    wrong = np.flatnonzero(y == 1)[:15]
    y[wrong] = 0
    with pytest.warns(NoSkillWarning, match="the members of some classes from other rows.*: 2 .* standard errors"):
        detector = ConfidentLearning(GaussianNB(), cv=3, random_state=0).fit(X, y)
    assert detector.noise_mask_[wrong].mean() > 0.8
    assert not detector.noise_mask_[y == 2].any()
    table = detector.audit_table()
    assert (table["reason"][y == 2] == "the model does not know its class: not judged").all()


def test_verified_and_unlabelled_rows_have_their_own_reasons(uninformed):
    X, y = uninformed
    y = y.astype(object)
    y[:10] = None
    verified = np.arange(600) >= 590
    with pytest.warns(NoSkillWarning):
        reasons = ConfidentLearning(GaussianNB()).fit(X, y, verified=verified).audit_table()["reason"]
    assert set(reasons[:10]) == {"unlabelled: not judged"} and set(reasons[-10:]) == {"verified: not judged"}


@pytest.mark.parametrize("labels", ["outcomes", "annotations"])
def test_labels_of_a_class_without_weight_are_not_flagged_by_the_function(labels):
    y, proba = _three_classes()
    weight = (y != 2).astype(float)
    with pytest.warns(UnseenClassWarning, match="sample_weight is 0 for every label of the class 2"):
        mask = find_label_issues(y, proba, labels=labels, sample_weight=weight)
    assert not mask[y == 2].any()
    assert mask.any()


@pytest.mark.parametrize("scale", [1e-300, 1e-9, 1e300])
def test_only_ratios_of_weights_matter(scale):
    y, proba = _three_classes()
    weight = np.where(np.arange(len(y)) % 3 == 0, 2.0, 1.0)
    expected, found = (
        find_label_issues(y, proba, labels="outcomes", sample_weight=w) for w in (weight, scale * weight)
    )
    np.testing.assert_array_equal(found, expected)


def _three_classes():
    """Noisy labels of three classes, and probabilities that know them."""
    proba, _, given = known_labels(CHANNELS["even"], n_samples=400)
    return given, proba
