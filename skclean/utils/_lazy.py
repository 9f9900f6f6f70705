"""Public names that are imported at their first use, as in PEP 562, so that a package itself is imported at once."""

import sys
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

__all__ = ["lazy_names"]


def lazy_names(package, modules):
    """Return the functions ``__getattr__`` and ``__dir__`` of a package that imports its names at their first use.

    Public submodules are imported at their first use too, so ``package.submodule`` works without its own import.

    Parameters
    ----------
    package : str
        The ``__name__`` of the package.
    modules : dict of str to str
        The full name of the module that each public name is imported from.

    Returns
    -------
    get_attribute : callable
        Raises AttributeError where the package has no such name. An error during the import of a module is passed on.
    list_names : callable

    Examples
    --------
    >>> from skclean.utils._lazy import lazy_names
    >>> __getattr__, __dir__ = lazy_names("skclean", {"LabelCleaner": "skclean.robust"})
    >>> __getattr__("LabelCleaner").__name__
    'LabelCleaner'
    """

    def get_attribute(name):
        if name in modules:
            value = getattr(import_module(modules[name]), name)
        elif name.startswith("_") or find_spec(f"{package}.{name}") is None:
            raise AttributeError(f"module {package!r} has no attribute {name!r}", name=name, obj=sys.modules[package])
        else:
            value = import_module(f"{package}.{name}")
        setattr(sys.modules[package], name, value)  # the next use finds it without this function
        return value

    def list_names():
        return sorted({*vars(sys.modules[package]), *modules, *_public_submodules(package)})

    return get_attribute, list_names


def _public_submodules(package):
    return [found.name for found in iter_modules(sys.modules[package].__path__) if not found.name.startswith("_")]
