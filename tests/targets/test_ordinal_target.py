"""Grades: where their order comes from, fractions, missing values, refusals."""

import numpy as np
import pandas as pd
import pytest

from skclean.targets import read_grades

HALF_STARS = np.tile([0.5, 1.0, 4.5, 2.0], 10)


def test_numbers_with_fractions_are_grades_in_their_order():
    target = read_grades(HALF_STARS)
    assert target.kind == "ordinal" and target.classes.tolist() == [0.5, 1.0, 2.0, 4.5]
    np.testing.assert_array_equal(target.as_y(), HALF_STARS)
    with_gap = HALF_STARS.astype(object)
    with_gap[3] = None
    assert read_grades(with_gap).codes[3] == -1 and read_grades(pd.Series(HALF_STARS)).codes.tolist() == list(
        target.codes
    )


def test_an_order_of_fractions_is_kept():
    target = read_grades(HALF_STARS, [4.5, 2.0, 1.5, 1.0, 0.5])
    assert target.codes[:4].tolist() == [4, 3, 0, 1] and target.n_strata == 5
    with pytest.raises(ValueError, match="the grade 4.5, which is not in order"):
        read_grades(HALF_STARS, [0.5, 1.0, 2.0])


def test_measurements_are_no_grades():
    with pytest.raises(ValueError, match="continuous"):
        read_grades(np.linspace(0, 1, 40))
    with pytest.raises(ValueError, match="infinity"):
        read_grades(np.append(HALF_STARS, np.inf))


def test_whole_numbers_texts_and_categories():
    assert read_grades([3, 1, 2, None]).codes.tolist() == [2, 0, 1, -1]
    assert read_grades([3.0, 1.0, 2.0]).classes.tolist() == [1, 2, 3]
    ordered = pd.Categorical(["b", "a"], categories=["b", "c", "a"], ordered=True)
    assert read_grades(ordered).codes.tolist() == [0, 2]
    with pytest.raises(ValueError, match=r"pass order=\[lowest"):
        read_grades(["low", "high"])
