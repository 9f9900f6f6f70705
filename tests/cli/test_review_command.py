"""``skclean review`` and ``audit --decisions``: from doubtful rows to a corrected file, and what follows from it."""

import json
import os
import re
import signal
import subprocess
import sys
import types
import urllib.request
from pathlib import Path

import numpy as np
import pytest

import skclean
from skclean._cli import _review
from skclean.cli import main
from skclean.review import Decisions, ReviewServer, read_decisions, write_decisions

pd = pytest.importorskip("pandas")


def page(summary, token):
    return f"<p>{len(summary['rows'])} rows</p>"


@pytest.fixture
def stand_in(monkeypatch):
    """A page without templates."""
    monkeypatch.setitem(sys.modules, "skclean.inspection.report", types.SimpleNamespace(review_page=page))


@pytest.fixture
def issues(customers, tmp_path, capsys):
    path = tmp_path / "issues.csv"
    assert main(["audit", str(customers), "--label", "churn", "--index", "id", "--out", str(path)]) == 0
    capsys.readouterr()
    return path


def decide_all(monkeypatch, sample):
    """In place of a reviewer: what is known of each label is posted, then Ctrl-C."""
    other = {"yes": "no", "no": "yes"}

    def review(server):
        with server:
            made = [
                {"row": row, "decision": "change", "label": other[shown["given"]]}
                if sample.flipped[row]
                else {"row": row, "decision": "keep"}
                for row, shown in server._rows.items()
            ]
            request = urllib.request.Request(
                server.url + "decisions",
                json.dumps({"decisions": made}).encode(),
                {"Content-Type": "application/json", "X-Skclean-Token": server.token},
            )
            assert len(json.loads(urllib.request.urlopen(request).read())["decisions"]) == len(made)
        raise KeyboardInterrupt

    serve = ReviewServer.serve_forever

    def serve_forever(server):
        review(server) if server._thread is None else serve(server)

    monkeypatch.setattr(ReviewServer, "serve_forever", serve_forever)


def test_the_round_trip(issues, customers, sample, frame, tmp_path, stand_in, monkeypatch, capsys):
    decide_all(monkeypatch, sample)
    opened = []
    monkeypatch.setattr(_review.webbrowser, "open", opened.append)
    assert main(["review", str(issues), "--index", "id", "--reviewer", "ann"]) == 0
    shown = capsys.readouterr().out
    assert opened == [re.search(r"http://127\S+", shown)[0]] and "rows decided" in shown
    decisions = read_decisions(tmp_path / "issues.decisions.csv")
    assert len(decisions) == len(pd.read_csv(issues)) and {made.reviewer for made in decisions} == {"ann"}
    made, fixed = tmp_path / "issues.decisions.csv", tmp_path / "fixed.csv"
    argv = ["apply", str(customers), str(made), "--label", "churn", "--out", str(fixed)]
    assert main(argv) == 2  # the column that names the rows was not learned from
    assert main([*argv, "--index", "id"]) == 0
    after = pd.read_csv(fixed)["churn"]
    rows = decisions.of_kind("change")
    assert np.flatnonzero((after != frame["churn"]) & frame["churn"].notna()).tolist() == rows.tolist()
    assert sample.flipped[rows].all()
    capsys.readouterr()
    argv = ["audit", str(customers), "--label", "churn", "--index", "id", "--decisions", str(made)]
    assert main(argv) == 0
    captured = capsys.readouterr()
    assert f"corrected by {len(decisions)} reviewed labels, {len(rows)} of them wrong" in captured.out
    argv[1] = str(fixed)
    assert main(argv) == 0
    captured = capsys.readouterr()
    assert "count as known to be right" in captured.err and "corrected by" not in captured.out


def test_the_server_as_a_process(issues, tmp_path):
    """Ctrl-C ends it in good order; what was decided before is named."""
    write_decisions(Decisions([{"row": 0, "given": "no", "decision": "keep"}]), tmp_path / "mine.csv")
    code = (
        # what started the tests may ignore Ctrl-C
        "import signal, sys, types\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "sys.modules['skclean.inspection.report'] = types.SimpleNamespace("
        "review_page=lambda summary, token: 'page')\nfrom skclean.cli import main\nsys.exit(main(sys.argv[1:]))"
    )
    argv = ["review", str(issues), "--decisions", str(tmp_path / "mine.csv"), "--no-browser", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(Path(skclean.__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, "-c", code, *argv],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    assert "1 decided before" in process.stdout.readline()
    url = process.stdout.readline().strip()
    with urllib.request.urlopen(url) as answer:
        assert answer.read() == b"page"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 0 and "the review has ended" in err and "1 rows decided: 1 keep" in out


def test_what_cannot_be_reviewed(customers, issues, tmp_path, fails, stand_in):
    assert "no rows of an audit" in fails("review", customers)
    assert "name the FILE" in fails("review")
    assert "no column 'name'" in fails("review", issues, "--index", "name")
    assert "does not exist" in fails("review", issues, "--decisions", tmp_path / "no" / "d.csv")
    assert "no file of decisions" in fails("review", issues, "--decisions", customers)
    (tmp_path / "report.json").write_text("{}")
    assert "no report of an audit" in fails("review", tmp_path / "report.json")
    assert "port" in fails("review", issues, "--port", "70000")


def test_a_report_in_json(tmp_path, stand_in, monkeypatch, capsys):
    path = tmp_path / "report.json"
    path.write_text(json.dumps({"rows": [{"row": 1, "given": "no", "name": "b"}], "labels": ["no", "yes"]}))
    monkeypatch.setattr(ReviewServer, "serve_forever", lambda server: None)
    assert main(["review", str(path), "--no-browser"]) == 0
    assert "1 rows to review, 0 decided before" in capsys.readouterr().out


def test_without_templates(issues, fails, monkeypatch):
    monkeypatch.setitem(sys.modules, "skclean.inspection.report", None)
    assert 'pip install "skclean[report]"' in fails("review", issues)


def test_decisions_on_other_rows(customers, frame, tmp_path, fails):
    path = tmp_path / "d.csv"
    argv = ["audit", customers, "--label", "churn", "--index", "id", "--decisions", path]
    made = {"row": 1, "name": "C0001", "given": "no", "decision": "keep"}
    write_decisions(Decisions([made | {"name": "other"}]), path)
    write_decisions(Decisions([made | {"given": "maybe"}]), path)
    assert "--decisions: the labels 'maybe'" in fails(*argv)
    other = {"yes": "no", "no": "yes"}[frame["churn"][1]]
    write_decisions(Decisions([made | {"given": other}]), path)
    assert "others than those that were reviewed" in fails(*argv)
    assert "say the same thing" in fails(*argv, "--reviewed", "region")


def test_the_real_page_shows_all_rows_under_its_own_policy(issues, tmp_path, monkeypatch):
    pytest.importorskip("jinja2")
    seen = {}

    def look(server):
        with urllib.request.urlopen(server.url) as answer:
            seen["policy"], seen["page"] = answer.headers["Content-Security-Policy"], answer.read().decode()

    serve = ReviewServer.serve_forever

    def serve_forever(server):
        if server._thread is not None:
            return serve(server)
        with server:
            look(server)

    monkeypatch.setattr(ReviewServer, "serve_forever", serve_forever)
    assert main(["review", str(issues), "--no-browser", "--index", "id"]) == 0
    own = re.search(r'Content-Security-Policy" content="([^"]+)"', seen["page"])[1]
    hashes = re.findall(r"'sha256-[^']+'", own)
    assert len(hashes) == 2 and all(found in seen["policy"] for found in hashes)
    assert len(re.findall(r'<details id="?r\d+', seen["page"])) == len(pd.read_csv(issues))


def test_rows_to_remove_are_not_listed_again(customers, issues, tmp_path):
    first = pd.read_csv(issues).iloc[0]
    made = {"row": first["row"], "name": first["id"], "given": first["given"], "decision": "remove"}
    right = pd.read_csv(issues).iloc[1]
    kept = {"row": right["row"], "name": right["id"], "given": right["given"], "decision": "keep"}
    write_decisions(Decisions([made, kept]), tmp_path / "d.csv")
    argv = ["audit", str(customers), "--label", "churn", "--index", "id", "--decisions", str(tmp_path / "d.csv")]
    assert main([*argv, "--out", str(tmp_path / "again.csv")]) == 0
    assert not {first["id"], right["id"]} & set(pd.read_csv(tmp_path / "again.csv")["id"])


def test_a_second_reviewer_sees_what_the_first_left_open(issues, tmp_path, stand_in, monkeypatch, capsys, fails):
    shown = pd.read_csv(issues)
    first = tmp_path / "issues.decisions.csv"
    kinds = ["unsure"] * 5 + ["keep"] * (len(shown) - 5)
    made = [
        {"row": row, "given": given, "decision": kind}
        for row, given, kind in zip(shown["row"], shown["given"], kinds, strict=True)
    ]
    write_decisions(Decisions(made), first)

    def decide(server):
        rows = list(server._rows.values())
        assert len(rows) == 5 + round((len(shown) - 5) / 10)
        server.record({"decisions": [{"row": row["row"], "decision": "keep"} for row in rows]})

    monkeypatch.setattr(ReviewServer, "serve_forever", decide)
    argv = ["review", str(issues), "--no-browser", "--second-reviewer"]
    assert main([*argv, str(first)]) == 0
    out = capsys.readouterr().out
    n_both = round((len(shown) - 5) / 10)
    assert f"found a label in {n_both} rows, the same one in 100 %" in out and "5 unsure ones are settled" in out
    assert len(read_decisions(tmp_path / "issues.second.decisions.csv")) == 5 + n_both
    write_decisions(Decisions(), first)
    assert "needs a second look" in fails(*argv, first)


@pytest.mark.parametrize(
    ("name", "ending"),
    [("a.b.csv", "a.b.decisions.csv"), ("a.csv.gz", "a.decisions.csv"), ("a.json", "a.decisions.csv")],
)
def test_two_files_never_share_their_decisions(name, ending):
    arguments = types.SimpleNamespace(decisions=None, second_reviewer=None, file=Path("folder") / name)
    assert _review.decisions_path(arguments) == Path("folder") / ending
