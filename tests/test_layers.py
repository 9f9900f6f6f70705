"""The layers of the package: imports point down, and private scikit-learn names are imported in one module.

0 exceptions, _kernels, utils, targets < 1 base, noise, preprocessing, linear, losses < 2 quality, rules, treatments,
datasets, repeats < 2.5 evidence < 2.7 metrics < 3 detectors < 4 robust, adapt < 4.5 discovery < 5 inspection < 5.5
review < 6 the command line.
"""

import ast
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

import skclean

ROOT = Path(skclean.__file__).parent
# Folders of one level never import each other.
LEVELS = {
    "exceptions": 0.0,
    "_kernels": 0.0,
    "utils": 0.5,
    "targets": 0.7,
    "base": 1.0,
    "noise": 1.2,
    "preprocessing": 1.0,
    "linear": 1.0,
    "losses": 1.0,
    "quality": 2.0,
    "rules": 2.0,
    "treatments": 2.0,
    "repeats": 2.0,
    "evidence": 2.5,
    "metrics": 2.7,
    "datasets": 2.0,
    "detectors": 3.0,
    "robust": 4.0,
    "adapt": 4.0,
    "discovery": 4.5,
    "inspection": 5.0,
    "review": 5.5,
    "_cli": 6.0,
    "cli": 6.5,
    "__main__": 7.0,
}
EXTRAS = {"pandas", "polars", "pyarrow", "matplotlib", "jinja2", "rich"}  # markupsafe comes with jinja2
EXTRAS_FROM = LEVELS["inspection"]
REQUIRED = {"numpy", "scipy", "sklearn", "joblib", "threadpoolctl"}  # the last comes with scikit-learn
PRIVATE_NAMES = "utils/_compat.py"


class Import(NamedTuple):
    path: Path
    line: int
    module: str  # the dotted module, "skclean.rules" for "from skclean import rules"
    names: tuple
    top: bool  # at the top of the module, or under its if or try

    def __str__(self):
        return f"{self.path.relative_to(ROOT.parent)}:{self.line} imports {self.module} ({', '.join(self.names)})"


def imports_of(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        for node in ast.walk(function)
    }
    for node in ast.walk(tree):
        top = id(node) not in inner
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(path, node.lineno, alias.name, (), top)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno} has a relative import; write the whole name"
            names = tuple(alias.name for alias in node.names)
            if node.module == "skclean":
                yield from (Import(path, node.lineno, f"skclean.{name}", (name,), top) for name in names)
            else:
                yield Import(path, node.lineno, node.module, names, top)


SOURCES = sorted(path for path in ROOT.rglob("*.py"))
IMPORTS = [found for path in SOURCES for found in imports_of(path)]


def folder_of(path):
    """The folder of a source file; None for skclean/__init__.py, which re-exports from the top."""
    first = path.relative_to(ROOT).parts[0].removesuffix(".py")
    return None if first == "__init__" else first


def own(found):
    return found.module == "skclean" or found.module.startswith("skclean.")


def test_there_is_something_to_read():
    assert len(SOURCES) > 30 and len(IMPORTS) > 100


def test_every_folder_has_a_level():
    assert {folder_of(path) for path in SOURCES} - {None} <= set(LEVELS)


def test_imports_point_down_and_never_sideways():
    wrong = []
    for found in filter(own, IMPORTS):
        folder = folder_of(found.path)
        if folder is None or found.module == "skclean":
            continue
        target = found.module.split(".")[1]
        if target not in LEVELS:  # a name of skclean/__init__.py, which is above all folders but the command line
            assert LEVELS[folder] >= LEVELS["_cli"], found
        elif target != folder and LEVELS[target] >= LEVELS[folder]:
            wrong.append(str(found))
    assert not wrong, wrong


def test_the_package_itself_is_imported_only_by_the_command_line():
    wrong = [str(f) for f in IMPORTS if f.module == "skclean" and LEVELS.get(folder_of(f.path), 0) < LEVELS["_cli"]]
    assert not wrong, wrong


def test_no_import_hides_inside_a_function():
    wrong = [str(found) for found in IMPORTS if not found.top]
    assert not wrong, wrong


def test_no_cycle_between_modules_of_one_folder():
    """Depth-first search over the modules of the package; a cycle is named by its path."""
    graph = {}
    modules = {
        ".".join(path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__") for path in SOURCES
    }
    for found in filter(own, IMPORTS):
        source = ".".join(found.path.relative_to(ROOT.parent).with_suffix("").parts).removesuffix(".__init__")
        targets = {f"{found.module}.{name}" for name in found.names} & modules or {found.module} & modules
        graph.setdefault(source, set()).update(targets - {source})
    done, path = set(), []

    def visit(module):
        assert module not in path, " -> ".join([*path, module])
        if module not in done:
            path.append(module)
            for target in sorted(graph.get(module, ())):
                visit(target)
            path.pop()
            done.add(module)

    for module in sorted(graph):
        visit(module)


def test_extras_are_imported_only_from_inspection_up():
    wrong = [
        str(found)
        for found in IMPORTS
        if found.module.split(".")[0] in EXTRAS and LEVELS.get(folder_of(found.path), 0) < EXTRAS_FROM
    ]
    assert not wrong, wrong


def test_nothing_else_is_needed():
    known = REQUIRED | EXTRAS | {"skclean"} | sys.stdlib_module_names
    wrong = [str(found) for found in IMPORTS if found.module.split(".")[0] not in known]
    assert not wrong, wrong


def test_private_scikit_learn_names_are_imported_in_one_module():
    wrong = []
    for found in IMPORTS:
        private = any(part.startswith("_") for part in (*found.module.split("."), *found.names))
        if found.module.split(".")[0] == "sklearn" and private and found.path != ROOT / PRIVATE_NAMES:
            wrong.append(str(found))
    assert not wrong, wrong


@pytest.mark.parametrize("path", [p for p in SOURCES if p.name == "__init__.py"], ids=lambda p: p.parent.name)
def test_an_init_only_re_exports(path):
    allowed = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign)
    other = [n for n in ast.parse(path.read_text(encoding="utf-8")).body if not isinstance(n, allowed)]
    assert not other, f"{path} does more than re-export, in line {other[0].lineno}"
