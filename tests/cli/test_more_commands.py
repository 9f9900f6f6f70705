"""diff, noise, compare and completion; options of a configuration file; tables on standard input; new formats."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import skclean
from skclean._cli import _compare, _progress
from skclean._cli._arguments import make_parser
from skclean._cli._config import with_config
from skclean._cli._names import names_of
from skclean.cli import main
from skclean.detectors import DETECTORS
from skclean.rules import RULES

pd = pytest.importorskip("pandas")
COMMANDS = make_parser().get_default("commands")


def report(rate, rows, state="passed"):
    return {
        "schema": 1,
        "verdict": {"rate": rate, "low": rate - 0.01, "high": rate + 0.01, "n_rows": 9, "n_flagged": len(rows)},
        "rows": [{"row": row, "name": f"\x1b[31m{row}", "given": "no", "suggested": "yes"} for row in rows],
        "checks": [{"code": "SKC001", "title": "Noise", "state": state}],
        "labels": ["no", "yes"],
    }


def test_diff(tmp_path, capsys):
    before, after = tmp_path / "a.json", tmp_path / "b.json"
    before.write_text(json.dumps(report(0.1, [1, 2], "issue")))
    after.write_text(json.dumps(report(0.05, [2, 3])))
    out = tmp_path / "diff.json"
    assert main(["diff", str(before), str(after), "--json", str(out), "--fail-if-worse"]) == 0
    shown = capsys.readouterr().out
    assert "10.0 % (9.0 to 11.0 %) -> 5.0 % (4.0 to 6.0 %): better" in shown and "\x1b" not in shown
    assert "1 are solved, 1 are still there, 1 are new" in shown and "issue -> passed: better" in shown
    assert json.loads(out.read_text())["still"] == 1
    assert main(["diff", str(after), str(before), "--fail-if-worse", "--top", "0"]) == 1
    assert "new: row" not in capsys.readouterr().out
    assert main(["diff", str(after), str(before), "--json", str(out)]) == 2
    assert main(["diff", str(after), str(before), "--json", str(out), "--force"]) == 0


def test_files_that_are_no_reports(tmp_path, fails):
    (tmp_path / "a.json").write_text("[]")
    assert "no report of an audit" in fails("diff", tmp_path / "a.json", tmp_path / "a.json")
    assert "No such file" in fails("diff", tmp_path / "none.json", tmp_path / "a.json")


def test_noise(customers, sample, capsys):
    assert main(["noise", str(customers), "--label", "churn", "--drop", "id", "--n-jobs", "1"]) == 0
    shown = capsys.readouterr().out
    rate, low, high = map(float, re.search(r"rate  ([\d.]+) % \(90 % interval ([\d.]+) to ([\d.]+) %", shown).groups())
    assert low <= 100 * sample.flipped.mean() <= high and low <= rate <= high
    assert "by given label" in shown and "What true labels are recorded as" in shown
    assert main(["noise", "--labels", "annotations"]) == 0
    assert "labels taken as annotations" in capsys.readouterr().out


def test_the_overlap_of_classes_is_no_confusion(tmp_path, capsys):
    rng = np.random.default_rng(0)
    truth = rng.integers(0, 2, 800)
    frame = pd.DataFrame(rng.normal(size=(800, 4)), columns=list("abcd")).assign(y=np.where(truth, "yes", "no"))
    frame["a"] += 2 * truth
    frame.to_csv(tmp_path / "in.csv", index=False)
    assert main(["noise", str(tmp_path / "in.csv"), "--label", "y", "--n-jobs", "1"]) == 0
    shown = capsys.readouterr().out
    assert "labels taken as outcomes: doubt is no error" in shown
    shares = [float(share) for share in re.findall(r"([\d.]+) \(0\.\d+ to", shown.partition("recorded as")[2])]
    assert all(share < 0.05 for share in shares)


def test_noise_of_many_classes_and_of_reviewed_labels(tmp_path, capsys, fails):
    rows = [(k + 0.1 * r, f"c{k:02d}", f"c{k:02d}" if r < 4 else "") for k in range(14) for r in range(10)]
    path = tmp_path / "in.csv"
    pd.DataFrame(rows, columns=["x", "y", "right"]).to_csv(path, index=False)
    assert main(["noise", str(path), "--label", "y", "--reviewed", "right", "--leaks", "keep"]) == 0
    shown = capsys.readouterr().out
    assert "by 56 reviewed labels" in shown and "recorded" in shown
    many = pd.DataFrame({"x": [row * 37 % 90 for row in range(180)], "y": [f"c{row // 3}" for row in range(180)]})
    many.to_csv(path, index=False)
    assert "at most 50" in fails("noise", path, "--label", "y", "--leaks", "keep")


def test_compare(customers, capsys, fails):
    argv = ["compare", str(customers), "--label", "churn", "--drop", "id", "--repeats", "1", "--max-rows", "200"]
    assert main([*argv, "--detectors", "kdn", "class_prototypes", "--kind", "pair_flip", "--rate", "0.2"]) == 0
    shown = capsys.readouterr().out
    assert "20 % of the labels were made wrong (pair_flip), 1 times" in shown
    assert re.search(r"Take (kdn|class_prototypes)", shown)
    assert "did you mean kdn" in fails(*argv, "--detectors", "kdm")


def test_a_quicker_detector_is_named():
    advice = _compare._advice
    best = types.SimpleNamespace(name="kdn", average_precision=0.8, spread=0.0, seconds=10.0)
    quick = types.SimpleNamespace(name="recov", average_precision=0.79, spread=0.01, seconds=1.0)
    assert advice([best, quick]).startswith("Take recov: it finds as many as kdn")
    assert advice([best]) == "Take kdn."


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell, capsys):
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    for name, parser in COMMANDS.items():
        assert name in script
        for action in parser._actions:
            assert all(text.lstrip("-") in script for text in action.option_strings if text.startswith("--"))
    if shell != "fish" and shutil.which("bash"):
        assert subprocess.run(["bash", "-n"], input=script, text=True, check=False).returncode == 0


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [(["au"], ["audit"]), (["audit", "--fail"], ["--fail-above"]), (["audit", "--leaks", ""], ["drop", "keep"])],
)
def test_completion_completes(words, expected, capsys):
    main(["completion", "bash"])
    script = capsys.readouterr().out
    line = " ".join(f"'{word}'" for word in ["skclean", *words])
    script += f"\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _skclean; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    found = subprocess.run(["bash"], input=script, text=True, capture_output=True, check=True)
    assert found.stdout.split() == expected


@pytest.fixture
def config(tmp_path):
    path = tmp_path / "pyproject.toml"

    def write(text):
        path.write_text(text)
        (tmp_path / "inner").mkdir(exist_ok=True)
        return lambda *argv: with_config(list(argv), COMMANDS, tmp_path / "inner")

    return write


def test_options_of_a_configuration_file_come_before_those_that_are_typed(config):
    typed = config(
        '[tool.skclean]\nlabel = "churn"\ndrop = ["a", "b"]\n[tool.skclean.audit]\nfail_above = 0.05\nforce = true\n'
        "safe-cells = false\nlabel = 'other'\n"
    )
    found = typed("audit", "in.csv", "--fail-above", "0.1")
    assert found == [
        "audit",
        "--label=other",
        "--drop=a",
        "--drop=b",
        "--fail-above=0.05",
        "--force",
        "in.csv",
        *found[7:],
    ]
    arguments = make_parser().parse_args(found)
    assert arguments.fail_above == 0.1 and arguments.drop == ["a", "b"] and str(arguments.file) == "in.csv"
    assert typed("apply", "in.csv")[1:4] == ["--label=churn", "--drop=a", "--drop=b"]
    assert typed("diff", "a", "b") == ["diff", "a", "b"]
    assert typed("audit", "--help") == ["audit", "--help"] and typed("--version") == ["--version"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.skclean]\nlabels_ = 1", "unknown option 'labels_'"),
        ("[tool.skclean.audits]\nlabel = 'a'", "no command"),
        ("[tool.skclean]\nlabel = {a = [[1]]}", "unknown option|no command"),
        ("[tool.skclean]\nlabel = [[1]]", "neither text, number"),
        ("[tool.skclean\n", "cannot be read"),
    ],
)
def test_a_configuration_file_with_mistakes(text, message, config):
    with pytest.raises(Exception, match=message):
        config(text)("audit", "in.csv")


def test_a_label_that_is_typed_takes_the_place_of_that_of_the_file(config):
    typed = config("[tool.skclean]\nlabel = 'churn'\n")
    for words in (["--label", "other"], ["--label=other"], ["--label", "other", "--label", "third"]):
        arguments = make_parser().parse_args(typed("audit", "in.csv", *words))
        assert arguments.label == "other"
        assert getattr(arguments, "more_labels", []) == (["third"] if "third" in words else [])


def test_files_without_the_section(config):
    assert config("[tool.other]\nlabel = 1")("audit") == ["audit"]


def test_the_command_reads_the_file(customers, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text("[tool.skclean]\nlabel = 'churn'\nindex = 'id'\n[tool.skclean.audit]\ntop = 1\n")
    assert main(["audit", "customers.csv"]) == 0
    shown = capsys.readouterr().out
    assert len(re.findall(r"^  C0\d+", shown, re.MULTILINE)) == 2  # one flagged row, and one without a label
    Path("pyproject.toml").write_text("[tool.skclean]\nlabel = 3\n")
    assert main(["audit", "customers.csv"]) == 2


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".csv.gz", ".parquet", ".jsonl", ".feather"])
def test_standard_input(suffix, frame, tmp_path, monkeypatch, capsys):
    path = tmp_path / f"in{suffix}"
    write_as(frame, path)
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(path.read_bytes()), isatty=lambda: False))
    out = tmp_path / "issues.csv"
    assert main(["audit", "-", "--label", "churn", "--index", "id", "--out", str(out)]) == 0
    assert "400, 4 unlabelled" in capsys.readouterr().out and len(pd.read_csv(out)) > 10


def test_no_standard_input(monkeypatch, fails):
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(isatty=lambda: True))
    assert "nothing is on standard input" in fails("audit", "-", "--label", "churn")


def write_as(frame, path):
    if path.suffix in (".parquet", ".feather"):
        pytest.importorskip("pyarrow")
        getattr(frame, f"to_{path.suffix[1:]}")(path)
    elif path.suffix in (".jsonl", ".ndjson"):
        frame.to_json(path, orient="records", lines=True, date_format="iso")
    elif path.suffix == ".xlsx":
        pytest.importorskip("openpyxl")
        frame.to_excel(path, index=False)
    else:
        frame.to_csv(path, index=False, sep="\t" if path.suffix == ".tsv" else ",")


@pytest.mark.parametrize("suffix", [".jsonl", ".ndjson", ".feather", ".xlsx"])
def test_formats_in_and_out(suffix, frame, tmp_path):
    path, out = tmp_path / f"in{suffix}", tmp_path / f"out{suffix}"
    mark = "" if suffix == ".xlsx" else "="  # pandas would write a formula, which has no value until it is computed
    table = frame.assign(signed=[f"{mark}1+{row}" for row in range(len(frame))])
    write_as(table, path)
    argv = ["audit", str(path), "--label", "churn", "--index", "id", "--drop", "signed"]
    assert main([*argv, "--out", str(out)]) == 0
    read = {".feather": pd.read_feather, ".xlsx": pd.read_excel}.get(suffix, lambda p: pd.read_json(p, lines=True))
    issues = read(out)
    rows = issues["row"].astype(int)
    assert issues["id"].tolist() == table["id"][rows].tolist()
    assert issues["signed"].tolist() == table["signed"][rows].tolist()
    assert issues["age"].astype(float).tolist() == pytest.approx(table["age"][rows].tolist(), nan_ok=True)


BAD_LINES = {"no json": "{", "no record": "[1]", "no rows": "\n"}


@pytest.mark.parametrize("case", BAD_LINES)
def test_lines_that_are_no_records(case, tmp_path, fails):
    (tmp_path / "in.jsonl").write_text('{"x": 1, "churn": "yes"}\n' * (case != "no rows") + BAD_LINES[case])
    message = fails("audit", tmp_path / "in.jsonl", "--label", "churn")
    assert "no rows" in message if case == "no rows" else "line 2 is no" in message


def test_cells_like_formulas_are_neutralised_on_request(frame, tmp_path):
    path, out = tmp_path / "in.csv", tmp_path / "out.csv"
    table = frame.assign(**{"=name": "@SUM(A1)", "number": "-5", "note": ["+1", "plain"] * 200})
    table.to_csv(path, index=False)
    argv = ["audit", str(path), "--label", "churn", "--index", "id", "--out", str(out)]
    assert main([*argv, "--safe-cells"]) == 0
    safe = pd.read_csv(out, dtype=str)
    assert safe["'=name"].eq("'@SUM(A1)").all() and safe["number"].eq("-5").all()
    assert set(safe["note"]) <= {"+1", "plain"}
    assert main([*argv, "--force"]) == 0
    assert pd.read_csv(out, dtype=str)["=name"].eq("@SUM(A1)").all()


def test_names_are_those_of_the_packages():
    assert names_of("detectors") == sorted(DETECTORS) and names_of("rules") == sorted(RULES)


def test_help_imports_no_library():
    environment = {**os.environ, "PYTHONPATH": str(Path(skclean.__file__).parents[1])}
    command = [sys.executable, "-X", "importtime", "-m", "skclean", "audit", "--help"]
    found = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    modules = {line.rpartition("|")[2].strip() for line in found.stderr.splitlines() if "|" in line}
    assert not modules & {"numpy", "sklearn", "pandas"} and "confident_learning" in found.stdout


def test_progress_is_shown_to_people_alone(monkeypatch, capsys):
    calls = []
    detector = types.SimpleNamespace(set_callbacks=calls.append)
    _progress.show_progress(detector)
    assert not calls
    monkeypatch.setattr(_progress, "_watched", lambda: True)
    _progress.ProgressLine()(1, 3, "kdn")
    assert "2 of 3: kdn" in capsys.readouterr().err
    pytest.importorskip("rich")
    pytest.importorskip("sklearn.callback")
    _progress.show_progress(detector)
    assert len(calls) == 1
    monkeypatch.setitem(sys.modules, "rich", None)
    _progress.show_progress(detector)
    assert len(calls) == 1
