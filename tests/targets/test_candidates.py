"""Sets of labels, labels and missing ones in one y."""

import numpy as np
import pytest

from skclean.targets import Target, read_candidates


@pytest.mark.parametrize("group", [set, frozenset, list, tuple, np.array])
@pytest.mark.parametrize("labels", [[0, 1, 2], ["a", "b", "c"], [-1.0, 0.0, 5.0]])
def test_any_container_of_any_labels(group, labels):
    first, second, third = labels
    target: Target = read_candidates([first, group([second, third]), None, third])
    assert target.classes.tolist() == labels
    assert target.codes.tolist() == [0, -1, -1, 2]
    assert target.allowed.tolist() == [[True] * 3, [False, True, True], [True] * 3, [True] * 3]
    assert target.known.tolist() == [True, True, False, True]
    assert target.strata().tolist() == [0, -1, -1, 2]
    assert target.as_y().tolist() == [first, frozenset({second, third}), None, third]
    assert target.for_fit().tolist() == [first, second, first, third]
    assert (target.kind, target.n_rows, target.n_strata) == ("candidates", 4, 3)


def test_what_it_gives_back_reads_as_the_same():
    target = read_candidates(["x", {"y"}, None, ("x", "z")])
    again = read_candidates(target.as_y())
    for one, other in zip(target, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_plain_labels_are_read_as_anywhere_else():
    target = read_candidates(np.array([3, 1, 3]))
    assert target.codes.tolist() == [1, 0, 1]
    assert target.labels().classes.tolist() == [1, 3]


def test_a_verified_label_allows_its_class_only():
    target = read_candidates(["x", "y", None]).verified(np.array([True, False, True]))
    assert target.allowed.tolist() == [[True, False], [True, True], [True, True]]
    assert target.codes.tolist() == [-1, 1, -1]
    assert target.strata().tolist() == [0, 1, -1]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([{1}, set()], "empty set in row 1"),
        ([{1}, [2, None]], "missing label in the set"),
        ([{1}, {"a"}], "mixes labels"),
    ],
)
def test_bad_sets_are_named(y, message):
    with pytest.raises(ValueError, match=message):
        read_candidates(y)
