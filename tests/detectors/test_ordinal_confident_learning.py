"""Wrong grades: far slips, the order of suggestions, containers, limits and parameters."""

import pickle

import numpy as np
import pandas as pd
import pytest
from material import small_forest
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score

from skclean.base import ErrorChance
from skclean.detectors import ConfidentLearning, OrdinalConfidentLearning

NAMES = np.array(["poor", "fair", "good", "fine", "best"])


def graded(n_samples=300, n_wrong=25, seed=0, spread=0.5):
    """Five grades on a line, labels on a reversed scale, and where these are."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n_samples, 3))
    place = 1.5 * X[:, 0] + X[:, 1]
    grade = np.digitize(place + spread * rng.normal(size=n_samples), [-2, -0.7, 0.7, 2])
    rows = rng.choice(np.flatnonzero(grade != 2), n_wrong, replace=False)
    given = grade.copy()
    given[rows] = 4 - grade[rows]
    return X, grade, given


X, GRADE, GIVEN = graded()
WRONG = GRADE != GIVEN


def audit_of(**params):
    return OrdinalConfidentLearning(**{"estimator": small_forest(), "cv": "oob", "random_state": 0, **params})


def test_reversed_grades_are_found_and_named():
    detector = audit_of().fit(X, GIVEN)
    plain = ConfidentLearning(small_forest(), cv="oob", random_state=0).fit(X, GIVEN)
    found, nominal = (average_precision_score(WRONG, -each.label_quality_) for each in (detector, plain))
    assert found > max(0.7, nominal)
    assert WRONG[detector.noise_mask_].mean() > 0.7 and detector.noise_mask_[WRONG].mean() > 0.4
    assert 0.02 < detector.slip_rate_ < 0.15
    assert max(detector.slip_kinds_, key=detector.slip_kinds_.get) in ("reversed", "far")
    np.testing.assert_allclose(detector.transition_matrix_.sum(axis=1), 1)


def test_where_nothing_is_wrong_next_to_nothing_is_flagged():
    assert audit_of().fit(X, GRADE).noise_mask_.mean() < 0.01


def test_suggestions_keep_the_order():
    detector = audit_of().fit(X, GIVEN)
    flagged = detector.noise_mask_
    suggested = detector.suggested_labels_[flagged]
    assert (suggested != GIVEN[flagged]).all()
    assert np.abs(suggested - GRADE[flagged]).mean() < 0.5 * np.abs(GIVEN[flagged] - GRADE[flagged]).mean()


def test_the_default_model_reads_any_table():
    table = pd.DataFrame({"a": X[:, 0], "b": X[:, 1], "c": np.where(X[:, 2] > 0, "x", "y")})
    table.iloc[::20, 0] = np.nan
    detector = OrdinalConfidentLearning(random_state=0).fit(table, GIVEN)
    assert average_precision_score(WRONG, -detector.label_quality_) > 0.6
    assert detector.feature_names_in_.tolist() == ["a", "b", "c"]


def test_names_of_grades_in_every_container_give_the_same():
    plain = audit_of().fit(X, GIVEN)
    as_texts = audit_of(order=NAMES).fit(X, NAMES[GIVEN])
    ordered = pd.Series(pd.Categorical(NAMES[GIVEN], categories=NAMES, ordered=True))
    by_categories = audit_of().fit(X, ordered)
    for other in (as_texts, by_categories):
        np.testing.assert_array_equal(other.label_quality_, plain.label_quality_)
        np.testing.assert_array_equal(other.suggested_labels_, NAMES[plain.suggested_labels_])
        assert other.classes_.tolist() == NAMES.tolist()
    with pytest.raises(ValueError, match=r"pass order=\[lowest"):
        audit_of().fit(X, NAMES[GIVEN])
    with pytest.raises(ValueError, match="not among"):
        audit_of(order=NAMES[:4]).fit(X, NAMES[GIVEN])


def test_a_grade_that_no_row_has_keeps_its_place():
    order = ["none", *NAMES]
    detector = audit_of(order=order).fit(X, NAMES[GIVEN])
    assert detector.classes_.tolist() == order and detector.transition_matrix_.shape == (6, 6)
    assert average_precision_score(WRONG, -detector.label_quality_) > 0.6


def test_missing_verified_trusted_and_reviewed_labels():
    y = GIVEN.astype(object)
    y[::10] = None
    rows = np.flatnonzero(WRONG)
    detector = audit_of(trusted_classes=[0]).fit(X, y, verified=np.isin(np.arange(len(X)), rows[:5]))
    assert not detector.noise_mask_[::10].any() and (detector.label_quality_[::10] == 1).all()
    assert not detector.noise_mask_[rows[:5]].any() and not detector.noise_mask_[GIVEN == 0].any()
    reviewed = np.full(len(X), None, dtype=object)
    reviewed[rows[:5]] = GRADE[rows[:5]]
    after = audit_of().fit(X, GIVEN, reviewed=reviewed)
    assert not after.noise_mask_[rows[:5]].any()
    half = audit_of().fit(X, GIVEN, verified=np.where(WRONG, 0.5, 0.0))
    np.testing.assert_array_less(half.audit_[ErrorChance].wrong, 0.51 + 0.5 * ~WRONG)


def test_weights_and_groups_and_other_models():
    weight = np.ones(len(X))
    weight[:20] = 0
    changed = GIVEN.copy()
    changed[:20] = 4 - GIVEN[:20]
    one, other = (audit_of(estimator=LogisticRegression(), cv=3) for _ in range(2))
    one.fit(X, GIVEN, sample_weight=weight, groups=np.arange(len(X)) // 3)
    other.fit(X, GIVEN, groups=np.arange(len(X)) // 3)
    assert one.slip_rate_ != other.slip_rate_
    forest = audit_of(estimator=RandomForestClassifier(30, min_samples_leaf=3), cv="oob").fit(X, GIVEN)
    assert average_precision_score(WRONG, -forest.label_quality_) > 0.6


def test_costs_change_quality_and_suggestions():
    plain = audit_of().fit(X, GIVEN)
    for params in ({"quality": "expected_cost"}, {"costs": "squared"}, {"costs": 1 - np.eye(5)}):
        detector = audit_of(**params).fit(X, GIVEN)
        assert average_precision_score(WRONG, -detector.label_quality_) > 0.6
        np.testing.assert_array_equal(detector.noise_mask_, plain.noise_mask_)
    high_is_cheap = np.where(np.subtract.outer(np.arange(5), np.arange(5)) < 0, 0.01, 1.0) * (1 - np.eye(5))
    assert audit_of(costs=high_is_cheap).fit(X, GIVEN).suggested_labels_.mean() > plain.suggested_labels_.mean()
    with pytest.raises(ValueError, match="costs must have one row"):
        audit_of(costs=np.ones((2, 2))).fit(X, GIVEN)


def test_the_table_the_summary_and_copies():
    detector = audit_of(leaks="keep", n_jobs=1).fit(X, GIVEN)
    table = detector.audit_table()
    assert {"given", "suggested", "quality", "flagged", "reason", "chance_wrong"} <= set(table.columns)
    assert (table.chance_wrong.between(0, 1)).all()
    assert detector.summary()["n_flagged"] == detector.noise_mask_.sum()
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(detector)).label_quality_, detector.label_quality_)
    np.testing.assert_array_equal(clone(detector).fit(X, GIVEN).label_quality_, detector.label_quality_)


def test_the_rule_can_be_chosen():
    detector = audit_of(rule="error_probability").fit(X, GIVEN)
    assert WRONG[detector.noise_mask_].mean() > 0.5
