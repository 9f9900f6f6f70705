"""Aliases, seeds, per-row parameters, and through which name a model takes weights."""

import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.calibration import CalibratedClassifierCV
from sklearn.ensemble import (
    AdaBoostClassifier,
    BaggingClassifier,
    ExtraTreesClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_selection import RFE, RFECV
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean import LabelCleaner
from skclean.treatments import TREATMENTS, Drop, Relabel
from skclean.utils._params import resolve_alias, seeded_clone, subset_params, weight_parameter


def test_an_alias_stands_for_a_class_and_an_instance_is_cloned():
    assert isinstance(resolve_alias("drop", TREATMENTS, name="treatment"), Drop)
    mine = Relabel(0.9)
    resolved = resolve_alias(mine, TREATMENTS, name="treatment")
    assert resolved is not mine
    assert resolved.confidence == 0.9


def test_an_unknown_alias_lists_the_known_ones_and_guesses():
    with pytest.raises(ValueError, match=r"treatment='relable'.*\['drop'.*'relabel'.*Did you mean 'relabel'"):
        resolve_alias("relable", TREATMENTS, name="treatment")


def test_a_class_in_place_of_an_instance_is_told():
    with pytest.raises(TypeError, match=r"write Drop\(\)"):
        resolve_alias(Drop, TREATMENTS, name="treatment")


def test_what_is_neither_an_alias_nor_an_instance_is_told():
    with pytest.raises(TypeError, match=r"treatment must be one of the aliases \['drop'.*or an instance, got 5"):
        resolve_alias(5, TREATMENTS, name="treatment")


def test_only_missing_seeds_are_filled():
    pipe = make_pipeline(StandardScaler(), ExtraTreesClassifier())
    assert seeded_clone(pipe, 0)[-1].random_state == seeded_clone(pipe, 0)[-1].random_state is not None
    assert seeded_clone(pipe, None)[-1].random_state is None
    assert seeded_clone(ExtraTreesClassifier(random_state=7), 0).random_state == 7
    assert pipe[-1].random_state is None


@pytest.mark.parametrize(
    "value",
    [
        [10, 11, 12, 13],
        np.arange(10, 14),
        pd.Series(np.arange(10, 14), index=list("dcba")),
        sparse.csr_matrix(np.arange(10, 14)[:, None]),
    ],
    ids=["list", "array", "Series", "sparse"],
)
def test_what_has_one_value_per_row_follows_the_rows(value):
    taken = subset_params({"a": value}, np.array([2, 2, 0]), 4)["a"]
    taken = taken.toarray().ravel() if sparse.issparse(taken) else np.asarray(taken)
    assert taken.tolist() == [12, 12, 10]


def test_texts_that_pandas_keeps_follow_the_rows():
    groups = pd.array(list("abcd"), dtype="string")
    assert list(subset_params({"groups": groups}, np.array([2, 2, 0]), 4)["groups"]) == ["c", "c", "a"]


@pytest.mark.parametrize("value", [None, "abcd", b"abcd", 4, {"a": 1, "b": 2, "c": 3, "d": 4}, [1, 2, 3], len])
def test_everything_else_is_passed_on(value):
    assert subset_params({"a": value}, np.array([0]), 4)["a"] is value


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (LogisticRegression(), "sample_weight"),
        (GaussianNB(), "sample_weight"),
        (KNeighborsClassifier(), None),
        (make_pipeline(StandardScaler(), LogisticRegression()), "logisticregression__sample_weight"),
        (make_pipeline(StandardScaler(), KNeighborsClassifier()), None),
        (
            make_pipeline(StandardScaler(), make_pipeline(GaussianNB())),
            "pipeline__gaussiannb__sample_weight",
        ),
        (GridSearchCV(LogisticRegression(), {}), "sample_weight"),
        (GridSearchCV(KNeighborsClassifier(), {}), None),
        (CalibratedClassifierCV(LogisticRegression()), "sample_weight"),
        (CalibratedClassifierCV(KNeighborsClassifier()), None),
        (CalibratedClassifierCV(make_pipeline(StandardScaler(), GaussianNB())), None),
        (AdaBoostClassifier(make_pipeline(StandardScaler(), GaussianNB())), None),
        (BaggingClassifier(make_pipeline(StandardScaler(), GaussianNB())), "sample_weight"),
        (VotingClassifier([("a", LogisticRegression()), ("b", GaussianNB()), ("c", "drop")]), "sample_weight"),
        (VotingClassifier([("a", LogisticRegression()), ("b", KNeighborsClassifier())]), None),
        (StackingClassifier([("a", LogisticRegression())]), "sample_weight"),
        (StackingClassifier([("a", LogisticRegression())], KNeighborsClassifier()), None),
        (RFE(LogisticRegression()), "sample_weight"),
        (RFECV(LogisticRegression()), None),
        (OneVsRestClassifier(LogisticRegression()), None),
        (Pipeline([("sample", LabelCleaner()), ("model", GaussianNB())]), None),
    ],
    ids=lambda value: repr(value)[:40] if value is not None else "none",
)
def test_the_name_for_weights_is_found_inside_wrappers(model, name):
    assert weight_parameter(model) == name
