"""Python that is started in a checkout finds the sources there; without kernels it says what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import skclean

ROOT = Path(__file__).parents[1]


def test_sources_without_kernels_say_how_to_install_them(tmp_path):
    sources = Path(skclean.__file__).parent
    shutil.copytree(sources, tmp_path / "skclean", ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    found = subprocess.run(
        [sys.executable, "-c", "import skclean"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert found.returncode == 1
    assert "not compiled in this folder" in found.stderr and "pip install -e ." in found.stderr


def test_the_readme_installs_so_that_python_in_the_checkout_works():
    commands = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("pip install")]
    assert len(commands) == 2
    assert all(command.startswith("pip install -e ") for command in commands)
