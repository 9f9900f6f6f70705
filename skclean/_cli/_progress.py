"""Bars for long work, where a person watches and rich is installed."""

import importlib
import sys

from skclean._cli._errors import say

__all__ = ["ProgressLine", "show_progress"]


def show_progress(detector):
    """Let a fit show its progress through scikit-learn's callbacks, where these and rich are installed."""
    if not _watched() or not hasattr(detector, "set_callbacks"):
        return
    try:
        importlib.import_module("rich")
        bar = importlib.import_module("sklearn.callback").ProgressBar()
    except ImportError:
        return
    detector.set_callbacks(bar)


def _watched():
    """Return whether a person sees both outputs: a bar must not get into a file or a pipe."""
    return sys.stderr is not None and sys.stderr.isatty() and sys.stdout.isatty()


class ProgressLine:
    """Says which of many steps is under way, on standard error, where a person watches it."""

    def __call__(self, number, total, name):
        """Say a step: its number from 0, how many there are, and its name."""
        if _watched():
            say(f"{number + 1} of {total}: {name} …")
