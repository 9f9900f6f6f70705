"""What goes wrong is said in one line on standard error."""

import sys

__all__ = ["UsageError", "one_line", "say"]


class UsageError(Exception):
    """The input, an argument or the machine cannot be used; the message says why and what to do."""


def one_line(error):
    """The message of an error without line breaks."""
    return " ".join(str(error).split())


def say(message):
    """Print one line for the person, not for a pipe."""
    print(f"skclean: {message}", file=sys.stderr)
