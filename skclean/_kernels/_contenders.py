"""The rows whose strongest rival comes near the given class, gathered once, and their ratios.

A row given class y, whose largest other probability is that of class o, has the ratio min(1, p_y / (scale * p_o)). The
scale differs from pair to pair of classes. Of few classes all pairs have a cell; of many classes only pairs that occur
in a gathered row, so that 10,000 classes need no table of 100 million pairs.
"""

from dataclasses import dataclass

import numpy as np

from skclean._kernels._blocks import list_rows
from skclean._kernels._summary import FAR_AHEAD, codes_for
from skclean._kernels._validate import check_floats, check_weight, readable
from skclean._kernels.proba._contenders import (
    count_cells,
    fill_histogram,
    fill_ratios,
    list_below,
    list_contenders,
    take_contenders,
)

__all__ = ["MAX_IN_TABLE", "Contenders", "find_contenders"]

# Up to so many classes every pair has a cell.
MAX_IN_TABLE = 256


@dataclass(frozen=True, eq=False)
class Contenders:
    """Rows with a ratio that may be below 1, for scales up to `reach`, and the pairs of classes that they have.

    Attributes
    ----------
    listed : ndarray of shape (n_listed,), int64
        Numbers of the rows, ascending.
    cells : ndarray of shape (n_listed,), int32
        The cell of each row's pair; n_cells where the rival is too far behind for any scale up to `reach`.
    given, rival : ndarray of shape (n_listed,), float64
        Probabilities of the given class and of the rival.
    pairs : ndarray of shape (n_cells,), int64
        The pair of each cell, as rival * n_classes + given class; ascending.
    n_classes : int
    n_others : int
        Rows with a code that are not listed: their ratio is 1.
    reach : float
    """

    listed: np.ndarray
    cells: np.ndarray
    given: np.ndarray
    rival: np.ndarray
    pairs: np.ndarray
    n_classes: int
    n_others: int
    reach: float

    @property
    def pair_rivals(self):
        """The rival class of each cell: ndarray of shape (n_cells,), int64."""
        return self.pairs // self.n_classes

    @property
    def pair_codes(self):
        """The given class of each cell: ndarray of shape (n_cells,), int64."""
        return self.pairs % self.n_classes

    def ratios(self, scales):
        """Return min(1, given / (scale * rival)) of each row: ndarray of shape (n_listed,), float64.

        Parameters
        ----------
        scales : ndarray of shape (n_cells,)
            Positive, at most `reach`.
        """
        ratios = np.empty(len(self.listed))
        fill_ratios(self.cells, self.given, self.rival, self._padded("scales", scales), ratios)
        return ratios

    def histogram(self, ratios, n_bins, weight=None):
        """Count all rows with a code, or add up their weights, in equal bins over [0, 1]; a ratio of 1 is in the last.

        Parameters
        ----------
        ratios : ndarray of shape (n_listed,)
        n_bins : int
        weight : ndarray of shape (n_listed,) or None

        Returns
        -------
        ndarray of shape (n_bins,), float64
        """
        histogram = np.zeros(n_bins)
        if fill_histogram(ratios, check_weight(weight, len(ratios)), histogram):
            raise ValueError("rows is the summary of a matrix with NaN or negative numbers; pass probabilities")
        histogram[-1] += self.n_others
        return histogram

    def below(self, ratios, cut, leads):
        """Places of the rows with a ratio below the cut, and a rival that leads: given < leads * rival.

        Parameters
        ----------
        ratios : ndarray of shape (n_listed,)
        cut : float
        leads : ndarray of shape (n_cells,)
            Positive.

        Returns
        -------
        places : ndarray of int64
            Positions in `listed`, ascending.
        """
        places = np.empty(len(ratios), dtype=np.int64)
        leads = self._padded("leads", leads)
        return places[: list_below(ratios, cut, self.cells, self.given, self.rival, leads, places)]

    def count(self, places, weight=None):
        """Count some rows, or add up their weights, in the cells of their pairs.

        Parameters
        ----------
        places : ndarray of int64
            Positions in `listed`.
        weight : ndarray of the same shape or None

        Returns
        -------
        ndarray of shape (n_cells,), float64
        """
        places = readable("places", places, np.int64, 1)
        if places.size and not 0 <= places.min() <= places.max() < len(self.listed):
            raise ValueError(f"places must lie in 0..{len(self.listed) - 1}")
        counts = np.zeros(len(self.pairs) + 1)
        count_cells(places, self.cells, check_weight(weight, len(places)), counts)
        return counts[:-1]

    def _padded(self, name, values):
        return np.append(check_floats(name, values, self.pairs.shape), 0.0)


def find_contenders(codes, summary, reach, *, every=False, n_jobs=None):
    """Gather the rows with a code whose given class has less than `reach` times the probability of its rival.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Given classes; -1 leaves a row out.
    summary : RowSummary
        From `scan_rows` on codes of which these are the same or -1.
    reach : float
        The largest scale that will be asked for; positive.
    every : bool, default=False
        Whether all rows with a code are listed, for weights, which are added up in the order of the rows.
    n_jobs : int or None

    Returns
    -------
    Contenders
    """
    codes = codes_for(codes, summary.proba, summary)
    if not 0 < reach < np.inf:
        raise ValueError(f"reach must be positive and finite, got {reach}")
    near = list_rows(list_contenders, (codes, summary.given, summary.rival), (float(reach),), n_jobs)
    rivals = summary.near_rival
    # Up to that reach every row that is near has a rival with a name.
    unnamed = near[rivals[near] < 0] if reach > FAR_AHEAD else near[:0]
    if unnamed.size:
        rivals = rivals.copy()
        rivals[unnamed] = summary.rivals_of(unnamed)
    n_coded = np.count_nonzero(codes >= 0)
    listed = np.flatnonzero(codes >= 0) if every else near
    cells, pairs = np.empty(len(listed), dtype=np.int32), None
    given, rival = np.empty((2, len(listed)))
    n_classes = summary.proba.shape[1]
    if n_classes <= MAX_IN_TABLE:
        take_contenders(listed, codes, summary.given, summary.rival, rivals, n_classes, cells, given, rival)
        pairs = np.arange(n_classes**2)
    else:
        given[:], rival[:] = summary.given[listed], summary.rival[listed]
        cells, pairs = _numbered(codes[listed], rivals[listed], n_classes)
    return Contenders(listed, cells, given, rival, pairs, n_classes, n_coded - len(listed), float(reach))


def _numbered(codes, rivals, n_classes):
    """Number the pairs that occur: (cell of each row, pair of each cell)."""
    named = rivals >= 0
    pairs, places = np.unique(rivals[named].astype(np.int64) * n_classes + codes[named], return_inverse=True)
    cells = np.full(len(codes), len(pairs), dtype=np.int32)
    cells[named] = places
    return cells, pairs
