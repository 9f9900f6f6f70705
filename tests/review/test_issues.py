"""Rows that an audit wrote are what a review page shows."""

import json

import pytest

from skclean.review import issues_summary, read_summary

pd = pytest.importorskip("pandas")


def issues(**columns):
    return pd.DataFrame(
        {
            "id": ["007", "C2"],
            "quality": ["fine", "bad"],
            "churn": ["no", ""],
            "row": ["3", "5"],
            "given": ["no", None],
            "suggested": ["yes", "no"],
            "audit_quality": ["0.01", "0.5"],
            "reason": ["P(yes) = 0.9", ""],
            "tier": ["1", "0"],
            "chance_wrong": ["0.9", "0.1"],
            "flagged": ["True", "False"],
            "check": ["0123456789ab", "ba9876543210"],
            **columns,
        }
    )


def test_columns_of_the_table_and_of_the_audit_are_told_apart():
    summary = issues_summary(issues(), index="id", labels=["never"], title="T")
    assert summary["labels"] == ["never", "no", "yes"] and summary["title"] == "T"
    first, second = summary["rows"]
    assert first == {
        "row": 3,
        "name": "007",
        "check": "0123456789ab",
        "given": "no",
        "suggested": "yes",
        "quality": 0.01,
        "chance_wrong": 0.9,
        "tier": None,
        "flagged": True,
        "reason": "P(yes) = 0.9",
        "values": [
            {"column": "id", "value": "007"},
            {"column": "quality", "value": "fine"},
            {"column": "churn", "value": "no"},
        ],
    }
    assert second["given"] is None and second["flagged"] is False and second["values"][2]["value"] == ""
    assert issues_summary(issues())["rows"][1]["name"] == "5"
    json.dumps(summary)


def test_a_file_with_less():
    summary = issues_summary(pd.DataFrame({"row": [1], "given": ["a"]}))
    row = summary["rows"][0]
    assert row["quality"] is None and row["tier"] is None and row["check"] == "" and row["flagged"] is None


def test_other_tables():
    with pytest.raises(ValueError, match="no rows of an audit: the columns row, given are missing"):
        issues_summary(pd.DataFrame({"x": [1]}))
    with pytest.raises(ValueError, match="no column 'name' among id, quality"):
        issues_summary(issues(), index="name")


@pytest.mark.parametrize(
    ("text", "message"),
    [("{", "no JSON"), ("[1]", "rows are missing"), ('{"rows": [1]}', "rows are"), ('{"rows": []}', "labels")],
)
def test_other_reports(text, message):
    with pytest.raises(ValueError, match=message):
        read_summary(text)
