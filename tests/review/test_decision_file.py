"""A file of decisions: what was appended is there whatever becomes of the process, and spreadsheets may save it."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import skclean
from skclean.review import DecisionFile, Decisions, read_decisions, write_decisions

ROWS = [
    {"row": 3, "name": "C3", "check": "0123456789ab", "given": "no", "decision": "change", "label": "yes", "note": "é"},
    {"row": 5, "name": '=HYPERLINK("x")', "given": "-5", "decision": "keep", "note": 'two\nlines, and "quotes"'},
    {"row": 3, "name": "C3", "given": "no", "decision": "unsure", "reviewer": "@eve"},
    {"row": 9, "name": "شمال", "given": "", "decision": "remove", "note": "\t"},
]


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "decisions.csv"
    with DecisionFile(path) as file:
        for fields in ROWS:
            file.append(fields)
    return path


def test_what_is_appended_comes_back_and_formulas_are_written_as_text(path):
    decisions = read_decisions(path)
    assert [(d.row, d.name, d.given, d.decision, d.note) for d in decisions.made] == [
        (f["row"], f["name"], f["given"], f["decision"], f.get("note", "")) for f in ROWS
    ]
    assert all(d.time.endswith("Z") for d in decisions.made)
    text = path.read_text("utf-8")
    assert text.startswith("row,name,check,given,decision,label,note,reviewer,time\n")
    assert "\"'=HYPERLINK" in text and "'@eve" in text and ",-5," in text
    with DecisionFile(path) as file:
        assert file.decisions == decisions
        file.append({"row": 0, "given": "no", "decision": "keep", "time": "2026-01-31T12:00:00Z"})
    again = read_decisions(path)
    assert again.made[:-1] == decisions.made and again.made[-1].time == "2026-01-31T12:00:00Z"


def test_a_file_that_ends_anywhere_holds_all_whole_decisions(path):
    """Half a last line, as a full disk or a power cut leaves it, is named and taken off before the next one."""
    data, decisions = path.read_bytes(), read_decisions(path).made
    start = data.index(b"\r\n") + 2
    seen = set()
    for end in range(start, len(data) + 1):
        path.write_bytes(data[:end])
        try:
            found = read_decisions(path)
        except UserWarning as warning:
            assert "was not written to its end" in str(warning)
            with pytest.warns(UserWarning, match="left out"):
                found = read_decisions(path)
            with pytest.warns(UserWarning), DecisionFile(path) as file:
                file.append(decisions[0])
            assert read_decisions(path).made == [*found.made, decisions[0]]
        whole = [made._replace(time="") for made in decisions[: len(found.made)]]  # the time is all that may lack
        assert [made._replace(time="") for made in found.made] == whole
        seen.add(len(found.made))
    assert seen == set(range(len(decisions) + 1))


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no such signal")
def test_a_killed_process_loses_nothing(tmp_path):
    path = tmp_path / "decisions.csv"
    code = (
        "import sys\nfrom skclean.review import DecisionFile\nfile = DecisionFile(sys.argv[1])\n"
        "for row in range(1000):\n"
        "    file.append({'row': row, 'given': 'no', 'decision': 'keep'}); print(row, flush=True)"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(skclean.__file__).parents[1])}
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE, text=True, env=environment
    )
    last = [int(process.stdout.readline()) for _ in range(5)][-1]
    process.kill()
    last = max([last, *map(int, process.stdout.read().split())])
    process.stdout.close()
    process.wait()
    assert len(read_decisions(path)) >= last + 1


def test_two_processes_do_not_write_one_file(path):
    pytest.importorskip("fcntl")
    with DecisionFile(path), pytest.raises(ValueError, match="another process is writing"):
        DecisionFile(path)
    DecisionFile(path).close()


@pytest.mark.parametrize("sep", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_spreadsheets(sep, encoding, tmp_path):
    path = tmp_path / "decisions.csv"
    lines = [
        ["Row", "given", "decision", "label", "colour"],
        ["7", "nö", "change", "yes", ""],
        ["8", "no", "keep"],
        [""],
    ]
    path.write_text("\n".join(sep.join(line) for line in lines), encoding=encoding)
    found = read_decisions(path)
    assert [(d.row, d.given, d.decision, d.label) for d in found] == [(7, "nö", "change", "yes"), (8, "no", "keep", "")]
    with DecisionFile(path) as file:  # written anew before anything is appended
        file.append(ROWS[0])
    assert len(read_decisions(path)) == 3


def test_no_line_break_at_the_end(tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text("row,given,decision\n7,no,keep")
    assert len(read_decisions(path)) == 1


BAD = {
    "decision": ("row,given,decision\n1,no,keep\n2,no,drop\n", "line 3: row 2: 'drop' is no decision"),
    "columns": ("row,label\n1,no\n", "no file of decisions: the columns given, decision are missing"),
    "empty": ("", "is no file of decisions"),
    "binary": ("row,given,decision\n1,\0,keep\n", "zero bytes"),
    "row": ("row,given,decision\nfirst,no,keep\n", "line 2: the row 'first'"),
}


@pytest.mark.parametrize("case", BAD)
def test_other_files(case, tmp_path):
    path = tmp_path / "decisions.csv"
    path.write_text(BAD[case][0])
    with pytest.raises(ValueError, match=BAD[case][1]):
        read_decisions(path)


def test_writing_all_at_once(path, tmp_path):
    decisions = read_decisions(path)
    write_decisions(decisions, tmp_path / "copy.csv")
    assert (tmp_path / "copy.csv").read_bytes() == path.read_bytes()
    write_decisions(Decisions(), tmp_path / "copy.csv")
    assert read_decisions(tmp_path / "copy.csv") == Decisions()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["copy.csv", "decisions.csv"]


def test_a_second_process_never_rewrites_the_file_of_the_first(path):
    with DecisionFile(path) as file:
        with open(path, "ab") as half:  # as if read in the middle of a line that the first one is writing
            half.write(b"11,C11")
        before = path.stat().st_ino
        with pytest.raises(ValueError, match="another process is writing"):
            DecisionFile(path)
        assert path.stat().st_ino == before
        file.append({"row": 12, "given": "no", "decision": "keep"})


@pytest.mark.parametrize("deleted", [False, True])
def test_a_file_that_was_replaced_takes_no_more_decisions(path, tmp_path, deleted):
    with DecisionFile(path) as file:
        copy = shutil.copy(path, tmp_path / "saved_by_a_spreadsheet.csv")
        path.unlink() if deleted else os.replace(copy, path)
        with pytest.raises(OSError, match="replaced or deleted"):
            file.append({"row": 12, "given": "no", "decision": "keep"})
        assert 12 not in file.decisions.latest
