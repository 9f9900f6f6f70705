"""Flags from anyone's predictions, for labels that are not one class a row."""

import numpy as np
import pytest
from scipy.special import expit

from skclean import find_label_issues
from skclean.rules import ExactCount

pd = pytest.importorskip("pandas")
N_ROWS = 400
WRONG = np.arange(5, N_ROWS, 40)


def numbers():
    rng = np.random.default_rng(0)
    predicted = rng.normal(100, 30, N_ROWS)
    y = predicted + rng.standard_t(4, N_ROWS)
    y[WRONG] += 60
    return y, predicted


def tags():
    rng = np.random.default_rng(0)
    proba = expit(10 * rng.standard_normal((N_ROWS, 3)))
    Y = (rng.random(proba.shape) < proba).astype(int)
    proba[WRONG, 0] = 0.999
    Y[WRONG, 0] = 0
    return Y, proba


def grades():
    rng = np.random.default_rng(0)
    proba = np.clip(1 - np.abs(rng.uniform(-0.5, 3.5, N_ROWS)[:, None] - np.arange(4)), 0.001, None)
    proba /= proba.sum(axis=1, keepdims=True)
    y = proba.argmax(axis=1)
    proba[WRONG] = [0.97, 0.01, 0.01, 0.01]
    y[WRONG] = 3
    return y, proba


def as_categorical(y):
    return pd.Series(pd.Categorical.from_codes(y, ["d", "c", "b", "a"], ordered=True))


CASES = {
    "numeric": (numbers, {}),
    "whole numbers": (lambda: tuple(map(np.round, numbers())), {"target": "numeric"}),
    "tags": (tags, {}),
    "ordinal": (grades, {"target": "ordinal"}),
    "categorical": (lambda: (as_categorical(grades()[0]), grades()[1]), {}),
    "texts": (
        lambda: (np.array(list("dcba"))[grades()[0]], grades()[1]),
        {"target": "ordinal", "classes": list("dcba")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_planted_errors_are_flagged_and_hardly_anything_else(case):
    make, options = CASES[case]
    y, predicted = make()
    mask = find_label_issues(y, predicted, **options)
    assert mask[WRONG].mean() >= 0.9
    assert np.delete(mask, WRONG).mean() < 0.02
    verified = np.zeros(N_ROWS, dtype=bool)
    verified[WRONG[0]] = True
    assert not find_label_issues(y, predicted, verified=verified, **options)[WRONG[0]]
    assert find_label_issues(y, predicted, rule=ExactCount(7), **options).sum() == 7


@pytest.mark.parametrize("case", CASES)
def test_nothing_is_flagged_where_nothing_is_wrong(case):
    make, options = CASES[case]
    y, predicted = make()
    kept = np.setdiff1d(np.arange(N_ROWS), WRONG)
    y = y.iloc[kept] if hasattr(y, "iloc") else y[kept]
    assert find_label_issues(y, predicted[kept], **options).mean() < 0.01


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_of_numbers_does_not_matter(unit):
    y, predicted = numbers()
    assert find_label_issues(unit * y, unit * predicted).tolist() == find_label_issues(y, predicted).tolist()


def test_what_is_not_given_is_not_flagged():
    y, predicted = numbers()
    y[WRONG[0]], predicted[WRONG[0]] = np.nan, np.nan
    assert not find_label_issues(y, predicted)[WRONG[0]]
    Y, proba = tags()
    Y = Y.astype(float)
    Y[WRONG[0]] = np.nan
    assert not find_label_issues(Y, proba)[WRONG[0]]


@pytest.mark.parametrize(
    ("y", "predicted", "options", "message"),
    [
        ([0.5, 1.5], [0.5], {}, "one predicted number for each of the 2 numbers"),
        ([0.5, 1.5], [0.5, np.inf], {}, "y_proba is inf in row 1"),
        ([0.5, 1.5], [0.5, 1.0], {"labels": "outcomes"}, "labels= is for labels of one class a row.*numbers"),
        ([0.5, 1.5], [0.5, 1.0], {"classes": [0, 1]}, "classes= names the columns of classes"),
        ([[0, 1], [1, 1]], [[0.5, 1.0]], {}, "Y_proba has the shape"),
        ([0, 1], [[0.5, 0.5]] * 2, {"target": "grades"}, "target must be 'auto' or one of"),
        (np.zeros(2, dtype=[("e", bool), ("t", float)]), [0.5, 0.5], {}, "use SurvivalAudit"),
        (["a", "b"], [[0.5, 0.5]] * 2, {"target": "numeric"}, "y must hold numbers"),
    ],
)
def test_what_does_not_fit_is_refused(y, predicted, options, message):
    with pytest.raises(ValueError, match=message):
        find_label_issues(y, predicted, **options)
