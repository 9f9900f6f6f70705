"""Print results to standard output, and errors to standard error, in one line."""

import os
import sys
from contextlib import suppress

__all__ = ["UsageError", "one_line", "printable", "say", "show"]


# A line on standard error has no more.
MAX_CHARACTERS = 1000


class UsageError(Exception):
    """The input, an argument or the machine cannot be used; the message says why and what to do."""


def one_line(error):
    """The message of an error without line breaks."""
    return " ".join(str(error).split())


def printable(text):
    """A text of one line in which nothing is left that a terminal would obey."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def say(message):
    """Print one line for the person, not for a pipe.

    Values of the table may be part of it: what a terminal would obey is escaped, and what is very long is cut in the
    middle, since the remedy stands at the end.
    """
    message = printable(message)
    if len(message) > MAX_CHARACTERS:
        message = f"{message[: MAX_CHARACTERS * 2 // 3]} … {message[-MAX_CHARACTERS // 3 :]}"
    try:
        print(f"skclean: {message}", file=sys.stderr, flush=True)
    except (OSError, ValueError):  # nobody hears it, yet the exit code still tells
        _silence(sys.stderr)


def show(lines):
    """Print the result; what the encoding of the output lacks becomes a question mark."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    try:
        print("\n".join(lines), flush=True)
    except BrokenPipeError:  # the reader of a pipe left, as in "skclean audit … | head": that changes no finding
        _silence(sys.stdout)
    except OSError as error:
        _silence(sys.stdout)
        raise UsageError(f"standard output cannot be written: {one_line(error)}") from None


def _silence(stream):
    """Send to nowhere what a stream still holds: Python would try once more when it ends, and change the exit code."""
    with suppress(OSError, ValueError):  # a stream that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
