"""Rows stay in the caller's containers."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from peers import InPolars, made
from scipy import sparse

from skclean.targets import check_class_rows, check_table, take_labels
from skclean.utils._checks import row_index

INDICES = np.array([3, 0, 0])
CODED = np.array(["a", "b", "a", "b"])
CONTAINERS = {
    "list": list(CODED),
    "array": CODED,
    "object": CODED.astype(object),
    "Series": pd.Series(CODED, index=[7, 8, 9, 10]),
    "category": pd.Series(pd.Categorical(CODED, categories=["b", "a", "z"])),
    "Categorical": pd.Categorical(CODED),
    "string": pd.Series(CODED, dtype="string"),
    "polars": InPolars(lambda pl: pl.Series("name", CODED.tolist())),
    "tuple": tuple(CODED.tolist()),
    "values of a Series": pd.Series(CODED).array,
    "arrow": pa.array(CODED.tolist()),
    "arrow in chunks": pa.chunked_array([CODED[:2].tolist(), CODED[2:].tolist()]),
    "Index": pd.Index(CODED),
    "CategoricalIndex": pd.CategoricalIndex(CODED),
}


@pytest.mark.parametrize("y", CONTAINERS.values(), ids=CONTAINERS)
@pytest.mark.parametrize("changed", [[False, False, False], [True, False, True]])
def test_labels_come_back_in_the_callers_container(y, changed):
    y = made(y)
    labels = np.where(changed, ["a", "b", "b"], CODED[INDICES])
    before = np.asarray(y).tolist()
    taken = take_labels(y, INDICES, labels, np.array(changed))
    assert np.asarray(taken).tolist() == labels.tolist()
    assert type(taken) is type(y) or (isinstance(y, tuple) and isinstance(taken, list))
    assert np.asarray(y).tolist() == before
    if hasattr(y, "dtype"):
        assert taken.dtype == y.dtype
    if hasattr(y, "index") and hasattr(y, "iloc"):
        assert taken.index.tolist() == y.index[INDICES].tolist()


@pytest.mark.parametrize(
    "y", [CODED[:, None], InPolars(lambda pl: pl.DataFrame({"y": CODED})), pd.DataFrame({"y": CODED})]
)
@pytest.mark.parametrize("changed", [[False, False, False], [True, False, True]])
def test_a_table_of_one_column_stays_one(y, changed):
    y = made(y)
    labels = np.where(changed, ["a", "b", "b"], CODED[INDICES])
    taken = take_labels(y, INDICES, labels, np.array(changed))
    assert type(taken) is type(y)
    assert np.asarray(taken).tolist() == labels[:, None].tolist()


@pytest.mark.parametrize(("dtype", "plain"), [("Int64", int), ("boolean", bool)])
def test_nullable_labels_stay_nullable(dtype, plain):
    y = pd.Series([1, None, 0, 1], dtype=dtype)
    taken = take_labels(y, np.array([0, 2, 3]), np.array([0, 0, 1], dtype=plain), np.array([True, False, False]))
    assert taken.dtype == y.dtype
    assert taken.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("X", "y", "index"),
    [
        (pd.DataFrame({"a": [1, 2]}, index=["r", "s"]), [0, 1], ["r", "s"]),
        (np.zeros((2, 1)), pd.Series([0, 1], index=[5, 6]), [5, 6]),
        (["text", "text"], [0, 1], [0, 1]),
        (InPolars(lambda pl: pl.DataFrame({"a": [1, 2]})), InPolars(lambda pl: pl.Series([0, 1])), [0, 1]),
    ],
    ids=["DataFrame", "Series", "lists", "polars"],
)
def test_rows_keep_their_names(X, y, index):
    assert list(row_index(made(X), made(y))) == index


@pytest.mark.parametrize("container", [sparse.coo_matrix, sparse.coo_array, sparse.csc_array, sparse.dia_matrix])
def test_sparse_rows_can_be_indexed(container):
    X = check_table(container(np.eye(3)))
    assert X[[1]].toarray().tolist() == [[0, 1, 0]]


@pytest.mark.parametrize("X", [np.empty((0, 2)), [], pd.DataFrame({"a": []})], ids=["array", "list", "DataFrame"])
def test_no_rows_are_refused(X):
    with pytest.raises(ValueError, match="X is empty"):
        check_table(X)


@pytest.mark.parametrize("X", [np.empty((2, 0)), pd.DataFrame(index=[0, 1]), sparse.csr_array((2, 0))])
def test_no_columns_are_refused(X):
    with pytest.raises(ValueError, match=r"X is empty: found 0 feature\(s\)"):
        check_table(X)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        check_class_rows(np.zeros((3, 1)), [0, 1])
