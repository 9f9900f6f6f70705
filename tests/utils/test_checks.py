"""Malformed arrays are refused before anything runs; the message names the place."""

import numpy as np
import pytest

from skclean.exceptions import ProbabilityError
from skclean.targets import check_labels_and_proba
from skclean.utils._checks import check_row_flags, check_weights, weight_unit
from skclean.utils._compat import check_feature_names

GOOD = np.array([[0.9, 0.1], [0.2, 0.8], [0.5, 0.5]])
Y = [0, 1, 0]


def with_row(*row):
    proba = GOOD.copy()
    proba[1] = row
    return proba


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ((np.nan, 0.5), "nan"),
        ((np.inf, 0.5), "infinite"),
        ((-np.inf, 0.5), "infinite"),
        ((-0.1, 1.1), "negative"),
        ((0.5, 0.502), "sum"),
        ((0.0, 0.0), "sum"),
    ],
)
def test_the_bad_row_is_named(row, problem, dtype, n_jobs):
    with pytest.raises(ProbabilityError, match="y_proba: row 1 ") as error:
        check_labels_and_proba(Y, with_row(*row).astype(dtype), n_jobs=n_jobs)
    assert (error.value.row, error.value.problem) == (1, problem)


@pytest.mark.parametrize("row", [(0.5, 0.5005), (1.0, 0.0)])
def test_rounding_is_tolerated(row):
    check_labels_and_proba(Y, with_row(*row))


def test_probabilities_are_read_in_place():
    for proba in (GOOD, GOOD.astype(np.float32), np.asfortranarray(GOOD)):
        assert check_labels_and_proba(Y, proba)[2] is proba


@pytest.mark.parametrize(
    ("y", "proba", "message"),
    [
        (Y, GOOD[:2], "2 rows but y has 3"),
        (Y, GOOD[:, 0], "both columns"),
        (Y, GOOD[:, :1], "at least 2 classes"),
        (Y, np.empty((0, 2)), "empty"),
        (Y, [["a", "b"]] * 3, "must hold numbers"),
        (Y, GOOD + 1j, "y_proba must hold real numbers"),
        (["a", "b", "a"], np.full((3, 3), 1 / 3), "pass the label of each column as classes="),
        ([0, 1, 5], np.full((3, 2), 1 / 2), r"2 columns but there are 3 classes, \[0, 1, 5\]; pass"),
        ([-1, 1, 1], np.full((3, 3), 1 / 3), "3 columns but there are 2 classes"),
    ],
)
def test_shapes_that_do_not_fit_are_told(y, proba, message):
    with pytest.raises(ValueError, match=message):
        check_labels_and_proba(y, proba)


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_columns_named_after_the_labels_may_come_in_any_order(library):
    frames = pytest.importorskip(library)
    y = ["no", "no", "yes", "yes"]
    yes = np.array([0.1, 0.2, 0.9, 0.7])
    named = frames.DataFrame({"yes": yes, "unseen": np.zeros(4), "no": 1 - yes})
    codes, classes, proba, _ = check_labels_and_proba(y, named)
    assert classes[codes].tolist() == y
    np.testing.assert_array_equal(proba[np.arange(4), codes], [0.9, 0.8, 0.9, 0.7])
    other_names = frames.DataFrame({"p0": 1 - yes, "p1": yes})
    codes, classes, proba, _ = check_labels_and_proba(y, other_names)
    np.testing.assert_array_equal(proba[np.arange(4), codes], [0.9, 0.8, 0.9, 0.7])


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize(
    ("y", "names"),
    [([1, 1, 2, 2], ["2", "0", "1"]), ([9, 9, 10, 10], ["10", "11", "9"]), ([1.0, 1.0, 3.0, 3.0], ["3.0", "2", "1.0"])],
)
def test_numbers_may_be_columns_as_text(library, y, names):
    """polars has no other names, nor has a csv file; in the order of texts 10 comes before 9."""
    frames = pytest.importorskip(library)
    likely = np.array([0.1, 0.2, 0.9, 0.7])
    columns = [likely, np.zeros(4), 1 - likely]
    codes, classes, proba, _ = check_labels_and_proba(y, frames.DataFrame(dict(zip(names, columns, strict=True))))
    assert classes[codes].tolist() == y
    np.testing.assert_array_equal(proba[np.arange(4), codes], [0.9, 0.8, 0.9, 0.7])


def test_truth_values_may_be_columns_as_text():
    pandas = pytest.importorskip("pandas")
    proba = pandas.DataFrame(GOOD[:2, ::-1], columns=["True", "False"])
    codes, classes, _, _ = check_labels_and_proba([False, True], proba)
    assert classes[codes].tolist() == [False, True]
    assert classes.tolist() == [True, False]


def test_names_of_columns_may_be_of_mixed_types():
    pandas = pytest.importorskip("pandas")
    proba = pandas.DataFrame(np.full((3, 3), 1 / 3), columns=[2, 1, "other"])
    codes, classes, _, _ = check_labels_and_proba([1, 2, 2], proba)
    assert codes.tolist() == [1, 0, 0]
    assert classes.tolist() == [2, 1, "other"]


def test_columns_of_an_arrow_table_have_names_too():
    arrow = pytest.importorskip("pyarrow")
    proba = arrow.table({"b": [0.1, 0.9], "a": [0.9, 0.1]})
    codes, classes, _, _ = check_labels_and_proba(["a", "b"], proba)
    assert classes[codes].tolist() == ["a", "b"]
    assert classes.tolist() == ["b", "a"]


def test_integer_labels_may_leave_columns_empty():
    codes, classes, *_ = check_labels_and_proba([0, 2, 2], np.full((3, 4), 1 / 4))
    assert codes.tolist() == [0, 2, 2]
    assert classes.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64])
def test_columns_beyond_a_narrow_type_get_numbers_of_their_own(dtype):
    classes = check_labels_and_proba(np.array([0, 2, 2], dtype=dtype), np.full((3, 300), 1 / 300))[1]
    np.testing.assert_array_equal(classes, np.arange(300))
    assert check_labels_and_proba(np.array([0, 2], dtype=dtype), np.full((2, 100), 0.01))[1].dtype == dtype


def test_masked_probabilities_are_refused():
    with pytest.raises(ValueError, match="y_proba has masked values"):
        check_labels_and_proba([0, 1], np.ma.array(np.eye(2), mask=[[False, False], [True, False]]))
    assert check_labels_and_proba([0, 1], np.ma.array(np.eye(2)))[0].tolist() == [0, 1]


@pytest.mark.parametrize("flags", [[True, False, True], [1, 0, 1], np.array([1.0, 0.0, 1.0]), None])
def test_flags_become_booleans(flags):
    found = check_row_flags(flags, 3, name="verified")
    assert found is None or found.tolist() == [True, False, True]


@pytest.mark.parametrize(
    "flags",
    [
        [True],
        [0, 1, 2],
        ["yes", "no", "yes"],
        [np.nan, 0.5, 0],
        [None, "yes", False],
    ],
)
def test_other_flags_are_refused(flags):
    with pytest.raises(ValueError, match="verified must"):
        check_row_flags(flags, 3, name="verified")


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, -1, 1], "row 1"),
        ([0, 0, 0], "zero"),
        ([1, np.nan, 1], "NaN"),
        ([1e308, 1e308, 0], "sums to infinity"),
        ([1, 1], "shape|samples"),
    ],
)
def test_bad_weights_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        check_weights(weights, [0, 0, 0])


def test_weights_are_copied():
    weights = np.ones(3)
    checked = check_weights(weights, [0, 0, 0])
    weights[:] = 5
    assert checked.tolist() == [1, 1, 1]


@pytest.mark.parametrize("scale", [1e-320, 1e-310, 1e-7, 1e17, 1e300])
def test_extreme_weights_are_rescaled_once(scale):
    weights = np.array([0.5, 1.0, 1.5, 0.0])
    checked = check_weights(scale * weights, np.zeros(4))
    np.testing.assert_allclose(checked, weights, rtol=1e-2 if scale == 1e-320 else 1e-12)
    assert check_weights(weights, np.zeros(4)).tolist() == weights.tolist()
    assert weight_unit(scale * weights, checked) == pytest.approx(scale, rel=1e-2)
    assert weight_unit(None, None) == 1.0


def test_no_positive_weight_vanishes_beside_the_largest():
    checked = check_weights([1e300, 1e-310, 0.0], np.zeros(3))
    assert checked[2] == 0 and checked[1] > 0
    assert (checked**2).sum() < np.inf and checked[1] ** 2 > 0


@pytest.mark.parametrize("weights", [["a", "b", "c"], [1j, 1, 1], [10**400, 1, 1], [[1], [2, 3]], {}, "abc", []])
def test_weights_are_numbers(weights):
    with pytest.raises(ValueError, match="sample_weight"):
        check_weights(weights, np.zeros(3))


def test_columns_of_one_name_are_named_where_they_are_refused(monkeypatch):
    """scikit-learn 1.9 refuses them in words of a library that users have never heard of; older ones accept them."""
    pandas = pytest.importorskip("pandas")

    def refuse(estimator, X, *, reset):
        raise ValueError("Expected unique column names")

    monkeypatch.setattr("skclean.utils._compat._check_feature_names", refuse)
    X = pandas.DataFrame([[1, 2, 3]], columns=["a", "b", "a"])
    with pytest.raises(ValueError, match="X has 2 columns called 'a'; give each column a name of its own"):
        check_feature_names(None, X, reset=True)
    with pytest.raises(ValueError, match="Expected unique"):
        check_feature_names(None, X[["b"]], reset=True)
