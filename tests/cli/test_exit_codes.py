"""The exit code says what was found, whoever listens: 1 is noise above the limit, and nothing else."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from skclean._cli import _audit

pytest.importorskip("pandas")


@pytest.fixture
def gated(tmp_path):
    """Arguments of a run whose labels are noisier than its limit."""
    path = tmp_path / "in.csv"
    rows = [f"{row % 2 * 3 + row / 1000},{'b' if row in range(0, 100, 10) else 'ab'[row % 2]}" for row in range(100)]
    path.write_text("\n".join(["x,y", *rows]) + "\n", encoding="utf-8")
    return [str(path), "--label", "y", "--fail-above", "0.001", "--n-jobs", "1"]


def test_a_reader_that_leaves_changes_no_exit_code(gated):
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [sys.executable, "-m", "skclean", "audit", *gated]
        done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(writer)
    assert done.returncode == 1
    assert done.stderr.startswith("skclean: the estimated noise rate") and done.stderr.count("\n") == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize(
    ("redirection", "code", "said"),
    [
        (">/dev/full", 2, "skclean: standard output cannot be written: "),
        (">&-", 2, "skclean: standard output is closed"),
        ("2>&-", 1, ""),
        ("2>/dev/full", 1, ""),
    ],
)
def test_outputs_that_cannot_be_written(redirection, code, said, gated):
    command = ["sh", "-c", f'"$0" -m skclean audit "$@" {redirection}', sys.executable, *gated]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == code
    assert done.stderr.startswith(said) and done.stderr.count("\n") == bool(said)
    assert ("Most doubtful" in done.stdout) == (code == 1)


def test_what_nobody_expected_is_one_line(gated, fails, monkeypatch):
    def judge(*_):
        raise RuntimeError("a worker\ndied")

    monkeypatch.setattr(_audit, "_fit_detector", judge)
    assert fails("audit", *gated) == "skclean: unexpected RuntimeError: a worker died\n"


def test_names_that_are_too_long(gated, fails, tmp_path):
    assert "too long" in fails("audit", tmp_path / f"{'a' * 300}.csv", "--label", "y")
