"""Names of detectors and rules, read from the sources: importing all of them would take seconds for a help text."""

import re
from pathlib import Path

import skclean

__all__ = ["names_of"]

_ALIAS = re.compile(r'^    alias = "(\w+)"', re.MULTILINE)


def names_of(package):
    """Return the names by which the classes of a package are known.

    Parameters
    ----------
    package : {"detectors", "rules"}

    Returns
    -------
    names : list of str
        Sorted.
    """
    sources = Path(skclean.__file__).parent.joinpath(package).rglob("*.py")
    return sorted(name for path in sources for name in _ALIAS.findall(path.read_text(encoding="utf-8")))
