"""Labels of any type become codes and sorted classes, and nothing else does."""

import datetime

import numpy as np
import pandas as pd
import pytest
from peers import InPolars, made

from skclean.targets import codes_of, decode_labels, encode_labels

READABLE = {
    "int": (np.array([3, 1, 3]), [1, 3], [1, 0, 1]),
    "uint8": (np.array([200, 0, 200], dtype=np.uint8), [0, 200], [1, 0, 1]),
    "far apart": (np.array([10**12, -5, 10**12]), [-5, 10**12], [1, 0, 1]),
    "extremes": (np.array([2**63 - 1, -(2**63), 0]), [-(2**63), 0, 2**63 - 1], [2, 0, 1]),
    "large unsigned": (np.array([2**64 - 1, 2**64 - 2], dtype=np.uint64), [2**64 - 2, 2**64 - 1], [1, 0]),
    "bool": (np.array([True, False, True]), [False, True], [1, 0, 1]),
    "only True": (np.array([True, True]), [True], [0, 0]),
    "whole float": (np.array([2.0, 1.0, np.nan]), [1.0, 2.0], [1, 0, -1]),
    "str": (np.array(["b", "a"]), ["a", "b"], [1, 0]),
    "object str": (np.array(["b", None, "a", np.nan], dtype=object), ["a", "b"], [1, -1, 0, -1]),
    "object int": (np.array([2, None, 1], dtype=object), [1, 2], [1, -1, 0]),
    "object bool": (np.array([True, None, False], dtype=object), [False, True], [1, -1, 0]),
    "list of str": (["b", "a", None], ["a", "b"], [1, 0, -1]),
    "list of int": ([2, None, 1], [1, 2], [1, -1, 0]),
    "tuple": (("b", "a"), ["a", "b"], [1, 0]),
    "column": (pd.DataFrame({"y": [1, 0]})["y"], [0, 1], [1, 0]),
    "Int64": (pd.Series([1, None, 0], dtype="Int64"), [0, 1], [1, -1, 0]),
    "boolean": (pd.Series([True, None, False], dtype="boolean"), [False, True], [1, -1, 0]),
    "string": (pd.Series(["b", None, "a"], dtype="string"), ["a", "b"], [1, -1, 0]),
    "Categorical": (pd.Categorical(["b", None, "a"], categories=["z", "b", "a"]), ["a", "b"], [1, -1, 0]),
    "category of int": (pd.Series([5, -1, 5], dtype="category"), [-1, 5], [1, 0, 1]),
    "CategoricalIndex": (pd.CategoricalIndex(["b", "a"]), ["a", "b"], [1, 0]),
    "polars str": (InPolars(lambda pl: pl.Series(["b", None, "a"])), ["a", "b"], [1, -1, 0]),
    "polars int": (InPolars(lambda pl: pl.Series([2, None, 1])), [1, 2], [1, -1, 0]),
    "polars Categorical": (
        InPolars(lambda pl: pl.Series(["b", None, "a"], dtype=pl.Categorical)),
        ["a", "b"],
        [1, -1, 0],
    ),
    "masked": (np.ma.array([2, 7, 1], mask=[False, True, False]), [1, 2], [1, -1, 0]),
    "masked str": (np.ma.array(["b", "z", "a"], mask=[False, True, False]), ["a", "b"], [1, -1, 0]),
    "dates": (
        np.array(["2002-01-01", "NaT", "2001-01-01"], dtype="datetime64[D]"),
        [datetime.date(2001, 1, 1), datetime.date(2002, 1, 1)],
        [1, -1, 0],
    ),
}


@pytest.mark.parametrize(("y", "classes", "codes"), READABLE.values(), ids=READABLE)
def test_labels_are_encoded(y, classes, codes):
    found = encode_labels(made(y))
    assert found.classes.tolist() == classes
    assert found.codes.tolist() == codes
    assert found.codes.dtype == np.int32


@pytest.mark.parametrize(
    "y",
    [
        pd.Series([2, None, 1], dtype="Int64"),
        pd.array([2, None, 1], dtype="UInt8"),
        InPolars(lambda pl: pl.Series([2, None, 1])),
        InPolars(lambda pl: pl.Series([2, None, 1], dtype=pl.UInt8)),
    ],
    ids=["Int64", "UInt8", "polars", "polars UInt8"],
)
def test_a_gap_does_not_turn_whole_numbers_into_floats(y):
    assert encode_labels(made(y)).classes.dtype.kind in "iu"


@pytest.mark.skipif(not hasattr(np.dtypes, "StringDType"), reason="NumPy 2 has it")
@pytest.mark.parametrize("missing", [np.nan, None])
def test_texts_of_variable_width_may_be_missing(missing):
    y = np.array(["b", missing, "a"], dtype=np.dtypes.StringDType(na_object=missing))
    found = encode_labels(y)
    assert found.classes.tolist() == ["a", "b"]
    assert found.codes.tolist() == [1, -1, 0]


@pytest.mark.parametrize(("y", "classes", "codes"), READABLE.values(), ids=READABLE)
def test_codes_follow_given_classes(y, classes, codes):
    y = made(y)
    backwards = encode_labels(y).classes[::-1]
    found = codes_of(y, backwards)
    assert found.tolist() == [code if code < 0 else len(classes) - 1 - code for code in codes]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([], "empty"),
        (np.array([]), "empty"),
        (None, "one label per row"),
        ([None, None], "every one of its 2 values is missing"),
        (pd.Categorical([None, None]), "every one of its 2"),
        ([0.5, 1.5], "continuous"),
        (np.array([1.0, np.inf]), "row 1"),
        (np.array([[1, 2], [3, 4]]), "1d array"),
        (np.array(1), "single value 1"),
        (["a", 1], "'int', 'str'"),
        (np.array(["a", 1], dtype=object), "'int', 'str'"),
        (np.array([1 + 2j]), "Complex"),
        (np.array([(1, 2)], dtype=[("a", int), ("b", int)]), "structured"),
        ([{"a": 1}, {"b": 2}], "dict"),
    ],
)
def test_what_cannot_be_labels_is_refused(y, message):
    with pytest.raises(ValueError, match=message):
        encode_labels(y)


@pytest.mark.parametrize("dtype", [object, str])
def test_an_unknown_label_is_named_with_its_row(dtype):
    with pytest.raises(ValueError, match=r"'z' \(first in row 1\).*\['a', 'b'\]"):
        codes_of(np.array(["a", "z"], dtype=dtype), ["a", "b"])


def test_an_unknown_number_is_named_plainly():
    with pytest.raises(ValueError, match=r"the label 7 \(first in row 2\)"):
        codes_of(np.array([0, 1, 7]), [0, 1])


def test_classes_are_a_list_of_labels():
    for classes in (2, [[0, 1]]):
        with pytest.raises(ValueError, match="classes must list one label per column"):
            codes_of([0, 1], classes)


def test_classes_must_differ():
    with pytest.raises(ValueError, match="more than once"):
        codes_of(["a"], ["a", "a"])


def test_long_lists_of_classes_are_cut():
    with pytest.raises(ValueError, match="…") as error:
        codes_of([5000], np.arange(1000))
    assert len(str(error.value)) < 300


@pytest.mark.parametrize(
    "classes",
    [["a", "b"], [1, 2], [1.0, 2.0], [False, True], np.array(["2001-01-01", "2002-02-02"], dtype="datetime64[D]")],
)
def test_decoded_labels_are_encoded_as_they_were(classes):
    classes = np.asarray(classes)
    for codes in ([0, 1, 1], [0, -1, 1]):
        again = encode_labels(decode_labels(np.array(codes, dtype=np.int32), classes))
        assert again.codes.tolist() == codes and again.classes.tolist() == classes.tolist()


@pytest.mark.parametrize(
    "y",
    [
        [2**53, 2**53 + 1, float("nan")],
        [2**53, 2**53 + 1, None],
        (2**63, 2**63 + 1),
        [2**53 + 1, 2.0**40],
        ["a\0", "a"],
        ["a\0", "a", None],
        np.array(["a\0", "a"], dtype=object),
        pd.Series(["a\0", "a"]),
        pytest.param(
            pd.Categorical(["a\0", "a"]),
            marks=pytest.mark.skipif(len(pd.Categorical(["a\0", "a"]).categories) < 2, reason="pandas merges them"),
        ),
        pd.Series([2**53, 2**53 + 1, None], dtype="Int64"),
        ["\ud800", "\udfff"],
        ["\ud800", None, "a"],
    ],
)
def test_different_labels_stay_different(y):
    codes, classes = encode_labels(y)
    assert len(classes) == 2
    decoded = [classes[code] if code >= 0 else None for code in codes]
    assert all(one is None or one == other for one, other in zip(decoded, y, strict=True))
    assert codes_of(list(classes), list(classes)).tolist() == [0, 1]


@pytest.mark.parametrize(
    ("y", "message"),
    [
        ([2**64, 1], "y holds the number 18446744073709551616, and no type of number holds all .* texts"),
        ([2**63, -1], "y holds the number 9223372036854775808"),
        ([2**63, -1, None, 2**63 + 1], "y holds the number 9223372036854775809"),
        ([10**400, 1], "y holds the number 10{79}…|y holds the number 10*…"),
        ([10**5000, 1], "y holds the number <very large int>"),
        ([10**400, 1.5], "y mixes labels of the types|y holds the number"),
        (np.array([2.0**53, 2.0**53 + 2, np.nan]), r"y holds float64 numbers of 2\*\*53 and more"),
        (np.array([2.0**24, 1], dtype=np.float32), r"y holds float32 numbers of 2\*\*24 and more"),
        (np.array([1e300, 1]), "y holds float64 numbers"),
        ([[1, 2], [3]], "y should be a 1d array"),
        (np.empty((0, 0)), "y should be a 1d array"),
    ],
)
def test_labels_that_no_array_can_tell_apart_are_refused(y, message):
    with pytest.raises(ValueError, match=message):
        encode_labels(y)


def test_long_labels_are_cut_in_messages():
    with pytest.raises(ValueError) as error:
        codes_of(["x" * 1_000_000], ["y" * 1_000_000, "z\x1b[31m"])
    assert len(str(error.value)) < 500
    assert "\x1b" not in str(error.value) and "…" in str(error.value)
