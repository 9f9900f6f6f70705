"""What bad input gets: an error that names the place and the remedy, before anything is fitted."""

import numpy as np
import pandas as pd
import pytest
from material import Log, Recorder, small_detector
from scipy import sparse
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.svm import LinearSVC

from skclean import LabelCleaner, NoiseRobustClassifier, find_label_issues
from skclean.detectors import ConfidentLearning, DataOOB, Memorization, PartitionFilter, SmallLoss
from skclean.exceptions import FewMembersWarning
from skclean.rules import ExactCount

X = np.random.default_rng(0).normal(size=(12, 2))
Y = np.array([0, 1] * 6)

JUDGES = {
    "detector": lambda log: ConfidentLearning(Recorder(log), cv=2),
    "cleaner": lambda log: LabelCleaner(detector=ConfidentLearning(Recorder(log), cv=2)),
    "robust": lambda log: NoiseRobustClassifier(Recorder(log), detector=ConfidentLearning(Recorder(log), cv=2)),
}
every_judge = pytest.mark.parametrize("make", JUDGES.values(), ids=JUDGES)


@every_judge
@pytest.mark.parametrize(
    ("X", "y", "params", "message"),
    [
        (X[:0], Y[:0], {}, "empty"),
        (X, Y[:5], {}, "inconsistent numbers of samples"),
        (X, np.zeros(12, dtype=int), {}, "one class only, 0"),
        (X, ["only"] * 12, {}, "one class only, 'only'"),
        (X, [None] * 12, {}, "every one of its 12 values is missing"),
        (X, np.linspace(0, 1, 12), {}, "continuous"),
        (X, np.column_stack([Y, Y]), {}, "1d array"),
        (X, None, {}, "one label per row"),
        (X, Y, {"verified": [True]}, r"verified must have shape \(12,\)"),
        (X, Y, {"verified": ["yes"] * 12}, "verified must hold booleans"),
        (X, Y, {"sample_weight": -np.ones(12)}, "negative in row 0"),
        (X, Y, {"sample_weight": Y.astype(float)}, "one class only among the rows of positive sample_weight"),
    ],
)
def test_malformed_arguments_stop_before_any_fit(make, X, y, params, message):
    log = Log()
    with pytest.raises(ValueError, match=message):
        make(log).fit(X, y, **params)
    assert not log


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"rule": "prune_by_clas"}, "prune_by_class"),
        ({"quality": "margin"}, "normalized_margin"),
        ({"cv": 1}, "cv"),
        ({"cv": "loo"}, "oob"),
        ({"estimator": LinearSVC()}, "predict_proba"),
        ({"estimator": LogisticRegression}, "estimator"),
    ],
)
def test_unknown_parameters_list_the_known(params, message):
    with pytest.raises((ValueError, TypeError), match=message):
        ConfidentLearning(**params).fit(X, Y)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"treatment": "delete"}, r"'drop'.*"),
        ({"detector": "cleanlab"}, "confident_learning"),
        ({"gate": "yes"}, "gate"),
    ],
)
def test_unknown_parts_list_the_known(params, message):
    with pytest.raises(ValueError, match=message):
        NoiseRobustClassifier(Recorder(log := Log()), **params).fit(X, Y)
    assert not log


@pytest.mark.parametrize("detector", [DataOOB, Memorization, PartitionFilter], ids=lambda d: d.__name__)
def test_a_regressor_does_not_judge_classes(detector):
    with pytest.raises(ValueError, match=f"{detector.__name__}, Ridge, is a regressor; pass a classifier"):
        detector(Ridge()).fit(X, Y)


@pytest.mark.parametrize("detector", [DataOOB, Memorization, SmallLoss], ids=lambda d: d.__name__)
def test_a_fitted_judge_must_know_the_labels_of_y(detector):
    features = np.random.default_rng(0).normal(size=(60, 2))
    y = (features[:, 0] > 0).astype(int)
    judge = FrozenEstimator(LogisticRegression().fit(features, np.where(y == 1, 1, 5)))
    with pytest.raises(ValueError, match="predicts the class 5, which y does not have"):
        detector(judge).fit(features, y)


@pytest.mark.parametrize(
    "judge", [small_detector(), LabelCleaner(), NoiseRobustClassifier()], ids=lambda j: type(j).__name__
)
def test_before_fit_there_is_no_table(judge):
    with pytest.raises(NotFittedError):
        judge.audit_table()


class Broken(Recorder):
    """Predicts NaN for one row of every fold."""

    def predict_proba(self, X):
        proba = super().predict_proba(X)
        proba[1] = np.nan
        return proba


def test_a_model_that_predicts_nan_is_named():
    with pytest.raises(ValueError, match="predict_proba of Broken: row .* contains NaN"):
        ConfidentLearning(Broken(Log()), cv=2).fit(X, Y)


@every_judge
def test_a_class_of_one_is_kept_and_never_flagged(make):
    y = np.array(["a", "b"] * 6, dtype=object)
    y[3] = "alone"
    judge = make(Log()).fit(X, y)
    assert not judge.noise_mask_[3]
    assert judge.classes_.tolist() == ["a", "alone", "b"]
    assert judge.audit_table()["reason"].iloc[3].startswith("only member")
    if hasattr(judge, "sample_indices_"):
        assert 3 in judge.sample_indices_


def test_a_class_of_one_takes_no_part_of_a_budget():
    y = np.array(["a", "b"] * 6, dtype=object)
    y[3] = "alone"  # its quality is 0: nobody who judged it had seen its class
    judge = ConfidentLearning(Recorder(Log()), cv=2, rule=ExactCount(3)).fit(X, y)
    assert judge.noise_mask_.sum() == 3


def test_fewer_members_than_folds_reduce_the_folds():
    y = np.array(["a"] * 10 + ["b"] * 2)
    with pytest.warns(FewMembersWarning, match="reduced from 5 to 2 folds, because the class 'b' has only 2"):
        ConfidentLearning(Recorder(log := Log()), cv=5).fit(X, y)
    assert len(log) == 2


@every_judge
@pytest.mark.parametrize(
    "missing",
    [
        lambda y: pd.Series(y.astype(object)).where(np.arange(12) % 4 > 0, None),
        lambda y: np.where(np.arange(12) % 4 > 0, y, np.nan),
        lambda y: pd.Series(y, dtype="Int64").where(np.arange(12) % 4 > 0),
        lambda y: [int(label) if i % 4 else None for i, label in enumerate(y)],
    ],
    ids=["None", "NaN", "NA", "list"],
)
def test_unlabelled_rows_are_judged_apart(make, missing):
    log = Log()
    judge = make(log).fit(np.column_stack([np.arange(12), X]), missing(Y))
    apart = np.arange(12) % 4 == 0
    assert not judge.noise_mask_[apart].any()
    assert (judge.label_quality_[apart] == 1).all()
    assert not any(np.isin(call["X"][:, 0], np.flatnonzero(apart)).any() for call in log)
    table = judge.audit_table()
    assert table["given"].isna().tolist() == apart.tolist()
    assert (table["reason"] == "unlabelled: not judged").tolist() == apart.tolist()
    assert (table["suggested"].notna() == (apart | judge.noise_mask_)).all()


def test_the_function_never_flags_missing_labels():
    proba = np.array([[0.9, 0.1], [0.1, 0.9], [0.2, 0.8], [0.1, 0.9]])
    assert find_label_issues(["a", None, "a", "b"], proba).tolist() == [False, False, True, False]


@pytest.mark.parametrize("kind", ["csr", "csc"])
@every_judge
def test_a_malformed_sparse_matrix_is_refused(make, kind):
    malformed = sparse.random(12, 6, density=0.5, format=kind, random_state=0)
    malformed.indices[3] = 10**6
    log = Log()
    with pytest.raises(ValueError, match="X is a malformed sparse matrix: .*must be < "):
        make(log).fit(malformed, Y)
    assert not log
