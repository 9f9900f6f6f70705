"""The command ``skclean``: a thin shell around the library.

Exit codes: 0 done; 1 the estimated noise rate is above ``--fail-above``; 2 the input or the arguments cannot be used;
130 interrupted. Every error is one line on standard error, never a traceback.
"""

import os
import sys

from skclean._cli._arguments import make_parser
from skclean._cli._audit import run_audit
from skclean._cli._errors import UsageError, one_line, say

__all__ = ["main"]


def main(argv=None):
    """Run the command.

    Parameters
    ----------
    argv : list of str or None, default=None
        Arguments without the program's name; None means those of the process.

    Returns
    -------
    code : int
        Exit code.
    """
    try:
        arguments = make_parser().parse_args(argv)
        code = run_audit(arguments)
        sys.stdout.flush()
    except UsageError as error:
        say(one_line(error))
        return 2
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except BrokenPipeError:  # the reader of a pipe left, as in "skclean audit … | head"
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code
