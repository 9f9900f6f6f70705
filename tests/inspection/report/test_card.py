"""The data card: it is read back, and nothing from the data breaks it."""

from copy import deepcopy

import pytest
from sklearn.linear_model import Ridge

from skclean.detectors import ReCoV
from skclean.inspection import AuditReport, audit_report, read_card


def test_a_card_is_read_back(audited):
    summary, text = audited.report.dict(), audited.report.card()
    content = read_card(text)
    front, sections = content["front_matter"], content["sections"]
    assert list(sections) == ["The data", "Label quality", "Checks", "What was done", "Limits"]
    assert front["pretty_name"] == "Customers" and front["task_categories"] == ["tabular-classification"]
    assert front["size_categories"] == ["n<1K"] and front["report"] == summary["id"]
    quality = front["label_quality"]
    assert {name: quality[name] for name in ("low", "high")} == {k: summary["verdict"][k] for k in ("low", "high")}
    assert quality["noise_rate"] == summary["verdict"]["rate"] and quality["level"] == 0.9
    assert summary["verdict"]["sentence"] in sections["Label quality"]
    assert all(check["code"] in sections["Checks"] for check in summary["checks"])
    assert "- Detector: ConfidentLearning" in sections["What was done"] and "skclean audit" in sections["What was done"]
    assert all(limit in sections["Limits"] for limit in summary["limits"])
    assert read_card(text.replace("\n", "\r\n"))["front_matter"] == front


@pytest.mark.parametrize(
    "title", ["Customers", 'a: "b" # c', "two\nlines", "---", "\u2028\x85\x00\x7f", "é 😀 שלום", "\ud800"]
)
def test_front_matter_is_yaml_whatever_the_title_is(audited, title):
    yaml = pytest.importorskip("yaml")
    summary = deepcopy(audited.report.dict()) | {"title": title}
    text = AuditReport.from_dict(summary).card()
    front = text.split("---\n")[1] if title != "---" else text.split("\n---\n")[0][4:]
    read = yaml.safe_load(front)
    assert read == read_card(text)["front_matter"]
    assert read["pretty_name"] == title
    assert next(iter(read_card(text)["sections"])) == "The data"


def test_a_report_without_title_is_named_after_its_file(audited):
    report = audit_report(audited.detector, audited.X, checks=[], source={"file": "customers.csv", "sha256": "0" * 64})
    content = read_card(report.card())
    assert content["front_matter"]["pretty_name"] == "customers.csv"
    assert "customers.csv, SHA-256 0000" in content["sections"]["The data"]
    assert content["sections"]["Checks"] == "None was run."


def test_numbers_as_target_have_a_card_without_classes():
    rows = [[float(k)] for k in range(60)]
    detector = ReCoV(Ridge(), n_repeats=50, rule="otsu", random_state=0).fit(rows, [k + 0.5 for k in range(60)])
    content = read_card(audit_report(detector, rows, checks=[]).card())
    assert content["front_matter"]["task_categories"] == ["tabular-regression"]
    assert content["front_matter"]["label_quality"]["level"] is None


def test_a_command_of_several_lines_stays_one_line(audited):
    summary = deepcopy(audited.report.dict())
    summary["method"]["command"] = "skclean audit 'a\n## Limits\nb.csv'"
    assert list(read_card(AuditReport.from_dict(summary).card())["sections"]).count("Limits") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [("# no card", "text must be a card"), ("---\na: b\n---\n", "lines 'key: value'")],
)
def test_what_is_no_card_is_refused(text, message):
    with pytest.raises(ValueError, match=message):
        read_card(text)
