"""A matrix as coloured cells with texts in them."""

from collections.abc import Callable
from typing import Any

import numpy as np

from skclean.inspection.displays._axes import MOST_TEXTS, axes_for, class_texts, set_tick_texts
from skclean.utils._typing import Array, Floats

__all__ = ["draw_matrix"]

# Texts in the cells of matrices of more classes are too small to read.
MOST_CELL_TEXTS = 12
# Side of a cell with and without texts in it, in inches.
CELL, PLAIN_CELL = 0.8, 0.17


def draw_matrix(
    ax: Any,
    who: str,
    shares: Floats,
    text_of: Callable[[int, int], str],
    names: Array,
    *,
    include_values: bool | None,
    im_kw: dict[str, Any] | None,
) -> Any:
    """Draw a square matrix of shares.

    Parameters
    ----------
    ax : matplotlib Axes or None
        None makes a new figure, in which the texts are legible.
    who : str
        What draws, for messages.
    shares : ndarray of shape (n, n), float64
        In [0, 1], which the colours show; NaN leaves a cell blank.
    text_of : callable
        The text of a cell, from its row and its column.
    names : ndarray of shape (n,)
        Of the rows and columns.
    include_values : bool or None
        Whether the texts are written; None writes them for up to 12 classes.
    im_kw : dict or None
        Passed to ``imshow``.

    Returns
    -------
    image : matplotlib AxesImage
    """
    has_texts = include_values or (include_values is None and len(names) <= MOST_CELL_TEXTS)
    ax = axes_for(ax, who, side=CELL * len(names) if has_texts else PLAIN_CELL * min(len(names), MOST_TEXTS))
    image = _draw_cells(ax, shares, names, im_kw)
    if has_texts:
        for i, j in np.ndindex(shares.shape):
            colour = _readable_on(image, shares[i, j])
            ax.text(j, i, text_of(i, j), ha="center", va="center", color=colour, fontsize="x-small", parse_math=False)
    return image


def _draw_cells(ax, shares, names, im_kw):
    """Draw the colours and the names beside them; return the image."""
    image = ax.imshow(shares, **{"vmin": 0.0, "vmax": 1.0, **(im_kw or {})})
    texts, positions = class_texts(names), np.arange(len(names))
    set_tick_texts(ax, "x", positions, texts, rotation=90 if len(names) > 4 or max(map(len, texts)) > 8 else 0)
    set_tick_texts(ax, "y", positions, texts)
    return image


def _readable_on(image, value):
    """Black or white, whatever differs more from the colour of a value."""
    if not np.isfinite(value):
        return "black"
    red, green, blue, _ = image.cmap(image.norm(value))
    return "black" if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 else "white"
