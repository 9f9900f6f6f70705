"""Files that change under the audit, cells that a terminal would obey, and Ctrl-C at awkward moments."""

import os
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
import pytest

import skclean
from skclean._cli import _audit, _early
from skclean._cli._errors import MAX_CHARACTERS, say
from skclean.cli import main
from skclean.exceptions import InterruptedFitWarning

FAST = ["--drop", "id", "--cv", "2", "--top", "0", "--n-jobs", "1"]


@pytest.mark.parametrize("suffix", [".csv", ".parquet"])
def test_a_file_that_changes_is_refused(suffix, frame, tmp_path, fails, monkeypatch):
    path, out = tmp_path / f"customers{suffix}", tmp_path / "doubtful.csv"
    write = frame.to_csv if suffix == ".csv" else frame.to_parquet
    write(path, index=False)
    judge = _audit._fit_detector

    def meanwhile(detector, columns):
        interrupted = judge(detector, columns)
        shuffled = frame.sample(frac=1, random_state=0)
        (shuffled.to_csv if suffix == ".csv" else shuffled.to_parquet)(path, index=False)
        return interrupted

    monkeypatch.setattr(_audit, "_fit_detector", meanwhile)
    assert main(["audit", str(path), "--label", "churn", "--out", str(out), *FAST]) == 2
    assert not out.exists()


def test_a_file_that_vanishes_is_refused(customers, tmp_path, monkeypatch, capsys):
    judge = _audit._fit_detector

    def meanwhile(detector, columns):
        customers.write_text("id,churn\n1,2\n")
        return judge(detector, columns)

    monkeypatch.setattr(_audit, "_fit_detector", meanwhile)
    code = main(["audit", str(customers), "--label", "churn", "--out", str(tmp_path / "out.csv"), *FAST])
    assert code == 2
    assert "customers.csv" in capsys.readouterr().err


def test_an_interrupted_audit_says_so(customers, tmp_path, monkeypatch, capsys):
    def judge(detector, columns):
        with pytest.warns(InterruptedFitWarning):
            warnings.warn("interrupted after 3 repeats", InterruptedFitWarning, stacklevel=1)
        detector.fit(columns.features, columns.labels)
        return True

    monkeypatch.setattr(_audit, "_fit_detector", judge)
    out = tmp_path / "out.csv"
    assert main(["audit", str(customers), "--label", "churn", "--out", str(out), *FAST]) == 130
    assert "skclean: interrupted: the result rests on what was computed until then" in capsys.readouterr().err
    assert out.exists()


def test_a_warning_of_an_interrupt_counts_as_one(customers, monkeypatch, capsys):
    fit = _audit.make_detector

    def impatient(*arguments):
        detector = fit(*arguments)
        inner = type(detector).fit

        class Impatient(type(detector)):
            def fit(self, X, y, **params):
                warnings.warn("interrupted after 3 repeats", InterruptedFitWarning, stacklevel=1)
                return inner(self, X, y, **params)

        detector.__class__ = Impatient
        return detector

    monkeypatch.setattr(_audit, "make_detector", impatient)
    assert main(["audit", str(customers), "--label", "churn", *FAST]) == 130
    assert "interrupted after 3 repeats" in capsys.readouterr().err


def test_control_characters_are_escaped_and_long_lines_cut(capsys):
    say("a\x1b[31mred\x07 \ud800 end")
    say("x" * 800_000 + " remedy")
    first, second = capsys.readouterr().err.splitlines()
    assert first == r"skclean: a\x1b[31mred\x07 \ud800 end"
    assert len(second) < MAX_CHARACTERS + 20 and second.endswith(" remedy")


def test_cells_do_not_reach_the_terminal_raw(tmp_path, fails):
    path = tmp_path / "table.csv"
    pd.DataFrame({"x": range(40), "label": ["\x1b]0;title\x07" + "y" * 100_000] * 40}).to_csv(path, index=False)
    message = fails("audit", path, "--label", "label")
    assert "\x1b" not in message and "\x07" not in message and len(message) < 1100
    assert "one class only" in message


def test_names_of_columns_do_not_fill_the_screen(tmp_path, fails):
    path = tmp_path / "wide.csv"
    pd.DataFrame({f"column {number}": [1, 2] for number in range(20_000)}).to_csv(path, index=False)
    assert len(fails("audit", path)) < 1100


@pytest.mark.skipif(os.name == "nt", reason="signals of another kind")
@pytest.mark.parametrize("command", [["-m", "skclean"], ["-c", "SCRIPT"]])
def test_ctrl_c_while_importing_is_one_line(command, tmp_path):
    script = tmp_path / "skclean"
    script.write_text("import sys\nfrom skclean.cli import main\nsys.exit(main())\n")
    command = [str(script)] if command[-1] == "SCRIPT" else command
    environment = os.environ | {"PYTHONPATH": str(Path(skclean.__file__).parent.parent), "PYTHONUNBUFFERED": "1"}
    # the import announces itself, so that Ctrl-C meets it
    (tmp_path / "joblib.py").write_text("import sys, time\nprint('importing', flush=True)\ntime.sleep(30)\n")
    environment["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{environment['PYTHONPATH']}"
    child = subprocess.Popen(
        [sys.executable, *command, "audit"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert child.stdout.readline() == "importing\n"
    time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=20)
    assert (child.returncode, err) == (130, "skclean: interrupted\n")


def test_a_library_leaves_ctrl_c_alone():
    assert not _early._is_the_command()
    assert signal.getsignal(signal.SIGINT) is not _early._leave


def test_the_command_hands_ctrl_c_over():
    before = signal.signal(signal.SIGINT, _early._leave)
    try:
        _early.hand_over()
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
