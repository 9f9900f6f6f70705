"""Rows of a table of bins as points, between which distances mean something.

Numbers are standardised and go half of the way to the normal scores of their ranks, as :func:`elliptic_points` lets
them; each category is a coordinate; missing cells stand at the mean. All is learned from some rows, so that a large
table is never held as numbers: the point of a row is a sum of one line for each of its cells.
"""

from itertools import pairwise

import numpy as np
from scipy.linalg import eigh
from scipy.special import ndtri

from skclean._kernels import MISSING_CELL
from skclean.evidence.default_model._class_gaussians import MAX_COLUMNS
from skclean.preprocessing._points import MAX_CATEGORIES, WORDS_COUNT_FOR

__all__ = ["BinPoints"]

N_KNOTS = 512
# Cells of the sample that the directions of largest variance are learned from.
MAX_CELLS = 2_000_000


class BinPoints:
    """Points of rows of bins, with all their coordinates or with the 30 directions of largest variance.

    Parameters
    ----------
    bins : list of ColumnBins
        Of a :class:`BinEncoder`.
    cells : ndarray of shape (n_samples, n_columns), uint8
        Rows that scales and directions are learned from.

    Attributes
    ----------
    width : int
        Number of coordinates.
    """

    def __init__(self, bins, cells):
        self.lines = [_lines(one, cells[:, j]) for j, one in enumerate(bins)]
        ends = np.cumsum([0, *(lines.shape[1] for lines in self.lines)]).tolist()
        self.places = [slice(*ends) for ends in pairwise(ends)]
        self.width = max(1, ends[-1])
        self.directions = None
        if self.width > MAX_COLUMNS:
            some = np.linspace(0, len(cells) - 1, max(1, min(len(cells), MAX_CELLS // self.width))).astype(np.intp)
            self.directions = _largest_directions(self.wide(cells[some]))

    def wide(self, cells):
        """Points with all coordinates: ndarray of shape (n_rows, width), float32."""
        points = np.zeros((len(cells), self.width), dtype=np.float32)
        for j, (lines, place) in enumerate(zip(self.lines, self.places, strict=True)):
            points[:, place] = lines[cells[:, j]]
        return points

    def few(self, wide):
        """Points of at most 30 coordinates, from those with all: ndarray of shape (n_rows, n_directions), float64."""
        return (wide if self.directions is None else wide @ self.directions).astype(np.float64)


def _lines(bins, cells):
    """Return what each cell of a column adds to the coordinates: ndarray of shape (256, n_coordinates), float32.

    A column of texts with very many values, such as names, says nothing about distance and adds none.
    """
    n_bins = len(bins.centres)
    if bins.kind == "category":
        lines = np.zeros((256, n_bins if n_bins <= MAX_CATEGORIES else 0), dtype=np.float32)
        np.fill_diagonal(lines, 1)
        return lines
    lines = np.zeros((256, 1), dtype=np.float32)
    present = cells[cells != MISSING_CELL]
    if not present.size:
        return lines
    values = bins.centres[present]
    values = values - values.mean()
    spread = values.std()
    if spread > 0:
        places, heights = _half_normal(values / spread)
        centres = (bins.centres - bins.centres[present].mean()) / spread
        counts_for = WORDS_COUNT_FOR if bins.kind == "words" else 1.0
        lines[:n_bins, 0] = np.interp(centres, places, heights) * counts_for
    return lines


def _largest_directions(points):
    """Directions of largest variance about 0, as TruncatedSVD finds them: ndarray of shape (width, n_directions)."""
    wide = points.shape[1] > len(points)
    products = points @ points.T if wide else points.T @ points
    n_products = len(products)
    first = max(0, n_products - MAX_COLUMNS)
    scale, vectors = eigh(products.astype(np.float64), subset_by_index=[first, n_products - 1])
    if wide:
        vectors = points.T @ vectors / np.sqrt(np.maximum(scale, 1e-12))
    return vectors.astype(np.float32)


def _half_normal(column):
    """Places and values of the map that takes a coordinate half of the way to the normal scores of its ranks."""
    values = np.sort(column).astype(np.float64)
    knots = np.unique(values)
    if len(knots) > N_KNOTS:
        knots = np.unique(values[np.linspace(0, len(values) - 1, N_KNOTS).astype(np.intp)])
    ranks = (np.searchsorted(values, knots, "left") + np.searchsorted(values, knots, "right")) / 2
    scores = ndtri(np.clip(ranks, 0.5, len(values) - 0.5) / len(values))
    of_rows = np.interp(values, knots, scores)
    spread = of_rows.std()
    scale = values.std() / spread if spread > 1e-9 else 0.0
    return knots, (knots - values.mean() + (scores - of_rows.mean()) * scale) / 2
