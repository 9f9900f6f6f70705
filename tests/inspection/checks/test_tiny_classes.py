"""SKC005: tiny classes."""

import numpy as np

from skclean.inspection import tiny_classes


def test_tiny_classes_are_listed_with_their_rows():
    y = np.array(["a"] * 40 + ["b"] * 3 + ["c"] + ["d"] * 10)
    result = tiny_classes(y)
    assert result.state == "tip"
    assert result.findings == [{"class": "c", "members": 1}, {"class": "b", "members": 3}]
    assert result.rows.tolist() == [43, 40, 41, 42]
    assert result.numbers == {"n_tiny": 2, "smallest": 1, "n_classes": 4}


def test_unlabelled_rows_do_not_count():
    assert tiny_classes([0, 1] * 10 + [None] * 5).state == "passed"
