"""The parts of the command: arguments, tables in and out, the audit, the text on screen.

Each command imports the libraries, so it is imported at its first use: help and wrong arguments need none of them.
"""

from skclean.utils import _lazy

__all__ = ["run_apply", "run_audit", "run_review"]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "run_apply": "skclean._cli._apply",
        "run_audit": "skclean._cli._audit",
        "run_review": "skclean._cli._review",
    },
)
