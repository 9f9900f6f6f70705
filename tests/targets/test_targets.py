"""y is read in one place, once for each call of a user, and every kind of target follows one protocol."""

import inspect

import numpy as np
import pytest
from scipy.sparse import coo_matrix, csr_array, csr_matrix
from sklearn.linear_model import LinearRegression, LogisticRegression

from skclean import LabelCleaner, NoiseRobustClassifier
from skclean.detectors import ConfidentLearning, ReCoV
from skclean.targets import (
    ClassTarget,
    NumericTarget,
    Target,
    _read,
    encode_labels,
    kind_of_target,
    read_grades,
    read_numbers,
    read_survival,
    read_tags,
    read_target,
)

SURVIVAL = np.array([(True, 3.0), (False, 5.0), (True, 1.0)], dtype=[("event", bool), ("time", float)])
TARGETS = {
    "class": read_target(["b", None, "a", "b"]),
    "numeric": read_target([1.5, None, 2.0, 0.5], LinearRegression()),
    "records": read_target(SURVIVAL, LinearRegression()),
    "ordinal": read_grades(["low", None, "high", "low"], ["low", "high"]),
    "tags": read_tags([{"a", "b"}, None, {"b"}]),
    "survival": read_survival(SURVIVAL),
}
PROTOCOL = [name for name in vars(Target) if not name.startswith("_")] + list(inspect.get_annotations(Target))


@pytest.mark.parametrize("kind", TARGETS)
def test_targets_follow_the_protocol(kind):
    target = TARGETS[kind]
    assert target.kind == kind
    assert all(hasattr(target, name) for name in PROTOCOL)
    assert target.known.shape == target.strata().shape == (target.n_rows,) == (len(target.as_y()),)
    np.testing.assert_array_equal(target.strata() == -1, ~target.known)
    assert target.strata().max() == target.n_strata - 1
    if kind != "tags":  # models get a matrix, whatever the caller gave
        np.testing.assert_array_equal(target.for_fit()[target.known], target.as_y()[target.known])
    entries = target.entries(target.given)
    assert entries.shape == (target.n_rows,)
    assert [entry is None for entry in entries.tolist()] == (~target.known).tolist()
    row = np.flatnonzero(target.known)[0]
    last = np.flatnonzero(target.known)[-1]
    replaced = target.replaced([row], target.given[[last]])
    assert type(replaced) is type(target)
    assert replaced.entries(replaced.given).tolist()[row] == entries.tolist()[last]
    np.testing.assert_array_equal(replaced.given[row + 1 :], target.given[row + 1 :])


def test_classifiers_get_classes_and_others_what_was_given():
    assert isinstance(read_target([0, 1, 1]), ClassTarget)
    assert isinstance(read_target([0, 1, 1], LogisticRegression()), ClassTarget)
    assert isinstance(read_target([0, 1, 1], LinearRegression()), NumericTarget)


def test_replaced_codes_leave_the_target_alone():
    target = encode_labels(["b", "a", "b"])
    assert target.replaced([0], 0).as_y().tolist() == ["a", "a", "b"]
    assert target.as_y().tolist() == ["b", "a", "b"]


@pytest.fixture
def count_reads(monkeypatch):
    """Counts how often y is encoded."""
    counts = []

    def counted(y, **options):
        counts.append(len(y))
        return encode_labels(y, **options)

    monkeypatch.setattr(_read, "encode_labels", counted)
    monkeypatch.setattr("skclean.detectors._template.encode_labels", counted)
    monkeypatch.setattr("skclean.robust._classifier.encode_labels", counted)
    monkeypatch.setattr("skclean.robust._label_cleaner.encode_labels", counted)
    return counts


@pytest.mark.parametrize(
    "fit",
    [
        lambda X, y: ConfidentLearning(LogisticRegression(), cv=3, random_state=0).fit(X, y),
        lambda X, y: ReCoV(LogisticRegression(), n_repeats=5, random_state=0).fit(X, y),
        lambda X, y: NoiseRobustClassifier(LogisticRegression(), random_state=0).fit(X, y),
        lambda X, y: LabelCleaner(random_state=0).fit(X, y),
        lambda X, y: LabelCleaner(random_state=0).fit_resample(X, y),
    ],
    ids=["ConfidentLearning", "ReCoV", "NoiseRobustClassifier", "LabelCleaner.fit", "LabelCleaner.fit_resample"],
)
def test_y_is_read_once(fit, count_reads, planted):
    fit(planted.X, planted.noisy)
    assert count_reads == [len(planted.noisy)]


def test_the_gate_reads_y_once_and_once_for_each_fold(count_reads, planted):
    NoiseRobustClassifier(LogisticRegression(), gate=True, random_state=0).fit(planted.X, planted.noisy)
    assert len(count_reads) == 4  # three folds fit a whole classifier each


pd = pytest.importorskip("pandas")
GRADES = pd.Series(pd.Categorical(["low", "high"], categories=["low", "high"], ordered=True))
FRAME = pd.DataFrame({"red": [True, False], "round": [True, True]})
KINDS = {
    "class": [["a", "b"], [0, 1, 2], [1.0, 2.0, None], pd.Series(["a", None]), [True, False]],
    "numeric": [[0.5, 1], np.array([1.5, np.nan]), pd.Series([0.5, None], dtype="Float64")],
    "tags": [[{"a"}, set()], [("a", "b"), None], [[0, 1], [1, None]], np.eye(3), csr_array(np.eye(3)), FRAME],
    "ordinal": [GRADES],
    "survival": [SURVIVAL, pd.DataFrame({"event": [True, False], "time": [1.0, 2.0]})],
}


@pytest.mark.parametrize("kind", KINDS)
def test_y_tells_its_kind(kind):
    for y in KINDS[kind]:
        assert kind_of_target(y) == read_target(y, kind="auto").kind == kind
    assert kind_of_target([1, 2, 3], LinearRegression()) == "numeric"


def dense(Y):
    """Tags of any container as floats."""
    if hasattr(Y, "to_numpy"):
        return Y.to_numpy(dtype=float, na_value=np.nan)
    return np.asarray(Y.todense() if hasattr(Y, "todense") else Y, dtype=float)


@pytest.mark.parametrize(
    "y",
    [
        np.array([[1, 0], [0, 1]]),
        np.array([[True, False]]),
        csr_array(np.eye(2, dtype=int)),
        FRAME,
        pd.DataFrame({"a": [1, None]}, dtype="Int64"),
    ],
    ids=["ints", "bools", "sparse", "frame", "nullable"],
)
def test_tags_come_back_in_the_type_of_the_caller(y):
    target = read_tags(y)
    back = target.as_y()
    assert type(back) is type(y) or issubclass(type(back), csr_matrix)
    np.testing.assert_array_equal(dense(y), dense(back))
    assert list(target.classes) == list(getattr(y, "columns", range(y.shape[1])))


def test_sets_of_tags_come_back_as_sets():
    for y in ([{"a", "b"}, set(), None], [("a", "b"), (), None], [["b"], ["a"], None]):
        back = read_tags(y).as_y()
        assert [None if row is None else sorted(row) for row in back] == [
            None if row is None else sorted(row) for row in y
        ]
        assert all(row is None or type(row) is type(y[0]) for row in back)


@pytest.mark.parametrize(
    ("read", "y", "message"),
    [
        (read_numbers, ["a", "b"], "y must hold numbers, got values of type"),
        (read_numbers, [1.5, "2", None], "got '2' in row 1"),
        (read_numbers, SURVIVAL, "structured array.*events and times use SurvivalAudit"),
        (read_numbers, [1.0, np.inf], "infinity .first in row 1"),
        (read_tags, [1, 2, 3], "one column for each tag.*ConfidentLearning"),
        (read_tags, np.array([[0.0, 2.0], [1.0, 0.0]]), "the value 2.0 in row 0, column 1"),
        (read_tags, [set(), None], "no tag at all"),
        (read_tags, None, "the target y is None"),
        (read_tags, np.full((2, 2), np.nan), "every cell is missing"),
        (read_tags, [{1, "a"}, {2}], "mixes tags of the types"),
        (read_grades, ["a", "b"], "their order is not known; pass order="),
        (read_survival, [1.0, 2.0], "one event and one time a row"),
        (read_survival, np.array([(1, 2.0)], dtype=[("a", int), ("b", float)]), "must be bools"),
        (read_survival, np.array([(True, -2.0)], dtype=[("a", bool), ("b", float)]), "time -2.0 in row 0"),
        (read_survival, np.array([(True, np.nan)], dtype=[("a", bool), ("b", float)]), "no time at all"),
        (encode_labels, [0.5, 1.5], "RegressionResiduals"),
    ],
)
def test_each_kind_refuses_the_others_by_name(read, y, message):
    with pytest.raises(ValueError, match=message):
        read(y)


def test_arrays_in_a_list_are_rows_of_a_matrix():
    rows = [np.array([1, 0, 1]), np.array([0, 0, 1])]
    assert read_target(rows, kind="tags").cells.tolist() == [[1, 0, 1], [0, 0, 1]]


def test_a_sparse_matrix_of_tags_comes_back_as_what_it_was():
    for kind in (csr_matrix, csr_array, coo_matrix):
        target = read_target(kind(np.array([[1, 0], [0, 1]], dtype=np.float32)), kind="tags")
        back = target.as_y()
        assert type(back) is kind and back.dtype == np.float32 and back.toarray().tolist() == [[1, 0], [0, 1]]


def test_minus_one_beside_zero_is_unknown():
    assert read_target([[1, 0], [-1, 1]], kind="tags").cells.tolist() == [[1, 0], [-1, 1]]
    with pytest.raises(ValueError, match="no 0: write 0"):
        read_target([[1, -1], [-1, 1]], kind="tags")
