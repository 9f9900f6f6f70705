"""Reports for people and for other programs, a budget of reviews, and a gate on new rows alone."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from skclean.cli import main
from skclean.inspection._row_keys import row_checksums
from skclean.review import Decisions, write_decisions

pd = pytest.importorskip("pandas")
pytest.importorskip("jinja2")


@pytest.fixture
def argv(customers):
    return ["audit", str(customers), "--label", "churn", "--index", "id", "--n-jobs", "1"]


def test_reports(argv, customers, tmp_path, capsys, frame):
    names = {"report": "r.html", "json": "r.json", "sarif": "r.sarif", "junit": "r.xml", "out": "i.csv"}
    options = [word for name, file in names.items() for word in (f"--{name}", str(tmp_path / file))]
    assert main([*argv, *options, "--ignore", "SKC001", "--fail-above", "0.9"]) == 0
    assert "wrote" in capsys.readouterr().out
    summary = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert summary["data"]["file"] == "customers.csv" and summary["data"]["command"].startswith("skclean audit")
    assert {c["state"] for c in summary["checks"] if c["code"] == "SKC001"} == {"skipped"}
    issues = pd.read_csv(tmp_path / "i.csv")
    checks = dict(zip(issues["row"], issues["check"], strict=True))
    assert all(checks[row["row"]] == row["check"] for row in summary["rows"])  # the report and the file agree
    features = frame.drop(columns=["id", "churn"])
    assert row_checksums(features, issues["row"]) == issues["check"].tolist()
    assert {row["name"] for row in summary["rows"]} == set(issues["id"])
    run = json.loads((tmp_path / "r.sarif").read_text("utf-8"))["runs"][0]
    line = run["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"]
    text = customers.read_text().splitlines()[line - 1]
    assert text.startswith(run["results"][0]["locations"][0]["logicalLocations"][0]["name"])
    suite = ElementTree.parse(tmp_path / "r.xml").getroot()
    assert suite.get("failures") == "0"
    assert "<html" in (tmp_path / "r.html").read_text("utf-8")
    before = {name: (tmp_path / name).read_bytes() for name in ("r.html", "r.json")}
    assert main([*argv, *options, "--ignore", "SKC001", "--fail-above", "0.9", "--force"]) == 0
    after = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert {k: v for k, v in after.items() if k not in ("data", "id", "method")} == {
        k: v for k, v in summary.items() if k not in ("data", "id", "method")
    }
    assert main([*argv, *options, "--ignore", "SKC001", "--fail-above", "0.9", "--force"]) == 0
    assert (tmp_path / "r.json").read_bytes() == json_bytes(after) and before


def json_bytes(summary):
    return (json.dumps(summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n").encode()


def test_a_card_and_metadata_that_are_added_to(argv, tmp_path, fails, capsys):
    options = ["--croissant", str(tmp_path / "m.json"), "--card", str(tmp_path / "card.md")]
    assert main([*argv, *options]) == 0
    mine = json.loads((tmp_path / "m.json").read_text("utf-8")) | {"name": "customers", "mine": {"kept": [1, 2]}}
    (tmp_path / "m.json").write_text(json.dumps(mine))
    assert main([*argv, *options, "--force"]) == 0
    assert "wrote" in capsys.readouterr().out
    found = json.loads((tmp_path / "m.json").read_text("utf-8"))
    assert found["mine"] == mine["mine"] and found["name"] == "customers"
    fields = [field for record in found["recordSet"] for field in record.get("field", [])]
    assert any(field.get("name") == "churn" for field in fields)
    assert (tmp_path / "card.md").read_text("utf-8").startswith("---\n")
    assert "exists and is kept" in fails(*argv, "--card", tmp_path / "card.md")
    (tmp_path / "m.json").write_text("not json")
    assert "is no JSON to add to" in fails(*argv, "--croissant", tmp_path / "m.json")
    assert (tmp_path / "m.json").read_text() == "not json"


def test_reports_that_cannot_be_written(argv, tmp_path, fails):
    assert "name the same file" in fails(*argv, "--json", tmp_path / "a", "--sarif", tmp_path / "a")
    (tmp_path / "b").write_text("mine")
    assert "--junit" in fails(*argv, "--junit", tmp_path / "b")
    assert "is the file that is read" in fails(*argv, "--report", argv[1], "--force")


def test_a_budget(argv, tmp_path, sample, capsys):
    out = tmp_path / "plan.csv"
    assert main([*argv, "--budget", "40", "--out", str(out)]) == 0
    shown = capsys.readouterr().out
    expected = float(re.search(r"40 rows, about (\d+) of them wrong", shown)[1])
    plan = pd.read_csv(out)
    assert len(plan) == 40 and plan["check"].notna().all()
    assert abs(sample.flipped[plan["row"]].sum() - expected) < 12 and "the first 10 are spread" in shown
    assert main([*argv, "--budget", "400"]) == 0
    assert re.search(r"stop after \d+ rows", capsys.readouterr().out)
    assert main([*argv, "--budget", "5", "--review-sample", "5", "--out", str(tmp_path / "x.csv")]) == 2


def test_a_baseline_gates_on_new_rows_alone(frame, tmp_path, capsys, fails):
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    wrong = frame["churn"].map({"yes": "no", "no": "yes"})
    changed = frame.assign(churn=wrong.where(np.arange(len(frame)) >= 370, frame["churn"]))
    frame[:370].sample(frac=1, random_state=0).to_csv(old, index=False)
    changed.to_csv(new, index=False)
    out = tmp_path / "issues.csv"
    argv = ["audit", str(new), "--label", "churn", "--index", "id", "--baseline", str(old), "--n-jobs", "1"]
    assert main([*argv, "--out", str(out), "--fail-above", "0.3"]) == 1  # most of the new labels are wrong
    captured = capsys.readouterr()
    assert "30 rows that are new or changed" in captured.out and "is above 30.00 %" in captured.err
    assert pd.read_csv(out)["row"].min() >= 370
    assert main([*argv, "--fail-above", "0.99"]) == 0
    capsys.readouterr()
    assert "no labelled row is new or changed" in fails(*argv[:6], "--baseline", new)
    frame.drop(columns="age").to_csv(old, index=False)
    assert "has no column 'age'" in fails(*argv)


def test_update_says_which_world_it_is(argv, customers, frame, sample, tmp_path, capsys, fails):
    other = {"yes": "no", "no": "yes"}
    rows = [row for row in np.random.RandomState(0).permutation(400) if isinstance(frame["churn"][row], str)][:100]
    made = [
        {"row": int(row), "name": frame["id"][row], "given": frame["churn"][row]}
        | ({"decision": "change", "label": other[frame["churn"][row]]} if sample.flipped[row] else {"decision": "keep"})
        for row in rows
    ]
    write_decisions(Decisions(made), tmp_path / "d.csv")
    update = ["review", *argv[1:], "--update", "--decisions", str(tmp_path / "d.csv")]
    assert main(update) == 0
    shown = capsys.readouterr().out
    assert "corrected by 100 reviewed labels" in shown and "estimated from the reviewed labels" in shown
    assert "needs the table" in fails("review", customers, "--update")


def test_the_embedded_sample_takes_no_file_options(fails):
    assert "name the FILE" in fails("audit", "--budget", "5")
