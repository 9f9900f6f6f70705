"""The parts of the command: arguments, tables in and out, the audit, the text on screen.

``run_audit`` imports the libraries, so it is imported at its first use: help and wrong arguments need none of them.
"""

from skclean.utils import _lazy

__all__ = ["run_audit"]

__getattr__, __dir__ = _lazy.lazy_names(__name__, {"run_audit": "skclean._cli._audit"})
