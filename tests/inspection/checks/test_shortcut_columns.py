"""SKC008: shortcut columns."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array

from skclean.inspection import shortcut_columns


def table(n=600, seed=0):
    """Two classes that overlap, three numbers that tell them in part, labels with 10 % errors."""
    rng = np.random.default_rng(seed)
    y = rng.integers(0, 2, n)
    X = pd.DataFrame(1.5 * y[:, None] + rng.normal(size=(n, 3)), columns=["a", "b", "c"])
    return X, np.where(rng.random(n) < 0.1, 1 - y, y), rng


@pytest.mark.parametrize("seed", range(3))
def test_nothing_planted_nothing_found(seed):
    X, y, _ = table(seed=seed)
    result = shortcut_columns(X, y, random_state=seed)
    assert result.state == "passed" and result.findings == []


def test_copies_numbers_and_identifiers_are_named_and_priced():
    X, y, rng = table()
    edited = np.where(rng.random(600) < 0.05, 1 - y, y)
    X = X.assign(copy=np.array(["no", "yes"])[y], edited=edited, row=range(600))
    result = shortcut_columns(X, y, random_state=0)
    assert result.state == "issue"
    reasons = {line["column"]: line["reason"] for line in result.findings}
    assert reasons == {"copy": "is the label", "edited": "is nearly the label", "row": "numbers the rows"}
    price = {line["column"]: (line["with"], line["without"]) for line in result.findings}
    assert price["copy"][0] > 0.98 and price["copy"][1] < 0.9
    assert abs(price["row"][0] - price["row"][1]) < 0.1


def test_a_column_that_alone_predicts_is_a_tip():
    X, y, rng = table()
    result = shortcut_columns(X.assign(strong=4.0 * y + rng.normal(size=600)), y, random_state=0)
    assert result.state == "tip" and [line["column"] for line in result.findings] == ["strong"]
    line = result.findings[0]
    assert line["alone"] > 0.95 * line["with"] and line["without"] < 0.9 * line["with"]


def test_a_column_that_helps_only_inside_groups_is_a_tip():
    X, _, rng = table(1000)
    group = rng.integers(0, 100, 1000)
    share = np.array([0.05, 0.95])[rng.permutation(100) % 2]
    y = (rng.random(1000) < share[group]).astype(int)
    X = X.assign(source=group * 1.0)
    result = shortcut_columns(X, y, groups=group, random_state=0)
    assert result.state == "tip" and [line["column"] for line in result.findings] == ["source"]
    line = result.findings[0]
    assert "groups" in line["reason"]
    assert line["with"] - line["without"] > 0.3 > line["with over groups"] - line["without over groups"]


def test_a_column_that_helps_only_in_the_past_is_a_tip():
    X, y, rng = table(1000)
    days = np.datetime64("2024-01-01") + np.arange(1000)
    late = np.arange(1000) >= 800
    helps = np.where(late, rng.normal(size=1000), 3.0 * y + rng.normal(size=1000))
    result = shortcut_columns(X.assign(helps=helps), y, dates=days, random_state=0)
    assert result.state == "tip" and "last fifth by date" in result.findings[0]["reason"]


def test_a_column_that_turns_between_groups_is_a_tip():
    X, y, rng = table(1200)
    site = rng.permutation(1200) % 3
    X = X.assign(turns=np.where(site == 1, -1, 1) * (2.0 * y - 1) + rng.normal(size=1200))
    names = np.array(["north", "south", "west"])[site]
    result = shortcut_columns(X, y, groups=names, random_state=0)
    assert result.state == "tip" and [line["column"] for line in result.findings] == ["turns"]
    assert "opposite in group" in result.findings[0]["reason"] and "'south'" in result.findings[0]["reason"]
    assert shortcut_columns(X.drop(columns="turns"), y, groups=names, random_state=0).state == "passed"


@pytest.mark.parametrize("seed", range(10))
def test_random_groups_raise_no_alarm(seed):
    X, y, rng = table(600, seed)
    assert shortcut_columns(X, y, groups=rng.integers(0, 12, 600), random_state=seed).state == "passed"


@pytest.mark.parametrize(("X", "y"), [(csr_array(np.eye(60)), [0, 1] * 30), ([[1.0]] * 10, [0, 1] * 5)])
def test_it_does_not_apply_to_sparse_or_few_rows(X, y):
    assert shortcut_columns(X, y).state == "not applicable"
