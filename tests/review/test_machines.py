"""SARIF and JUnit, as other programs read them."""

import json
from xml.etree import ElementTree

import pytest

from skclean.inspection import audit_report
from skclean.review import junit_text, sarif_text

pytest.importorskip("jinja2")


@pytest.fixture(scope="module")
def summary(fitted, noisy):
    return audit_report(fitted, noisy.data, checks=[]).dict()


def test_sarif(summary):
    found = json.loads(sarif_text(summary, file="data\\table.csv", lines=True))
    assert found["version"] == "2.1.0" and "sarif-2.1.0" in found["$schema"]
    run = found["runs"][0]
    assert run["tool"]["driver"]["name"] == "skclean"
    flagged = [row for row in summary["rows"] if row["flagged"]]
    assert len(run["results"]) == len(flagged) > 0
    for result, row in zip(run["results"], flagged, strict=True):
        assert result["ruleId"] == run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"]
        place = result["locations"][0]["physicalLocation"]
        assert place == {"artifactLocation": {"uri": "data/table.csv"}, "region": {"startLine": row["row"] + 2}}
        assert row["given"] in result["message"]["text"] and row["check"] in str(result["partialFingerprints"])
    assert "region" not in sarif_text(summary, file="table.parquet")


def test_junit(summary):
    checks = [
        {"code": "SKC001", "title": "A <b>", "state": "issue", "verdict": "bad\x00\x1b[31m & worse"},
        {"code": "SKC002", "title": "C", "state": "not applicable", "reason": "no dates"},
    ]
    suite = ElementTree.fromstring(junit_text(summary | {"checks": checks}, fail_above=0.0))
    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == ("3", "1", "1")
    cases = suite.findall("testcase")
    assert cases[0].find("failure") is not None and "is above 0.00 %" in cases[0].find("failure").get("message")
    assert cases[1].find("system-out").text == "issue: bad??[31m & worse" and cases[1].get("name") == "SKC001 A <b>"
    assert cases[2].find("skipped").get("message") == "no dates"
    fine = ElementTree.fromstring(junit_text(summary, fail_above=0.9))
    assert fine.get("failures") == "0" and fine.find("testcase/failure") is None
    assert ElementTree.fromstring(junit_text(summary)).get("failures") == "0"
