"""Names of an earlier version: they are understood until version 0.3, with a warning that gives the new name.

A name that users may have written down is renamed in two steps: the version that renames it understands both, and the
version after the next drops the old one. A behaviour is changed likewise, with a parameter that keeps the old one.
"""

import warnings

__all__ = ["renamed_names", "warn_renamed"]

LAST = "0.3"


def warn_renamed(old, new, *, stacklevel=2):
    """Warn that a name has a new one.

    Parameters
    ----------
    old, new : str
        As they are written in the code of a user.
    stacklevel : int, default=2
        As of :func:`warnings.warn`, counted from the caller.
    """
    message = f"{old} is now called {new}; the old name is understood until version {LAST}."
    warnings.warn(message, FutureWarning, stacklevel=stacklevel + 1)


def renamed_names(module, new_of):
    """Return the function ``__getattr__`` of a module in which names were changed.

    Parameters
    ----------
    module : str
        The ``__name__`` of the module.
    new_of : dict of str to object
        What each old name stands for: a class or a function.

    Returns
    -------
    get_attribute : callable

    Examples
    --------
    >>> from skclean.rules import Otsu
    >>> from skclean.utils._deprecation import renamed_names
    >>> __getattr__ = renamed_names("skclean.rules", {"OtsuRule": Otsu})
    """

    def get_attribute(name):
        if name not in new_of:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        warn_renamed(f"{module}.{name}", new_of[name].__name__)
        return new_of[name]

    return get_attribute
