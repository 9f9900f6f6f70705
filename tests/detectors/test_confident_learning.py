"""The detector is its parts: evidence, quality, joint, rule, and a table for people."""

import numpy as np
import pandas as pd
import pytest
from material import small_detector, small_forest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import RepeatedStratifiedKFold, StratifiedKFold, TimeSeriesSplit, cross_val_predict

from skclean import find_label_issues
from skclean.detectors import ConfidentLearning
from skclean.noise import confident_joint, estimate_transition_matrix
from skclean.quality import QUALITY_METHODS, label_quality
from skclean.rules import RULES, ExactCount


@pytest.mark.parametrize("quality", QUALITY_METHODS)
@pytest.mark.parametrize("rule", [None, "prune_by_class", ExactCount(7)], ids=repr)
def test_it_equals_its_parts(quality, rule, planted):
    names = np.array(["x", "y", "z"])[planted.noisy]
    cv = StratifiedKFold(3)
    judge = ConfidentLearning(LogisticRegression(), cv=cv, rule=rule, quality=quality).fit(planted.X, names)
    proba = cross_val_predict(LogisticRegression(), planted.X, names, cv=cv, method="predict_proba")
    np.testing.assert_allclose(judge.audit_.proba, proba)
    np.testing.assert_allclose(judge.label_quality_, label_quality(names, proba, method=quality))
    np.testing.assert_allclose(judge.confident_joint_, confident_joint(names, proba))
    np.testing.assert_allclose(judge.transition_matrix_, estimate_transition_matrix(names, proba))
    if not isinstance(rule, ExactCount) or quality == "self_confidence":
        np.testing.assert_array_equal(judge.noise_mask_, find_label_issues(names, proba, rule=rule))


def test_a_flagged_label_is_never_its_own_suggestion(planted):
    judge = small_detector(rule=ExactCount(40)).fit(planted.X, planted.noisy)
    assert (judge.suggested_labels_ != planted.noisy)[judge.noise_mask_].all()
    np.testing.assert_array_equal(judge.suggested_labels_, judge.classes_[judge.audit_.suggested])


@pytest.mark.parametrize(
    "rule",  # all but those that need repeats, or what detectors of other kinds of labels give
    sorted(
        set(RULES) - {"two_sigma", "false_discovery_rate", "background_component", "likely_wrong", "residual_mixture"}
    ),
)
def test_every_alias_works_as_a_parameter(rule, planted):
    assert small_detector(rule=rule).fit(planted.X, planted.noisy).noise_mask_.any()


@pytest.mark.parametrize(
    "cv",
    [
        3,
        "oob",
        StratifiedKFold(3),
        list(StratifiedKFold(3).split(np.zeros(150), np.arange(150) % 3)),
        RepeatedStratifiedKFold(n_splits=3, n_repeats=2, random_state=0),
        TimeSeriesSplit(4),
    ],
    ids=["int", "oob", "splitter", "iterable", "repeated", "time series"],
)
def test_any_way_to_split_judges_every_row(cv, planted):
    judge = ConfidentLearning(small_forest(), cv=cv, random_state=0).fit(planted.X, planted.noisy)
    assert np.isfinite(judge.audit_.proba).all()
    assert judge.noise_mask_[planted.flipped].mean() > 0.7


def test_a_generator_of_folds_is_used_once(planted):
    folds = (fold for fold in StratifiedKFold(3).split(planted.X, planted.noisy))
    assert ConfidentLearning(LogisticRegression(), cv=folds).fit(planted.X, planted.noisy).noise_mask_.any()


def test_set_params_reaches_the_model(planted):
    judge = small_detector().set_params(estimator__n_estimators=5, rule="argmax_disagreement")
    judge.fit(planted.X, planted.noisy)
    np.testing.assert_array_equal(judge.noise_mask_, judge.audit_.proba.argmax(axis=1) != planted.noisy)


@pytest.mark.parametrize("where", ["X", "y", "nowhere"])
def test_the_table_keeps_the_index(where, planted):
    index = [f"row {i}" for i in range(150)]
    X = pd.DataFrame(planted.X, index=index) if where == "X" else planted.X
    y = pd.Series(planted.noisy, index=index) if where == "y" else planted.noisy
    judge = small_detector().fit(X, y)
    table = judge.audit_table()
    assert table.index.tolist() == (list(range(150)) if where == "nowhere" else index)
    assert list(table.columns) == ["given", "suggested", "quality", "flagged", "reason", "chance_wrong", "tier"]
    np.testing.assert_array_equal(table["given"], planted.noisy)
    flagged = judge.noise_mask_
    np.testing.assert_array_equal(table["suggested"][flagged], judge.suggested_labels_[flagged])
    assert table["suggested"][~flagged].isna().all()
    np.testing.assert_array_equal(table["quality"], judge.label_quality_)
    np.testing.assert_array_equal(table["flagged"], judge.noise_mask_)
    assert (table["reason"] != "").tolist() == judge.noise_mask_.tolist()


def test_without_pandas_the_table_is_an_array(planted, monkeypatch):
    def missing(_):
        raise ImportError

    judge = small_detector().fit(planted.X, np.array(["a", "b", "c"])[planted.noisy])
    monkeypatch.setattr("skclean.detectors._audit_table.check_pandas_support", missing)
    table = judge.audit_table()
    assert table.dtype.names == ("index", "given", "suggested", "quality", "flagged", "reason", "chance_wrong", "tier")
    np.testing.assert_array_equal(table["flagged"], judge.noise_mask_)


def test_verified_rows_say_so_in_the_table(planted):
    table = small_detector().fit(planted.X, planted.noisy, verified=planted.flipped).audit_table()
    assert (table["reason"][planted.flipped] == "verified: not judged").all()
