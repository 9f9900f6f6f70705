"""The page: safe whatever the table holds, complete without scripts, and asking for nothing."""

import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest
from hostile_tables import LABELS, SCRIPT, TEXTS, hostile_table

from skclean.detectors import ConfidentLearning
from skclean.inspection import AuditReport, audit_report
from skclean.inspection.report import review_page
from skclean.inspection.report._charts import histogram_svg
from skclean.inspection.report._page import framed

# Attributes that load something, or lead somewhere.
LOADING = {"src", "srcset", "href", "action", "data", "poster", "background", "ping", "formaction", "cite", "manifest"}


class Page(HTMLParser):
    """The elements of a page, its text outside of scripts and styles, and the text of these."""

    def __init__(self, html):
        super().__init__()
        self.elements, self.inline, self.text, self._in = [], {"script": [], "style": []}, [], None
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self._in = tag if tag in self.inline else None

    def handle_endtag(self, tag):
        self._in = None

    def handle_data(self, data):
        (self.inline[self._in] if self._in else self.text).append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def hostile_report():
    X, y = hostile_table()
    detector = ConfidentLearning(random_state=0).fit(X, y)
    return audit_report(detector, X, title=SCRIPT, source={"file": TEXTS[1], "command": TEXTS[3]})


@pytest.fixture(params=["report", "review"])
def hostile_page(hostile_report, request):
    html = hostile_report.html() if request.param == "report" else review_page(hostile_report.dict(), token="abc")
    return Page(html)


def test_cells_names_and_labels_never_become_elements_or_attributes(hostile_report, hostile_page):
    assert len(hostile_report.dict()["rows"]) >= 5
    known = (
        "html head meta title style body header h1 h2 h3 p main section ol ul li a form label input select option span "
        "details summary b bdi div table tr th td svg rect text dl dt dd code aside button template fieldset legend "
        "script"
    )
    assert {tag for tag, _ in hostile_page.elements} <= set(known.split())
    assert len(hostile_page.all("script")) == 1
    for _, attributes in hostile_page.elements:
        assert not any(name.startswith("on") or name == "style" for name in attributes)


def test_nothing_is_loaded_and_links_stay_on_the_page(hostile_page):
    for tag, attributes in hostile_page.elements:
        for name in LOADING & set(attributes):
            assert tag == "a" and attributes[name].startswith("#r"), (tag, attributes)
    assert not any("url(" in text or "@import" in text for text in hostile_page.inline["style"])


def test_the_policy_allows_this_style_and_this_script_alone(hostile_page):
    policies = [
        one["content"] for one in hostile_page.all("meta") if one.get("http-equiv") == "Content-Security-Policy"
    ]
    rules = dict(rule.strip().split(" ", 1) for rule in policies[0].split(";"))
    assert rules["default-src"] == "'none'"
    for kind in ("script", "style"):
        digest = b64encode(sha256("".join(hostile_page.inline[kind]).encode()).digest()).decode()
        assert rules[f"{kind}-src"] == f"'sha256-{digest}'"
    assert rules.get("connect-src") in (None, "'self'")


def test_labels_can_be_chosen_as_they_are(hostile_page):
    values = [one["value"] for one in hostile_page.all("option") if one.get("value")]
    assert set(LABELS) <= set(values)


def test_no_control_character_reaches_the_text(hostile_page):
    text = "".join(hostile_page.text)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202e\u2028]", text)
    assert "x" * 81 not in text


def test_markdown_and_the_frame_of_notebooks_are_safe_too(hostile_report):
    text = hostile_report.markdown()
    assert not re.search(r"(?<!\\)<", text) and "\x1b" not in text
    rows = [line for line in text.splitlines() if line.startswith("|") and "Recorded" in line]
    assert all(len(re.findall(r"(?<!\\)\|", line)) == 6 for line in rows) and rows
    frame = Page(hostile_report._repr_html_())
    assert [tag for tag, _ in frame.elements] == ["iframe"]
    assert "allow-same-origin" not in frame.all("iframe")[0]["sandbox"]


def test_a_token_is_there_for_the_server_alone(hostile_report):
    page = Page(review_page(hostile_report.dict(), token="abc"))
    assert page.all("body")[0]["data-token"] == "abc"
    assert "data-token" not in Page(hostile_report.html()).all("body")[0]


def test_everything_is_there_without_scripts(audited):
    page = Page(audited.report.html())
    text, summary = " ".join("".join(page.text).split()), audited.report.dict()
    for expected in (
        summary["verdict"]["sentence"],
        *summary["next"],
        *summary["limits"],
        *(entry["reason"] for entry in summary["rows"]),
        *(check["verdict"] or check["reason"] for check in summary["checks"]),
    ):
        assert " ".join(expected.split()) in text
    shown = [one for one in page.all("details") if one.get("id", "").startswith("r")]
    assert len(shown) == len(summary["rows"])
    assert "hidden" in page.all("aside")[0] and "hidden" in page.all("form")[0]  # what needs scripts


def test_the_page_is_complete_html(audited):
    html = audited.report.html()
    page = Page(html)
    assert html.startswith("<!doctype html>") and page.all("html")[0]["lang"] == "en"
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    targets = {one["href"][1:] for one in page.all("a")}
    assert targets <= set(ids) and len(targets) == 3
    labelled = {one["aria-labelledby"] for _, one in page.elements if "aria-labelledby" in one}
    assert labelled <= set(ids)


def test_rows_alone_make_a_page():
    rows = [{"row": 7, "name": "C7", "given": "no", "suggested": "yes", "values": [{"column": "x", "value": "1"}]}]
    page = Page(review_page({"schema": 1, "title": "issues.csv", "rows": rows}, token="t"))
    assert [one["id"] for one in page.all("details") if "id" in one] == ["r7"]
    assert [one["value"] for one in page.all("option") if one["value"] in ("no", "yes")] == ["no", "yes"]


def test_five_hundred_rows_of_a_wide_table_stay_small():
    rng = np.random.RandomState(0)
    y = rng.randint(0, 2, 1_500)
    X = pd.DataFrame(rng.randn(1_500, 100) + y[:, None], columns=[f"measure_{column}" for column in range(100)])
    given = np.where(np.arange(1_500) % 3 == 0, 1 - y, y)
    detector = ConfidentLearning(estimator=None, rule="argmax_disagreement", random_state=0).fit(X, given)
    report = audit_report(detector, X, checks=[])
    assert len(report.dict()["rows"]) > 450
    assert len(report.html().encode()) < 600_000


def test_a_table_of_many_columns_and_one_of_gaps_have_a_report():
    rng = np.random.RandomState(0)
    y = np.repeat(["a", "b"], 60)
    X = pd.DataFrame(np.full((120, 600), np.nan))
    X[0] = (y == "b") * 9 + rng.randn(120)
    given = y.copy()
    given[:4] = "b"
    detector = ConfidentLearning(random_state=0).fit(X, given)
    summary = audit_report(detector, X, checks=[]).dict()
    assert summary["data"]["n_columns"] == 600 and len(summary["data"]["columns"]) == 200
    assert all(len(entry["values"]) <= 750 for entry in summary["rows"])


def test_the_chart_shows_every_label():
    svg = histogram_svg({"doubtful": [4, 0], "other": [0, 9]})
    heights = [float(height) for height in re.findall(r'height="([\d.]+)"', svg)]
    assert heights == [pytest.approx(80, abs=0.1), pytest.approx(120, abs=0.1)]  # square roots: 2 to 3
    assert "4 doubtful labels" in svg and "9 other labels" in svg
    assert histogram_svg({"doubtful": [0], "other": [0]}) is None and histogram_svg(None) is None


def test_a_frame_holds_the_page_as_text():
    assert "&lt;b&gt;" in framed("<b>") and "<b>" not in framed("<b>")


def test_a_report_says_what_is_missing_where_templates_are(audited):
    with pytest.raises(ValueError, match="schema"):
        AuditReport.from_dict({"rows": []})
