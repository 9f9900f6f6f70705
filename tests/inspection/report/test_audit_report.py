"""The content of the report: what it says of rows, classes and the method, and what it refuses."""

import json
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import make_regression
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline

from skclean.detectors import KDN, ConfidentLearning, Consensus, ReCoV
from skclean.inspection import AuditReport, audit_report, label_noise
from skclean.inspection._doubtful import doubtful_table, ranked
from skclean.inspection._row_keys import row_checksums
from skclean.inspection.report import _summarise, _words
from skclean.noise.model._noise_rate import NoiseRate
from skclean.preprocessing import as_points
from skclean.review import judge_only


@pytest.fixture
def summary(audited):
    return audited.report.dict()


def test_the_rows_are_the_doubtful_ones_in_their_order(audited, summary):
    table = doubtful_table(audited.detector, own_rule=True)
    lines = ranked(table[table["doubtful"]])
    assert [entry["row"] for entry in summary["rows"]] == lines.index.tolist()
    assert summary["n_doubtful"] == len(lines) > 20
    for entry, line in zip(summary["rows"], lines.itertuples(), strict=True):
        assert (entry["given"], entry["suggested"], entry["flagged"]) == (line.given, line.suggested, line.flagged)
        assert entry["name"] == f"C{entry['row']}"
    checks = row_checksums(audited.X, lines.index.to_numpy())
    assert [entry["check"] for entry in summary["rows"]] == checks


def test_the_rows_most_like_it_are_the_nearest_points(audited, summary):
    points = as_points(audited.X)
    labelled = audited.detector.audit_.codes >= 0
    for entry in summary["rows"][:10]:
        distance = np.sqrt(((points - points[entry["row"]]) ** 2).sum(axis=1))
        distance[entry["row"]] = np.inf
        nearest = np.sort(distance[labelled])[:5]
        found = [like["row"] for like in entry["similar"]]
        np.testing.assert_allclose(np.sort(distance[found]), nearest)
        assert [like["label"] for like in entry["similar"]] == [str(audited.y.iloc[row]) for row in found]


def test_the_reason_repeats_what_the_entry_holds(summary):
    for entry in summary["rows"]:
        same = sum(like["label"] == entry["suggested"] for like in entry["similar"])
        assert f"Recorded as “{entry['given']}”." in entry["reason"]
        own = sum(like["label"] == entry["given"] for like in entry["similar"])
        for count, label in ((same, entry["suggested"]), (own, entry["given"])):
            assert (f"{count} {'is' if count == 1 else 'are'} “{label}”" in entry["reason"]) == (count > 0)


def test_doubtful_rows_do_not_describe_their_class(audited, summary):
    """The share of a class with a value is counted on its other rows, and drawn a little towards that of all rows."""
    others = np.ones(400, dtype=bool)
    others[[entry["row"] for entry in summary["rows"]]] = False
    column, labels = audited.X["complaints"].to_numpy(), audited.y.to_numpy(dtype=object)
    for entry in summary["rows"]:
        cell = next(cell for cell in entry["values"] if cell["column"] == "complaints")
        of_class = others & (labels == entry["given"])
        share = (column[of_class] == column[entry["row"]]).mean()
        assert abs(cell["in_given"] - share) < 0.015, (entry["row"], cell, share)


def test_most_reasons_point_to_values_of_the_suggested_class(audited, summary):
    wrong = [entry for entry in summary["rows"] if audited.flipped[entry["row"]] and entry["flagged"]]
    assert len(wrong) > 10
    assert np.mean([entry["values"][0]["in_suggested"] > entry["values"][0]["in_given"] for entry in wrong]) > 0.9


def test_numbers_agree_with_the_detector(audited, summary):
    facts, rate = audited.detector.summary(), audited.detector.noise_rate_
    assert summary["verdict"]["n_flagged"] == facts["n_flagged"] == audited.detector.noise_mask_.sum()
    assert summary["verdict"]["rate"] == pytest.approx(rate.rate, abs=1e-4)
    assert f"{round(rate.rate * facts['n_labelled']):,} of {facts['n_labelled']:,} labels" in str(audited.report)
    assert sum(one["flagged"] for one in summary["classes"]) == facts["n_flagged"]
    assert sum(one["rows"] for one in summary["pairs"]) == summary["n_doubtful"]
    assert sum(summary["quality"]["doubtful"]) == summary["n_doubtful"]
    assert sum(summary["quality"]["other"]) == facts["n_labelled"] - summary["n_doubtful"]
    np.testing.assert_allclose(np.sum(summary["transition"]["matrix"], axis=1), 1, atol=1e-3)
    assert {check["code"] for check in summary["checks"]} >= {"SKC001", "SKC003"}


def test_the_same_input_gives_the_same_bytes(audited):
    again = audit_report(
        audited.detector, audited.X, audited.y, title="Customers",
        source={"file": "customers.csv", "command": "skclean audit"},
    )  # fmt: skip
    assert again.json() == audited.report.json() and again.html() == audited.report.html()


def test_a_report_is_saved_and_read_back(audited, tmp_path):
    for ending in ("html", "json", "md"):
        path = audited.report.save(tmp_path / f"report.{ending}")
        assert path.read_text("utf-8")
    read = AuditReport.from_dict(json.loads((tmp_path / "report.json").read_text("utf-8")))
    assert read.html() == audited.report.html()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["report.html", "report.json", "report.md"]
    with pytest.raises(ValueError, match=r"path must end in \.html, \.json or \.md, got 'report\.pdf'"):
        audited.report.save(tmp_path / "report.pdf")


@pytest.mark.parametrize("wrong", [{}, {"schema": 99}, [1]])
def test_what_is_no_report_is_refused(wrong):
    with pytest.raises(ValueError, match="summary must be a report of schema 1"):
        AuditReport.from_dict(wrong)


def test_rows_are_limited_and_counted(audited):
    summary = audit_report(audited.detector, audited.X, checks=[], max_rows=3).dict()
    assert len(summary["rows"]) == 3 and summary["n_doubtful"] > 3 and summary["checks"] == []
    assert "the 3 most doubtful are shown" in AuditReport(summary).html()


def test_checks_can_be_ignored(audited):
    summary = audit_report(audited.detector, audited.X, ignore=["SKC003"]).dict()
    states = {check["code"]: check["state"] for check in summary["checks"]}
    assert states["SKC003"] == "skipped"


def test_names_of_rows_can_be_given(audited):
    names = [f"row-{row}" for row in range(400)]
    summary = audit_report(audited.detector, audited.X, index=names, checks=[]).dict()
    assert all(entry["name"] == f"row-{entry['row']}" for entry in summary["rows"])


def test_groups_and_dates_are_handed_to_the_checks(audited):
    groups = np.where(np.arange(400) % 2, "north", "south")
    dates = pd.date_range("2024-01-01", periods=400, freq="D")
    summary = audit_report(audited.detector, audited.X, groups=groups, dates=dates, random_state=1).dict()
    assert {check["code"]: check["state"] for check in summary["checks"]}["SKC007"] != "skipped"


def test_further_detectors_and_panels_add_their_scores(audited):
    panel = Consensus(["confident_learning", "kdn"], random_state=0).fit(audited.X, audited.y)
    nearest = KDN().fit(audited.X, audited.y)
    summary = audit_report([panel, nearest], audited.X, checks=[]).dict()
    names = [score["detector"] for score in summary["rows"][0]["scores"]]
    assert names == ["Consensus", "ConfidentLearning", "KDN", "KDN"]
    assert summary["method"]["others"] == ["KDN()"]


def test_texts_are_shown_as_one_column():
    words = {"a": "good fine nice", "b": "bad poor sad"}
    y = np.repeat(["a", "b"], 60)
    texts = [f"{words[label]} {row}" for row, label in enumerate(y)]
    given = y.copy()
    given[:4] = "b"
    model = make_pipeline(TfidfVectorizer(), LogisticRegression())
    report = audit_report(ConfidentLearning(model, random_state=0).fit(texts, given), texts)
    entries = report.dict()["rows"]
    assert {0, 1, 2, 3} <= {entry["row"] for entry in entries}
    assert entries[0]["values"][0]["column"] == "value" and entries[0]["similar"] == []
    assert texts[entries[0]["row"]] in report.html()


def test_where_nothing_is_doubtful_nothing_is_asked_for():
    rng = np.random.RandomState(0)
    y = np.repeat(["a", "b"], 100)
    X = np.where(y == "a", -9, 9)[:, None] + rng.randn(200, 2)
    summary = audit_report(ConfidentLearning(random_state=0).fit(X, y), X, checks=[]).dict()
    assert summary["rows"] == [] and summary["first"] == []
    assert summary["verdict"]["sentence"].startswith("No sign of many wrong labels")
    assert summary["next"] == ["Nothing needs to be reviewed. Train on the labels as they are."]
    assert "Look at these rows first" not in AuditReport(summary).html()


def test_numbers_as_target_have_a_report_without_classes():
    X, y = make_regression(120, 3, noise=5, random_state=0)
    detector = ReCoV(Ridge(), n_repeats=200, rule="otsu", random_state=0).fit(X, y)
    report = audit_report(detector, X, checks=[])
    summary = report.dict()
    assert summary["classes"] == [] and summary["verdict"]["rate"] is None and summary["transition"] is None
    assert all(entry["suggested"] is None for entry in summary["rows"])
    assert "does not estimate" in str(report) and "<details" in report.html()


def test_many_classes_are_listed_by_size_and_the_largest_flips():
    rng = np.random.RandomState(0)
    y = np.repeat(np.arange(60), 12)
    X = np.column_stack([y // 8, y % 8]) * 9.0 + rng.randn(720, 2)
    given = y.copy()
    given[::40] = (given[::40] + 7) % 60
    summary = audit_report(
        ConfidentLearning(random_state=0, rule="argmax_disagreement").fit(X, given), X, checks=[]
    ).dict()
    assert len(summary["classes"]) == 50 and len(summary["labels"]) == 60
    assert len(summary["rows"]) > 5


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"X": np.zeros((3, 2))}, "X has 3 rows, and the detector was fitted on 400"),
        ({"X": np.zeros((400, 2))}, "X has 2 columns, and the detector was fitted on 9"),
        ({"y": ["no"] * 3}, "y has 3 labels"),
        ({"y": ["no"] * 400}, "y holds other labels than the detector was fitted on"),
        ({"index": ["a"]}, "index has 1 names for 400 rows"),
        ({"max_rows": -1}, "max_rows must be at least 0"),
        ({"detector": []}, "detector must be a fitted detector"),
        ({"ignore": ["SKC999"]}, "SKC999"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(audited, params, message):
    given = {"detector": audited.detector, "X": audited.X} | params
    with pytest.raises(ValueError, match=message):
        audit_report(given.pop("detector"), given.pop("X"), given.pop("y", None), **given)


def test_detectors_have_to_be_fitted_on_the_same_rows(audited):
    other = KDN().fit(audited.X.iloc[:50], audited.y.iloc[:50])
    with pytest.raises(ValueError, match="KDN was fitted on 50 rows"):
        audit_report([audited.detector, other], audited.X)
    with pytest.raises(NotFittedError):
        audit_report(ConfidentLearning(), audited.X)


@pytest.fixture(scope="module")
def overlapping():
    """Two classes that overlap, with the labels that they have: doubt, and no error."""
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 800)
    X = pd.DataFrame(rng.normal(size=(800, 4)), columns=list("abcd"))
    X["a"] += 2 * truth
    y = np.where(truth, "yes", "no")
    return audit_report(ConfidentLearning(random_state=0).fit(X, y), X)


def test_doubt_alone_is_no_reason_to_review(overlapping):
    summary = overlapping.dict()
    assert summary["verdict"]["n_flagged"] == 0 < summary["n_doubtful"]
    assert summary["first"] == []
    assert summary["next"][0] == "Nothing needs to be reviewed. Train on the labels as they are."
    assert not any("skclean apply" in step for step in summary["next"])
    assert "No label is flagged." in summary["verdict"]["sentence"]
    page = overlapping.html()
    assert "Look at these rows first" not in page and "likely wrong" not in page


def test_an_interval_that_begins_at_0_asks_for_no_change(audited, summary):
    facts = {**summary, "verdict": {**summary["verdict"], "low": 0.0, "n_flagged": 1}}
    first, second, *_ = _words.next_steps(facts)
    assert "not certain that any label is wrong" in first
    assert "Show the flagged row to" in second
    verdict = {**facts["verdict"], "n_counted": 400, "n_not_judged": 0}
    assert "1 of 400 labels is flagged." in _words.verdict(verdict)
    assert "begins at 0" in _words.verdict({**verdict, "low": 0.001})  # less than half a label


def test_rows_first_and_steps_name_flagged_rows(summary):
    flagged = [row["row"] for row in summary["rows"] if row["flagged"]]
    assert summary["first"] == flagged[:3]
    assert f"Show the first {len(flagged)} rows of the list" in summary["next"][0]


def test_the_sentence_and_the_check_count_alike(audited):
    verdict = _summarise._verdict(
        audited.detector.summary() | {"n_labelled": 3000},
        SimpleNamespace(noise_rate=NoiseRate(0.0471, 0.027532, 0.06661), weight=np.ones(3000)),
    )
    assert "83 to 200 labels" in verdict["sentence"]
    assert verdict["low"] == 0.0275


def test_columns_that_tell_nothing_are_no_clean_bill():
    y = np.tile(["a", "b"], 100)
    with pytest.warns(UserWarning, match="tells nothing"):
        detector = ConfidentLearning(random_state=0).fit(np.full((200, 2), np.nan), y)
    summary = audit_report(detector, np.full((200, 2), np.nan), checks=[]).dict()
    assert "cannot say whether labels are wrong" in summary["verdict"]["sentence"]
    assert not any("Train on" in step for step in summary["next"])


def test_labels_from_right_to_left_stay_on_their_side_of_the_arrow(summary):
    row = {**summary["rows"][0], "given": "نعم", "suggested": "لا"}
    page = AuditReport({**summary, "rows": [row]}).html()
    assert "<bdi>نعم</bdi> → <bdi>لا</bdi>" in page


def test_the_rate_of_new_rows_is_not_counted_over_all(audited):
    new = judge_only(audited.detector, np.arange(400) >= 300)
    report = audit_report(new, audited.X)
    n_counted = int((np.arange(400) >= 300)[audited.detector.audit_.codes >= 0].sum())
    verdict, check = report.dict()["verdict"], label_noise(new)
    assert verdict["n_counted"] == n_counted
    assert f" of {n_counted} labels" in verdict["sentence"]
    assert check.numbers["n_wrong"].value == pytest.approx(new.noise_rate_.rate * n_counted)
