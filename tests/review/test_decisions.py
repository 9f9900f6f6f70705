"""Decisions: the last one on a row counts, and what cannot be a decision is refused by name."""

import numpy as np
import pytest

from skclean.review import Decision, Decisions
from skclean.review._decision import as_cell, make_decision, of_cell, safe_text

Y = np.array(["no", "yes", "no", None, "yes"], dtype=object)


def decide(row, decision, given="no", label="", **more):
    return {"row": row, "given": given, "decision": decision, "label": label, **more}


def test_the_latest_decision_counts_and_all_are_kept():
    decisions = Decisions([decide(2, "unsure"), decide(0, "change", label="yes"), decide(2, "keep")])
    assert [d.decision for d in decisions] == ["change", "keep"] and len(decisions) == 2
    assert len(decisions.made) == 3 and list(decisions.latest) == [0, 2]
    assert decisions.counts == {"keep": 1, "change": 1, "unsure": 0, "remove": 0}
    assert decisions.of_kind("change", "unsure").tolist() == [0] and decisions.of_kind("remove").tolist() == []
    assert repr(decisions) == "Decisions on 2 rows: 1 keep, 1 change" and repr(Decisions()) == "Decisions on 0 rows"
    assert decisions == Decisions(decisions.made) != Decisions()


def test_a_decision_may_be_typed_in_capital_letters():
    assert make_decision({"row": "3", "given": "no", "decision": " KEEP "}).decision == "keep"


def test_fields_are_cleaned():
    made = make_decision(decide("7.0", " keep ", label="left over", note="a\r\nb\0", check=None, more=1))
    assert made == Decision(7, "", "", "no", "keep", "", "a\nb")
    assert make_decision(decide(1, "change", given=0, label=1))[3:6] == ("0", "change", "1")
    assert "\ud800" not in make_decision(decide(1, "keep", note="\ud800")).note


BAD = {
    "no decision": (decide(1, "delete"), "'delete' is no decision; use keep, change, unsure, remove"),
    "no label": (decide(1, "change", label=" "), "row 1: a change needs the new label"),
    "negative": (decide(-1, "keep"), "the row '-1' is not a whole number"),
    "fraction": (decide("1.5", "keep"), "the row '1.5'"),
    "truth": (decide(True, "keep"), "the row 'True'"),
    "check": (decide(1, "keep", check="<script>"), "the check '<script>' is not 12"),
    "time": (decide(1, "keep", time="yesterday"), "the time 'yesterday'"),
    "list": (decide(1, "keep", note=["a"]), "the field note is a text, not list"),
    "long": (decide(1, "keep", note="a" * 10_001), "10,001 characters"),
    "missing": ({"row": 1}, "given, decision is missing"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_is_no_decision(case):
    fields, message = BAD[case]
    with pytest.raises(ValueError, match=message):
        Decisions([fields])


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "@SUM(A1)",
        "+cmd|' /C calc'!A0",
        "-1+1",
        "\t=1",
        " =1",
        "'=1",
        "''@",
        "'quoted'",
        "-5",
        "+3.5e2",
        "plain",
        "",
    ],
)
def test_no_text_is_a_formula_and_each_comes_back(text):
    cell = as_cell(text)
    assert of_cell(cell) == text
    for written in (cell, safe_text(text)):
        assert not written.lstrip().startswith(("=", "+", "-", "@")) or text in ("-5", "+3.5e2")


def test_reviewed_labels():
    decisions = Decisions(
        [
            decide(0, "change", label="yes"),
            decide(1, "keep", given="yes"),
            decide(2, "unsure"),
            decide(4, "remove", "yes"),
        ]
    )
    assert decisions.reviewed_labels(Y).tolist() == ["yes", "yes", None, None, None]
    fixed = Y.copy()
    fixed[0] = "yes"
    assert decisions.reviewed_labels(fixed).tolist() == ["yes", "yes", None, None, None]  # applied already
    assert decisions.verified(fixed).tolist() == [True, True, False, False, False]
    assert decisions.verified(Y).tolist() == [False, True, False, False, False]


def test_labels_keep_their_type_and_may_be_written_otherwise():
    decisions = Decisions([decide(0, "change", given="0", label="1.0"), decide(2, "change", given="", label="01")])
    reviewed = decisions.reviewed_labels([0, 1, None])
    assert reviewed.tolist() == [1, None, 1] and type(reviewed[0]) is int
    decisions.check([0, 1, None])


def test_labels_that_changed_since():
    with pytest.raises(ValueError, match="labels of 1 rows are others than those that were reviewed: rows 1"):
        Decisions([decide(1, "keep", given="no")]).reviewed_labels(Y)
    with pytest.raises(ValueError, match="rows 3"):
        Decisions([decide(3, "keep", given="no")]).reviewed_labels(Y)
    assert Decisions([decide(3, "keep", given="")]).reviewed_labels(Y).tolist() == [None] * 5


def test_unknown_rows_and_labels():
    with pytest.raises(ValueError, match="on 1 rows that are not there: 5; the table has 5 rows"):
        Decisions([decide(5, "keep")]).check(Y)
    maybe = Decisions([decide(0, "change", label="maybe")])
    with pytest.raises(ValueError, match="labels 'maybe' of the decisions are none of .*first is in row 0"):
        maybe.check(Y)
    maybe.check(Y, new_labels=True)
    many = Decisions(
        [decide(row, "change", label=f"c{row}") for row in range(5)] * 3 + [decide(20 + r, "keep") for r in range(15)]
    )
    with pytest.raises(ValueError, match="and 5 more"):
        many.check(Y)
