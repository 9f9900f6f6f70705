"""SKC010: outliers."""

import numpy as np
import pandas as pd
import pytest

from skclean.inspection import outliers


def rows(n=400, d=4, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


@pytest.mark.parametrize("seed", range(5))
def test_ordinary_rows_pass(seed):
    assert len(outliers(rows(seed=seed)).rows) <= 4  # of 400


def test_a_row_and_a_small_group_far_away_are_found():
    X = pd.DataFrame(np.vstack([rows(), 30 + rows(3, seed=1), [[0, -60, 0, 0]]]), columns=list("abcd"))
    result = outliers(X)
    assert result.state == "tip" and set(result.rows[:4]) == {400, 401, 402, 403}
    by_row = {line["row"]: line for line in result.findings}
    assert by_row[403]["column"] == "b" and by_row[403]["value"] == "-60"
    assert result.numbers["n_rows"] == 404


def test_few_rows_are_not_looked_at():
    assert outliers(rows(20)).state == "not applicable"


def test_of_a_large_table_a_sample_is_looked_at(monkeypatch):
    monkeypatch.setattr("skclean.inspection.checks._outliers.MAX_ROWS", 200)
    result = outliers(rows(), random_state=0)
    assert result.numbers["n_rows"] == 200 and "sample of 200 rows" in result.verdict
