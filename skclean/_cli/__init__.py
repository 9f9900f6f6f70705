"""The parts of the command: arguments, tables in and out, the audit, the text on screen.

Each command imports the libraries, so it is imported at its first use: help and wrong arguments need none of them.
"""

from skclean.utils import _lazy

__all__ = [
    "run_apply",
    "run_audit",
    "run_compare",
    "run_completion",
    "run_diff",
    "run_noise",
    "run_review",
]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "run_apply": "skclean._cli._apply",
        "run_audit": "skclean._cli._audit",
        "run_compare": "skclean._cli._compare",
        "run_completion": "skclean._cli._completion",
        "run_diff": "skclean._cli._diff",
        "run_noise": "skclean._cli._noise",
        "run_review": "skclean._cli._review",
    },
)
