"""SKC013: mixed types."""

import numpy as np
import pandas as pd
import pytest

from skclean.inspection import mixed_types


@pytest.mark.parametrize(
    ("cells", "stray", "kind"),
    [
        ([str(number) for number in range(50)], "fifty", "number"),
        (list(range(50)), "fifty", "number"),
        ([f"2024-01-{day:02}" for day in range(1, 31)], "soon", "date"),
    ],
)
def test_a_stray_cell_is_shown(cells, stray, kind):
    column = np.array([*cells, stray, None], dtype=object)
    result = mixed_types(pd.DataFrame({"a": column, "b": 1.0}))
    assert result.state == "issue"
    assert result.findings == [{"column": "a", "type": kind, "cells": 1, "examples": repr(stray)}]
    assert result.rows.tolist() == [len(cells)]


@pytest.mark.parametrize("word", ["?", "n/a", "-", ""])
def test_words_for_missing_are_no_strays(word):
    X = pd.DataFrame({"a": [*map(str, range(50)), word]})
    assert mixed_types(X).state == "passed"


def test_texts_and_plain_numbers_pass():
    X = pd.DataFrame({"a": ["x1", "y2", "z"] * 10, "b": np.arange(30.0)})
    assert mixed_types(X).state == "passed"
