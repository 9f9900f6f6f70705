"""SKC016: ranking of models under wrong test labels."""

import numpy as np
import pytest

from skclean.inspection import ranking_stability


def problem(right=(0.9, 0.85), wrong=(0.2, 0.8), n=2000, share=0.1, seed=0):
    """Binary labels, a share of them wrong, and models that are right as often as given on either kind of row."""
    rng = np.random.default_rng(seed)
    corrected = rng.integers(0, 2, n)
    is_wrong = np.arange(n) < share * n
    y = np.where(is_wrong, 1 - corrected, corrected)
    models = {}
    for name, on_right, on_wrong in zip("ab", right, wrong, strict=True):
        hit = np.where(is_wrong, np.arange(n) % 100 < 100 * on_wrong, rng.permutation(n) % 100 < 100 * on_right)
        models[name] = np.where(hit, y, 1 - y)
    return models, y, corrected


def test_a_planted_swap_is_found():
    models, y, corrected = problem()
    wrong = y != corrected
    apart = [np.mean((models["a"] == y)[rows].astype(float) - (models["b"] == y)[rows]) for rows in (~wrong, wrong)]
    expected = apart[0] / (apart[0] - apart[1])
    result = ranking_stability(models, y, corrected, random_state=0)
    line = result.findings[0]
    assert line["share"] == pytest.approx(expected) and line["share low"] <= expected <= line["share high"]
    assert line["share today"] == pytest.approx(0.1)
    # at that share both are level
    share = line["share"]
    level = [
        (1 - share) * (models[name] == y)[~wrong].mean() + share * (models[name] == y)[wrong].mean() for name in "ab"
    ]
    assert level[0] == pytest.approx(level[1])


def test_another_best_model_is_an_issue():
    models, y, corrected = problem(right=(0.9, 0.89), wrong=(0.1, 0.9))
    result = ranking_stability(models, y, corrected, random_state=0)
    assert result.state == "issue" and "'b' is best on the given labels and 'a' on the corrected" in result.verdict
    wrong = np.flatnonzero(y != corrected)
    assert set(result.rows) <= set(wrong) and (models["a"] != models["b"])[result.rows].all()


def test_a_swap_beyond_today_is_a_tip_and_no_swap_passes():
    assert ranking_stability(*problem(right=(0.95, 0.85)), random_state=0).state == "tip"
    result = ranking_stability(*problem(right=(0.9, 0.7), wrong=(0.5, 0.5)), random_state=0)
    assert result.state == "passed" and result.findings == []


def test_wrong_rows_without_right_labels():
    models, y, corrected = problem()
    known, unknown = (ranking_stability(models, y, one, random_state=0) for one in (corrected, y != corrected))
    assert known.findings == unknown.findings
    right = (models["a"] == y)[y == corrected].mean()
    assert unknown.numbers["a on corrected labels"].value == pytest.approx(right)


def test_right_labels_pass():
    models, y, _ = problem()
    assert ranking_stability(models, y, y, n_bootstrap=20, random_state=0).state == "passed"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (dict(predictions={"a": [0, 1]}), "at least two models"),
        (dict(corrected=[0]), "one value for each of 2 rows"),
        (dict(corrected=[1, 0]), "differs from y in every row"),
        (dict(n_bootstrap=1), "n_bootstrap"),
    ],
)
def test_bad_input_is_refused(change, message):
    given = dict(predictions={"a": [0, 1], "b": [1, 1]}, y=[0, 1], corrected=[0, 0])
    with pytest.raises(ValueError, match=message):
        ranking_stability(**{**given, **change})
