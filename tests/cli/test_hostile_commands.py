"""A hostile table through every command: nothing raw reaches the terminal, and formulas are neutralised."""

import json
import re
from xml.etree import ElementTree

import numpy as np
import pytest

from skclean.cli import main
from skclean.review import Decisions, read_decisions, write_decisions

pd = pytest.importorskip("pandas")

FORMULA = '=HYPERLINK("x")'
NASTY = ["<script>alert(1)</script>", FORMULA, "\x1b[31mred", "a\x07b", "שלום", "😀" * 10, "x" * 2000, "'; --"]
LABELS = ["\x1b]0;owned\x07yes", "=no"]


@pytest.fixture
def hostile(tmp_path):
    rng = np.random.RandomState(0)
    y = rng.randint(2, size=160)
    frame = pd.DataFrame(
        {
            "<img src=x onerror=alert(1)>": y + rng.normal(scale=0.4, size=160),
            "\x1b[2Jcolumn": rng.choice(NASTY, 160),
            "=cmd()": np.nan,
            "id": [f"{NASTY[row % 8]}{row}" for row in range(160)],
        }
    )
    flipped = rng.permutation(160)[:16]
    noisy = y.copy()
    noisy[flipped] = 1 - noisy[flipped]
    frame["label\x1b[0m"] = np.array(LABELS)[noisy]
    path = tmp_path / "in.csv"
    frame.to_csv(path, index=False)
    return path


def plain(text):
    assert all(c.isprintable() or c == "\n" for c in text), re.findall(r"[^\x20-\uffff\n]", text)[:5]
    return text


def test_every_command(hostile, tmp_path, capsys):
    pytest.importorskip("jinja2")
    label, paths = ["--label", "label\x1b[0m", "--index", "id", "--n-jobs", "1"], {}
    for name, ending in (("out", "csv"), ("json", "json"), ("sarif", "sarif"), ("junit", "xml"), ("report", "html")):
        paths[name] = tmp_path / f"issues.{ending}"
    options = [word for name, path in paths.items() for word in (f"--{name}", str(path))]
    assert main(["audit", str(hostile), *label, *options, "--safe-cells", "--budget", "30"]) == 0
    captured = capsys.readouterr()
    assert "Most doubtful" in plain(captured.out) and plain(captured.err) is not None
    ElementTree.parse(paths["junit"])
    assert json.loads(paths["sarif"].read_text("utf-8"))["runs"][0]["results"]
    assert "<script>alert(1)" not in paths["report"].read_text("utf-8")
    issues = pd.read_csv(paths["out"], dtype=str, keep_default_na=False)
    assert not any(cell.startswith(("=", "@")) for column in issues for cell in issues[column])
    assert not any(name.startswith("=") for name in issues.columns)
    assert main(["diff", str(paths["json"]), str(paths["json"])]) == 0
    assert main(["noise", str(hostile), *label]) == 0
    argv = ["compare", str(hostile), *label, "--repeats", "1", "--detectors", "kdn", "self_influence"]
    assert main(argv) == 0
    captured = capsys.readouterr()
    plain(captured.out)
    plain(captured.err)


def test_the_round_trip(hostile, tmp_path, capsys):
    frame = pd.read_csv(hostile)
    rows = range(0, 160, 9)
    made = [
        {
            "row": row,
            "name": frame["id"][row],
            "given": frame["label\x1b[0m"][row],
            "decision": "change",
            "label": LABELS[frame["label\x1b[0m"][row] == LABELS[0]],
            "note": NASTY[row % 8],
        }
        for row in rows
    ]
    write_decisions(Decisions(made), tmp_path / "d.csv")
    assert [d.note for d in read_decisions(tmp_path / "d.csv")] == [NASTY[row % 8] for row in rows]
    out = tmp_path / "fixed.csv"
    argv = ["apply", str(hostile), str(tmp_path / "d.csv"), "--label", "label\x1b[0m", "--index", "id"]
    assert main([*argv, "--out", str(out)]) == 0
    captured = capsys.readouterr()
    plain(captured.out)
    plain(captured.err)
    before, after = hostile.read_text("utf-8").split("\n"), out.read_text("utf-8").split("\n")
    assert sum(one != other for one, other in zip(before, after, strict=True)) == len(rows)
    log = pd.read_csv(tmp_path / "fixed.log.csv", dtype=str, keep_default_na=False)
    assert not any(cell.startswith("=") for column in log for cell in log[column])
