"""Stub files of the packages that find their public classes by themselves: type checkers and editors read them.

python tests/stubs.py    # writes them anew, after a public class was added
"""

import inspect
from importlib import import_module
from pathlib import Path

import skclean

PACKAGES = ("skclean.detectors", "skclean.rules", "skclean.treatments")
TABLES = {"DETECTORS": "Aliases", "RULES": "Aliases", "TREATMENTS": "Aliases"}


def stub_of(package):
    """The text of the stub file of a package."""
    public = import_module(package)
    names = sorted(public.__all__, key=lambda name: (not name.isupper(), name))
    lines = [
        f"from {inspect.getmodule(getattr(public, name)).__name__} import {name} as {name}"
        for name in names
        if name not in TABLES
    ]
    lines.append("from skclean.utils._discovery import Aliases")
    tables = [f"{name}: {TABLES[name]}" for name in names if name in TABLES]
    listed = "\n".join(f'    "{name}",' for name in names)
    return "\n".join([*sorted(lines), "", f"__all__ = [\n{listed}\n]", "", *tables, ""])


def path_of(package):
    """The stub file of a package."""
    return Path(skclean.__file__).parents[1].joinpath(*package.split("."), "__init__.pyi")


if __name__ == "__main__":
    for package in PACKAGES:
        path_of(package).write_text(stub_of(package), encoding="utf-8")
