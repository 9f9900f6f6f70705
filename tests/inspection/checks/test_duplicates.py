"""SKC004: duplicates."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from skclean.inspection import duplicates


def numbers(n=300, d=5, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


def test_without_copies_it_passes():
    result = duplicates(numbers(), np.arange(300) % 2)
    assert (result.state, result.verdict) == ("passed", "No row is there twice.")
    assert len(result.rows) == 0 and result.findings == []


def test_equal_rows_in_conflict_are_an_issue():
    X = np.vstack([numbers(), numbers()[[4, 7, 7]]])
    y = np.append(np.arange(300) % 2, [0, 0, 1])  # rows 4, 7 have labels 0 and 1
    result = duplicates(X, y)
    assert result.state == "issue"
    assert [line["rows"] for line in result.findings] == ["7, 301, 302", "4, 300"]
    assert [line["conflict"] for line in result.findings] == [True, False]
    assert result.findings[0]["keep"] == "7" and result.findings[0]["labels"] == "0, 1"
    assert result.rows.tolist() == [301, 302, 300]
    assert result.numbers == {"n_exact": 3, "n_near": 0, "n_conflicting": 3, "n_across": 0}


@pytest.mark.parametrize("seed", range(3))
def test_planted_near_duplicates_are_found(seed):
    X = numbers(1000, 8, seed)
    rng = np.random.default_rng(seed)
    source = rng.choice(1000, 50, replace=False)
    result = duplicates(np.vstack([X, X[source] + 0.01 * rng.normal(size=(50, 8))]))
    assert result.state == "tip" and result.numbers["n_near"] >= 48
    pairs = {tuple(map(int, line["rows"].split(", "))) for line in result.findings}
    assert pairs <= {(int(row), 1000 + number) for number, row in enumerate(source)}


@pytest.mark.parametrize("shape", ["normal", "uniform", "heavy tails", "whole numbers"])
def test_nothing_planted_hardly_anything_found(shape):
    rng = np.random.default_rng(0)
    X = {
        "normal": rng.normal(size=(6000, 6)),
        "uniform": rng.uniform(size=(2000, 3)),
        "heavy tails": rng.standard_cauchy(size=(2000, 6)),
        "whole numbers": rng.integers(0, 30, (2000, 6)),
    }[shape]
    assert duplicates(X).numbers["n_near"] <= 0.01 * len(X)


def test_rows_that_agree_to_twelve_digits_are_equal():
    X = numbers()
    assert duplicates(np.vstack([X, X[:1] * (1 + 1e-15)])).numbers["n_exact"] == 1
    frame = pd.DataFrame({"a": ["x", "y", None, "x", None], "b": [1.0, 2.0, np.nan, 1.0, np.nan]})
    assert duplicates(frame).rows.tolist() == [3, 4]


def test_equal_rows_of_categories_are_a_tip():
    frame = pd.DataFrame({"a": list("xyxy") * 10, "b": list("uuvv") * 10})
    result = duplicates(frame, [0, 1] * 20)
    assert (result.state, result.numbers["n_exact"], result.numbers["n_near"]) == ("tip", 36, 0)


def test_rows_of_a_test_table_are_found_in_the_training_table():
    X, other = numbers(), numbers(100, seed=1)
    other[3], other[5] = X[11], X[12] + 0.001
    result = duplicates(X, np.zeros(300), X_test=other, y_test=np.ones(100))
    assert result.state == "issue" and result.numbers["n_across"] == 2
    assert {line["rows"] for line in result.findings} == {"11, test 3", "12, test 5"}
    assert all(line["in both tables"] and line["conflict"] for line in result.findings)
    assert len(result.rows) == 0  # rows of X stay; those of the test table go


def test_other_columns_are_refused():
    with pytest.raises(ValueError, match="X_test has 4 columns and X has 5"):
        duplicates(numbers(), X_test=numbers(20, 4))
    with pytest.raises(ValueError, match="y_test has 3 labels and X_test has 20 rows"):
        duplicates(numbers(), np.zeros(300), X_test=numbers(20), y_test=[0, 1, 0])


def test_sparse_matrices_are_not_looked_at():
    assert duplicates(csr_array(np.eye(3))).state == "not applicable"


@pytest.mark.parametrize("name", ["number", "key"])
def test_numbers_and_names_of_rows_have_no_part(name):
    X = pd.DataFrame(np.vstack([numbers(), numbers()[[4]], numbers()[[7]] + 1e-4])).add_prefix("c")
    key = {"number": range(302), "key": [f"C{row * 7919 % 10007:05}" for row in range(302)]}[name]
    result = duplicates(X.assign(key=key))
    assert {(line["rows"], line["kind"]) for line in result.findings} == {("4, 300", "exact"), ("7, 301", "near")}
    across = duplicates(X.assign(key=key), X_test=X.assign(key=range(1000, 1302)))
    assert across.numbers["n_across"] == 302
