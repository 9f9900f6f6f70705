"""SKC012: constant columns."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_array

from skclean.inspection import constant_columns


def test_constant_and_empty_columns_are_named():
    X = pd.DataFrame({"a": [1, 1, 1], "b": ["x"] * 3, "c": [1, 2, 1], "d": [None] * 3, "e": ["x", None, "x"]})
    result = constant_columns(X)
    assert result.state == "tip"
    assert [(line["column"], line["value"], line["missing"]) for line in result.findings] == [
        ("a", 1, False),
        ("b", "x", False),
        ("d", None, True),
    ]
    assert result.numbers == {"n_constant": 3, "n_columns": 5}
    assert result.verdict == "3 of 5 columns are constant: 'a', 'b' and 'd'."


def test_a_column_that_varies_passes():
    assert constant_columns(np.arange(6.0).reshape(3, 2)).state == "passed"


def test_sparse_matrices_are_not_looked_at():
    result = constant_columns(csr_array(np.eye(3)))
    assert result.state == "not applicable" and "sparse" in result.reason
