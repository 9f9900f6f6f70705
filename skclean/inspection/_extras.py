"""Packages of the extra `report`, imported at their first use, with an error that says how to install them."""

from importlib import import_module
from types import ModuleType

__all__ = ["import_extra"]


def import_extra(module: str, who: str) -> ModuleType:
    """Import a module of an extra.

    Parameters
    ----------
    module : str
        Such as "matplotlib.pyplot".
    who : str
        What needs it, for the message.

    Returns
    -------
    module : module

    Raises
    ------
    ImportError
        If it is not installed. The message has the line that installs it.

    Examples
    --------
    >>> from skclean.inspection._extras import import_extra
    >>> import_extra("html", "a page").escape("<")
    '&lt;'
    """
    try:
        return import_module(module)
    except ImportError as error:
        package = module.split(".")[0]
        raise ImportError(f'{who} needs {package}, which is not installed: pip install "skclean[report]"') from error
