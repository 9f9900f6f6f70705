"""SKC015: what label noise does to a model."""

import numpy as np
import pytest
from material import overlapping_blobs, small_detector
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from skclean.inspection import generalization_gaps, run_checks

GAPS = ("robustness", "memorization", "rationality")


@pytest.mark.parametrize("model", [KNeighborsClassifier(1), DecisionTreeClassifier(), LogisticRegression()])
def test_the_gap_is_at_most_the_sum_of_its_parts(model):
    X, y = overlapping_blobs(400)
    result = generalization_gaps(model, X, y, n_repeats=3, random_state=0)
    for line in result.findings:
        assert line["gap"] <= sum(line[name] for name in GAPS) + 1e-12
        assert all(line[name] >= 0 for name in GAPS)
        assert line["gap"] == pytest.approx(line["train"] - line["test"])
    for number in result.numbers.values():
        assert number.low <= number.value <= number.high


def test_a_model_that_learns_by_heart_is_named_and_a_stiff_one_is_not():
    X, y = overlapping_blobs(400)
    by_heart = generalization_gaps(KNeighborsClassifier(1), X, y, share=0.1, random_state=0)
    stiff = generalization_gaps(LogisticRegression(), X, y, share=0.1, random_state=0)
    assert (by_heart.state, stiff.state) == ("tip", "passed")
    assert by_heart.numbers["memorization"].value > 0.5 > stiff.numbers["memorization"].value


def test_text_labels_and_unlabelled_rows():
    X, y = overlapping_blobs(300)
    names = np.array(["a", "b", "c"], dtype=object)[y]
    names[:20] = None
    assert generalization_gaps(LogisticRegression(), X, names, random_state=0).state == "passed"


def test_few_rows_are_refused():
    X, y = overlapping_blobs(60)
    assert generalization_gaps(LogisticRegression(), X, y).state == "not applicable"


@pytest.mark.parametrize(("option", "value"), [("share", 0.0), ("share", 1.0), ("n_repeats", 1)])
def test_bad_options_are_refused(option, value):
    X, y = overlapping_blobs(300)
    with pytest.raises(ValueError, match=option):
        generalization_gaps(LogisticRegression(), X, y, **{option: value})


def test_run_checks_runs_it_where_a_model_is_given():
    X, y = overlapping_blobs(300)
    detector = small_detector().fit(X, y)
    states = {one.code: one.state for one in run_checks(detector, X, y, estimator=LogisticRegression(), random_state=0)}
    assert states["SKC015"] == "passed" and states["SKC016"] == "not applicable"
