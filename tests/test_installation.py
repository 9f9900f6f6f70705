"""What an installation gives: kernels or a message that says what to do, public names, a quick import, one version."""

import ast
import os
import pickle
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import skclean

ROOT = Path(__file__).parents[1]


def test_sources_without_kernels_say_how_to_install_them(tmp_path):
    sources = Path(skclean.__file__).parent
    shutil.copytree(sources, tmp_path / "skclean", ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    found = subprocess.run(
        [sys.executable, "-c", "from skclean import find_label_issues"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    assert found.returncode == 1
    assert "not compiled in this folder" in found.stderr and "pip install -e ." in found.stderr


def test_the_readme_installs_so_that_python_in_the_checkout_works():
    commands = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("pip install")]
    assert len(commands) >= 2
    assert all(command.startswith("pip install -e ") for command in commands)


def modules_after(*code, module=None):
    """The modules that a new process has imported in the end, and its exit code."""
    command = ["-X", "importtime", *(["-c", *code] if module is None else ["-m", module, *code])]
    environment = {**os.environ, "PYTHONPATH": str(Path(skclean.__file__).parents[1])}
    found = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True)
    return {line.rpartition("|")[2].strip() for line in found.stderr.splitlines() if "|" in line}, found.returncode


@pytest.mark.parametrize("argv", [["--help"], ["--version"], ["--bogus"], ["audit", "--bogus"], ["audit", "--cv", "1"]])
def test_help_and_wrong_arguments_need_no_library(argv):
    modules, code = modules_after(*argv, module="skclean")
    assert code == (2 if len(argv) > 1 or argv == ["--bogus"] else 0)
    assert "skclean.cli" in modules
    assert not modules & {"numpy", "scipy", "sklearn", "pandas", "joblib"}


def test_the_package_alone_imports_no_extra():
    modules, code = modules_after("import skclean")
    assert code == 0 and "skclean" in modules
    assert not modules & {"numpy", "sklearn", "pandas", "pyarrow", "matplotlib"}


def test_the_public_names_import_no_extra():
    modules, code = modules_after("from skclean import NoiseRobustClassifier, find_label_issues")
    assert code == 0 and {"numpy", "sklearn"} <= modules
    already, _ = modules_after("import sklearn.ensemble")  # some versions import pandas where it is installed
    assert not (modules - already) & {"pandas", "pyarrow", "matplotlib"}


def test_submodules_are_attributes():
    code = "import skclean; print(skclean.detectors.ConfidentLearning(), skclean.exceptions.ProbabilityError)"
    assert modules_after(code)[1] == 0


def test_dir_lists_public_names_and_submodules():
    assert {*skclean.__all__, "detectors", "rules", "__version__"} <= set(dir(skclean))
    for name in dir(skclean):
        assert getattr(skclean, name) is getattr(skclean, name)


@pytest.mark.parametrize("name", ["missing", "_missing", "__wrapped__"])
def test_an_unknown_name_is_an_attribute_error(name):
    with pytest.raises(AttributeError, match=f"'skclean' has no attribute '{name}'"):
        getattr(skclean, name)


def test_lazy_names_are_pickled():
    for name in skclean.__all__:
        public = getattr(skclean, name)
        assert pickle.loads(pickle.dumps(public)) is public


def test_the_stub_for_type_checkers_lists_the_same_names():
    stub = ast.parse(Path(skclean.__file__).with_suffix(".pyi").read_text("utf-8")).body
    imported = {node.names[0].asname: node.module for node in stub if isinstance(node, ast.ImportFrom)}
    for name, module in imported.items():
        assert getattr(skclean, name) is getattr(sys.modules[module], name)
    (listed,) = (node for node in stub if isinstance(node, ast.Assign))
    assert ast.literal_eval(listed.value) == skclean.__all__
    assert set(skclean.__all__) <= set(imported)


def test_the_version_is_written_once_and_cited():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" not in project and project["dynamic"] == ["version"]
    assert f"version: {skclean.__version__}" in (ROOT / "CITATION.cff").read_text("utf-8").splitlines()


def test_the_oldest_dependencies_are_those_that_are_tested():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    tested = (ROOT / ".ci" / "oldest.txt").read_text("utf-8").splitlines()
    for requirement in project["dependencies"]:
        name, oldest = requirement.split(">=")
        assert any(line.startswith(f"{name}=={oldest}") for line in tested), requirement
