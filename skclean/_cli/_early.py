"""Ctrl-C while the libraries are imported, which takes a second or two: one line in place of a traceback.

On import, and only where the process is the command ``skclean``, a handler takes Ctrl-C until ``main`` begins.
"""

import os
import signal
import sys
import threading

__all__ = ["hand_over"]


def hand_over():
    """Let Ctrl-C raise KeyboardInterrupt again."""
    if signal.getsignal(signal.SIGINT) is _leave:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _leave(*_):
    if sys.stderr is not None:
        print("skclean: interrupted", file=sys.stderr, flush=True)
    os._exit(130)  # modules are half imported, so nothing can be run on the way out


def _is_the_command():
    """Return whether this is the installed script, or ``python -m skclean``."""
    words = sys.orig_argv
    if os.path.basename(sys.argv[0] if sys.argv else "").partition(".")[0] == "skclean":
        return True
    return "-m" in words and words[words.index("-m") + 1 :][:1] == ["skclean"]


if (
    _is_the_command()
    and threading.current_thread() is threading.main_thread()
    and signal.getsignal(signal.SIGINT) is signal.default_int_handler
):
    signal.signal(signal.SIGINT, _leave)
