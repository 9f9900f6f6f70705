"""Decisions are applied to the very rows that were reviewed, all of them or none, and once or twice alike."""

import numpy as np
import pytest

from skclean.exceptions import StaleDecisionsError
from skclean.inspection._row_keys import row_checksums
from skclean.review import Decisions, apply_decisions, plan_changes

pd = pytest.importorskip("pandas")


@pytest.fixture
def frame():
    return pd.DataFrame(
        {
            "id": [f"C{row:03d}" for row in range(8)],
            "x": [0.5, 1, 2, 3, 4, 5, 6, 7],
            "y": pd.array(["no", "yes", "no", "no", "yes", "no", None, "yes"], dtype="string"),
        },
        index=[5, 5, 6, 7, 8, 9, 10, 11],
    )


def decide(frame, row, decision, label="", **more):
    given = frame["y"].iloc[row]
    return {
        "row": row,
        "name": frame["id"].iloc[row],
        "check": row_checksums(frame[["id", "x"]], [row])[0],
        "given": "" if pd.isna(given) else given,
        "decision": decision,
        "label": label,
        **more,
    }


@pytest.fixture
def decisions(frame):
    return Decisions(
        [
            decide(frame, 1, "change", "no", note="called them"),
            decide(frame, 2, "remove"),
            decide(frame, 4, "keep"),
            decide(frame, 5, "unsure"),
            decide(frame, 6, "change", "yes"),
        ]
    )


@pytest.mark.parametrize("index", [None, "id"])
def test_twice_is_as_once(frame, decisions, index):
    before = frame.copy(deep=True)
    decisions = Decisions(d._replace(check="" if index else row_check(frame, d.row)) for d in decisions)
    applied = apply_decisions(frame, decisions, label="y", index=index, drop=() if index else [])
    pd.testing.assert_frame_equal(frame, before)
    expected = frame.drop(columns="y").assign(y=["no", "no", "no", "no", "yes", "no", "yes", "yes"])
    expected = expected[np.arange(8) != 2]
    assert applied.frame["y"].tolist() == expected["y"].tolist()
    pd.testing.assert_frame_equal(applied.frame[["id", "x"]], expected[["id", "x"]])
    assert applied.frame["y"].dtype == frame["y"].dtype
    plan = applied.plan
    assert plan.labels == {1: "no", 6: "yes"} and plan.removed.tolist() == [2]
    assert (plan.done, plan.kept, plan.unsure) == (0, 1, 1)
    assert [(line["row"], line["given"], line["label"], line["decision"]) for line in plan.log] == [
        (1, "yes", "no", "change"),
        (2, "no", "", "remove"),
        (6, "", "yes", "change"),
    ]
    assert plan.log[0]["note"] == "called them"
    again = apply_decisions(applied.frame, decisions, label="y", index=index)
    pd.testing.assert_frame_equal(again.frame, applied.frame)
    assert again.plan.done == 3 and not again.plan.labels and not again.plan.log


def row_check(frame, row):
    return row_checksums(frame[["id", "x"]], [row])[0]


def test_a_label_that_changed_since_stops_all(frame, decisions):
    other = frame.copy()
    other.iloc[2, 2] = "yes"
    other.iloc[4, 2] = None
    with pytest.raises(
        StaleDecisionsError, match="2 rows are not as they were.*nothing is changed.*row 2.*'yes' now"
    ) as e:
        apply_decisions(other, decisions, label="y")
    assert [row for row, _, _ in e.value.rows] == [2, 4] and "missing now" in str(e.value)


def test_values_that_changed_since_stop_all(frame, decisions):
    other = frame.copy()
    other.iloc[1, 1] = 9.0
    with pytest.raises(StaleDecisionsError, match=r"row 1 \(C001\): its values are others"):
        apply_decisions(other, decisions, label="y")
    assert apply_decisions(other, decisions, label="y", index="id").plan.labels == {1: "no", 6: "yes"}
    checks = [d._replace(check=row_checksums(frame[["id"]], [d.row])[0]) for d in decisions]
    assert apply_decisions(other, Decisions(checks), label="y", drop=["x"]).plan.labels == {1: "no", 6: "yes"}


def test_rows_that_moved_are_found_by_their_values(frame, decisions):
    moved = frame.iloc[::-1]
    assert apply_decisions(moved, decisions, label="y").plan.labels == {6: "no", 1: "yes"}
    assert apply_decisions(moved, decisions, label="y").plan.removed.tolist() == [5]
    assert apply_decisions(frame.iloc[3:], Decisions([decide(frame, 6, "change", "yes")]), label="y").plan.labels == {
        3: "yes"
    }


def test_rows_that_cannot_be_told_apart(frame):
    decisions = Decisions([decide(frame, 2, "remove")])
    twice = pd.concat([frame.iloc[[0]], frame.iloc[[2]], frame.iloc[[0]], frame.iloc[[2]]])
    with pytest.raises(StaleDecisionsError, match="2 rows have its values"):
        apply_decisions(twice, decisions, label="y")
    with pytest.raises(StaleDecisionsError, match="several rows have this name"):
        apply_decisions(twice, decisions, label="y", index="id")


def test_rows_that_are_gone(frame):
    change, remove = Decisions([decide(frame, 7, "change", "no")]), Decisions([decide(frame, 7, "remove")])
    for index, message in (("id", "no row has this name"), (None, "the table has 7 rows")):
        with pytest.raises(StaleDecisionsError, match=message):
            apply_decisions(frame.iloc[:7], change, label="y", index=index)
        assert apply_decisions(frame.iloc[:7], remove, label="y", index=index).plan.done == 1
        Decisions([decide(frame, 7, "keep")])
        assert not apply_decisions(
            frame.iloc[:7], Decisions([decide(frame, 7, "keep")]), label="y", index=index
        ).plan.log


def test_labels_that_the_table_does_not_have(frame):
    decisions = Decisions([decide(frame, 1, "change", "=maybe"), decide(frame, 2, "change", " YES ")])
    with pytest.raises(ValueError, match=r"does not have: '=maybe' \(row 1\); it has no, yes"):
        apply_decisions(frame, decisions, label="y")
    assert apply_decisions(frame, decisions, label="y", new_labels=True).frame["y"].tolist()[1:3] == ["=maybe", "yes"]


def test_labels_of_other_types(frame):
    frame["y"] = [0, 1, 0, 0, 1, 0, 0, 1]
    decisions = Decisions([decide(frame, 1, "change", "0.0") | {"given": "1.0"}])
    applied = apply_decisions(frame, decisions, label="y").frame
    assert applied["y"].tolist() == [0, 0, 0, 0, 1, 0, 0, 1] and applied["y"].dtype == int
    new = apply_decisions(
        frame, Decisions([decide(frame, 1, "change", "2") | {"given": "1"}]), label="y", new_labels=True
    )
    assert new.frame["y"].tolist()[1] == "2"
    frame["y"] = pd.Categorical(["a", "b"] * 4)
    applied = apply_decisions(frame, Decisions([decide(frame, 0, "change", "b")]), label="y").frame
    assert applied["y"].dtype == "category" and applied["y"].tolist()[:2] == ["b", "b"]


def test_columns_that_are_not_there(frame, decisions):
    with pytest.raises(ValueError, match="no column 'z'; it has id, x, y"):
        apply_decisions(frame, decisions, label="z")


def test_without_checksums_row_numbers_decide():
    decisions = Decisions([{"row": 0, "given": "a", "decision": "change", "label": "b"}])
    assert plan_changes(["a", "b"], decisions, X=[[1], [2]]).labels == {0: "b"}
    assert plan_changes(["a", "b"], decisions, names=None).labels == {0: "b"}
    by_name = Decisions([{"row": 9, "name": "01", "given": "a", "decision": "change", "label": "b"}])
    assert plan_changes(["b", "a"], by_name, names=[7, 1]).labels == {1: "b"}
