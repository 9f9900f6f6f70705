"""The file of flagged rows: where it goes, what it may replace, and who may read it."""

import os
import sys

import pytest

from skclean.cli import main

pytest.importorskip("pandas")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="modes and links of files are those of Unix")


@pytest.fixture
def argv(customers):
    return ["audit", str(customers), "--label", "churn", "--index", "id", "--detector", "kdn"]


def test_a_replaced_file_keeps_its_mode(argv, tmp_path):
    out = tmp_path / "issues.csv"
    out.touch()
    out.chmod(0o600)
    assert main([*argv, "--out", str(out), "--force"]) == 0
    assert out.stat().st_mode & 0o777 == 0o600 and out.read_text(encoding="utf-8").startswith("id,")


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_followed_and_only_by_force(there, argv, tmp_path, fails):
    (tmp_path / "kept").mkdir()
    link, target = tmp_path / "issues.csv", tmp_path / "kept" / "data.csv"
    link.symlink_to(target)
    if there:
        target.write_text("precious", encoding="utf-8")
    assert "--force" in fails(*argv, "--out", link)
    assert main([*argv, "--out", str(link), "--force"]) == 0
    assert link.is_symlink() and target.read_text(encoding="utf-8").startswith("id,")
    assert [path.name for path in target.parent.iterdir()] == ["data.csv"]


def test_a_link_to_the_input_is_the_input(argv, customers, tmp_path, fails):
    link = tmp_path / "issues.csv"
    link.symlink_to(customers)
    assert "choose another name" in fails(*argv, "--out", link, "--force")


def test_names_as_long_as_can_be_and_longer(argv, tmp_path, fails):
    assert "too long" in fails(*argv, "--out", tmp_path / f"{'a' * 252}.csv")
    longest = tmp_path / f"{'a' * 251}.csv"
    assert main([*argv, "--out", str(longest)]) == 0
    assert longest.exists()


def test_a_pipe_is_never_replaced(argv, tmp_path, fails):
    os.mkfifo(tmp_path / "issues.csv")
    assert "name a file" in fails(*argv, "--out", tmp_path / "issues.csv", "--force")
