"""The command ``skclean``: a thin shell around the library.

Exit codes: 0 done; 1 the estimated noise rate is above ``--fail-above``; 2 the input or the arguments cannot be used,
or anything else failed; 130 interrupted. Every error is one line on standard error, never a traceback.
"""

import os
import sys

from skclean import _cli
from skclean._cli._arguments import make_parser
from skclean._cli._config import with_config
from skclean._cli._early import hand_over
from skclean._cli._errors import UsageError, one_line, say
from skclean._cli._stdin import standard_input

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
    if sys.stderr is None:  # closed; no file that is opened later may take its number, and hear what is meant for it
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    try:
        argv = sys.argv[1:] if argv is None else list(argv)
        parser = make_parser()
        arguments = parser.parse_args(with_config(argv, parser.get_default("commands")))
        arguments.argv = argv
        if sys.stdout is None:
            raise UsageError("standard output is closed, so the result cannot be shown")
        run = getattr(_cli, f"run_{arguments.command}")  # imports the libraries; Ctrl-C must not interrupt that
        hand_over()
        with standard_input(arguments):
            return run(arguments)
    except UsageError as error:
        say(one_line(error))
        return 2
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except Exception as error:  # an exit code of 1, as Python's own, would say that the labels are too noisy
        say(f"unexpected {type(error).__name__}: {one_line(error)}")
        return 2
