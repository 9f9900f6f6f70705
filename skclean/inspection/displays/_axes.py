"""Axes to draw on, and texts on them: matplotlib is imported here alone, when something is drawn."""

from typing import Any

import numpy as np

from skclean.inspection._extras import import_extra
from skclean.utils._typing import Array
from skclean.utils._values import plain_text

__all__ = ["axes_for", "check_matplotlib", "class_texts", "set_tick_texts"]

# Characters of a label or a name that are shown.
MOST_CHARACTERS = 24
# Height of a figure for each line of text on its vertical axis, in inches.
LINE = 0.22
# Shares of the width and of the height of a figure that a square with a colour bar beside it can take.
SQUARE = (0.62, 0.77)
# So many texts fit on an axis; beyond, every second, third … one is shown.
MOST_TEXTS = 60


def check_matplotlib(who: str) -> None:
    """Raise ImportError, with the line that installs it, where matplotlib is missing; before any time is spent."""
    import_extra("matplotlib", who)


def axes_for(ax: Any, who: str, *, n_lines: int = 0, side: float = 0.0) -> Any:
    """Return the axes to draw on: those of the caller, or those of a new figure in the caller's own style.

    Parameters
    ----------
    ax : matplotlib Axes or None
    who : str
        What draws, for messages.
    n_lines : int, default=0
        Lines of text on the vertical axis; a new figure is high enough for them.
    side : float, default=0.0
        Side of a square that a new figure has room for, in inches.

    Returns
    -------
    ax : matplotlib Axes
    """
    pyplot = import_extra("matplotlib.pyplot", who)
    if ax is not None:
        return ax
    width, height = pyplot.rcParams["figure.figsize"]
    size = max(width, side / SQUARE[0]), max(height, LINE * n_lines, side / SQUARE[1])
    _, ax = pyplot.subplots(figsize=size)
    return ax


def class_texts(values: Array, most: int = MOST_CHARACTERS) -> list[str]:
    """Return labels or names as they are drawn: on one line, without control characters, cut where they are long."""
    return [plain_text(value, most) for value in values]


def set_tick_texts(ax: Any, which: str, positions: Any, texts: list[str], *, rotation: float = 0) -> None:
    """Write texts beside an axis as they are: a dollar sign starts no formula.

    Parameters
    ----------
    ax : matplotlib Axes
    which : {"x", "y"}
    positions : array-like of shape (n_texts,)
    texts : list of str
    rotation : float, default=0
        Degrees.
    """
    step = -(-len(texts) // MOST_TEXTS) or 1
    set_ticks = ax.set_xticks if which == "x" else ax.set_yticks
    set_ticks(np.asarray(positions)[::step], labels=texts[::step], rotation=rotation)
    for text in ax.get_xticklabels() if which == "x" else ax.get_yticklabels():
        text.set_parse_math(False)
