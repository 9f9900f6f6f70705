"""Public classes of a folder, found by their class attribute `alias`: adding a class is adding one file."""

import sys
from importlib import import_module
from pkgutil import walk_packages

from skclean.utils._compat import StrOptions
from skclean.utils._deprecation import warn_renamed

__all__ = ["Aliases", "find_classes"]


class Aliases(dict):
    """Classes by their alias, in alphabetical order.

    Parameters
    ----------
    classes : dict of str to class
    old : dict of str to str, default=()
        Aliases of an earlier version, and the new ones. They are understood with a warning, and not listed.

    Attributes
    ----------
    options : StrOptions
        The constraint of a parameter that takes an alias.
    """

    def __init__(self, classes, old=()):
        super().__init__(classes)
        self.old = dict(old)
        self.options = StrOptions({*self, *self.old}, deprecated=set(self.old) or None)

    def __missing__(self, alias):
        new = self.old[alias]
        warn_renamed(repr(alias), repr(new), stacklevel=3)
        return self[new]

    def understands(self, alias):
        """Return whether an alias, or one of an earlier version, stands for a class."""
        return alias in self or alias in self.old


def find_classes(package, *, without=()):
    """Import the modules of a package, and return its classes that have an `alias` of their own.

    Parameters
    ----------
    package : str
        The name of an imported package.
    without : tuple of str, default=()
        Names of subpackages that are left out.

    Returns
    -------
    classes : dict of str to class
        By alias, in alphabetical order.

    Raises
    ------
    ValueError
        If two classes have the same alias.
    """
    found = {}
    for module in walk_packages(sys.modules[package].__path__, f"{package}."):
        if not module.name.startswith(without or "."):
            for value in vars(import_module(module.name)).values():
                if isinstance(value, type) and value.__module__ == module.name and "alias" in vars(value):
                    other = found.setdefault(value.alias, value)
                    if other is not value:
                        raise ValueError(f"{other.__name__} and {value.__name__} have the alias {value.alias!r}.")
    return dict(sorted(found.items()))
