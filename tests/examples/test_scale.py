"""examples/benchmarks/scale.py: the table it makes, limits, and runs that go on."""

import csv
import importlib
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

pytest.importorskip("pandas")
pytest.importorskip("resource")

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "examples" / "benchmarks"


@pytest.fixture
def scale(monkeypatch):
    monkeypatch.syspath_prepend(FOLDER)
    return importlib.import_module("scale")


def printed_by(out, *options, returncode=0):
    """What the script prints, in a process of its own."""
    command = [sys.executable, str(FOLDER / "scale.py"), "--out", str(out), *options]
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": path})
    assert done.returncode == returncode, done.stderr
    return done.stdout + done.stderr


def rows_of(out):
    with out.open(newline="") as handle:
        return list(csv.DictReader(handle))


def test_a_quarter_of_the_columns_is_text_and_the_codes_name_the_same_values(scale):
    frame, codes, y = scale.mixed_table(400, 20, 10)
    assert frame.shape == codes.shape == (400, 20)
    texts = [j for j, name in enumerate(frame) if name.startswith("text")]
    assert len(texts) == 5
    for j in texts:
        assert list(frame.iloc[:, j]) == [f"value {code:.0f}" for code in codes[:, j]]
    assert set(y) == set(range(10))
    np.testing.assert_array_equal(y, scale.mixed_table(400, 20, 10)[2])
    assert not np.array_equal(y, scale.mixed_table(400, 20, 10, seed=1)[2])


def test_tables_of_all_sizes_follow_the_same_law(scale):
    _, small, y_small = scale.mixed_table(500, 20, 2)
    _, large, y_large = scale.mixed_table(2000, 20, 2)
    assert LogisticRegression(max_iter=1000).fit(small[:, :15], y_small).score(large[:, :15], y_large) > 0.65


def test_a_run_measures_and_a_second_one_measures_nothing_again(tmp_path):
    out = tmp_path / "scale.csv"
    options = ("--parts", "audit", "detectors", "--sizes", "300", "--classes", "2", "--detectors", "kdn")
    first = printed_by(out, *options)
    found = {(row["part"], row["method"], row["metric"]): float(row["value"]) for row in rows_of(out)}
    assert found["audit", "confident_learning", "AP"] > 0.2  # by chance 0.1
    assert found["audit", "ExtraTrees(100), one fit", "cpu"] > 0
    assert ("audit", "ExtraTrees(100), one fit", "AP") not in found
    assert found["detectors", "kdn", "AP"] > 0
    if sys.platform.startswith("linux"):
        assert 0 < found["detectors", "kdn", "MB"] < 500
    assert printed_by(out, *options) == first


def test_growth_with_columns_and_classes_has_a_line_for_each(tmp_path, scale):
    options = Namespace(parts=["columns", "classes"], sizes=[300], classes=[2, 5], detectors=None)
    cases = list(scale.cases(options))
    assert {case[2] for case in cases if case[0] == "columns"} == {10, 20, 50, 100}
    assert {case[3] for case in cases if case[0] == "columns"} == {2}
    assert {case[3] for case in cases if case[0] == "classes"} == {2, 5}
    assert all(case[1] == 300 for case in cases)


def test_a_case_stops_at_its_limit_and_runs_again_when_given_more(tmp_path, scale):
    out = tmp_path / "scale.csv"
    options = ("--parts", "detectors", "--sizes", "8000", "--detectors", "consensus", "--timeout", "0.5")
    text = printed_by(out, *options)
    assert "consensus                   not within 0.5 s" in text
    assert scale.is_done({"time limit": 0.5}, Namespace(timeout=0.5, memory=8.0))
    assert not scale.is_done({"time limit": 0.5}, Namespace(timeout=1.0, memory=8.0))
    assert scale.is_done({"memory limit": 8.0}, Namespace(timeout=1.0, memory=8.0))
    assert not scale.is_done({"memory limit": 8.0}, Namespace(timeout=1.0, memory=9.0))
    assert scale.is_done({"time limit": 0.5, "cpu": 0.7}, Namespace(timeout=1.0, memory=9.0))


def test_lines_say_why_a_case_has_no_numbers_and_bound_a_ratio(scale):
    case = ("detectors", 2000, 20, 2, "kdn")
    metrics = {"cpu": 3.0, "wall": 4.0, "MB": 10.0, "times X": 1.5, "AP": 0.5}
    assert " 0.50 " in scale.line_of(case, metrics, {"cpu": 6.0})
    assert " <0.10 " in scale.line_of(case, metrics, {"time limit": 30.0})
    assert " - " in scale.line_of(case, metrics, {"failed": 1.0})
    assert scale.line_of(case, {"memory limit": 8.0}, {}).endswith("not within 8 GB")
    assert scale.line_of(case, {"failed": 1.0}, {}).endswith("failed")


def test_an_unknown_detector_is_named(tmp_path):
    message = printed_by(tmp_path / "scale.csv", "--detectors", "kdnn", returncode=1)
    assert "--detectors: 'kdnn' is not known; there are: " in message
