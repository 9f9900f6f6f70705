"""P(event or censored, time | row), by the leaves of a forest that has not seen the row."""

from typing import NamedTuple

import numpy as np

from skclean.evidence.cross_fitting._leaf_shares import leaf_shares
from skclean.evidence.survival._hazard import null_residuals
from skclean.evidence.survival._time_bins import TimeBins
from skclean.utils._typing import Bools, Floats, Positions, Table

__all__ = ["Records", "event_time_density"]

# Share of the whole table in each row's distribution, so that nothing is impossible: the likeliest one, within these
# bounds, and with the first one for so many rows.
USUAL_SHARE, USUAL_COUNTS_FOR, LEAST_SHARE, LARGEST_SHARE = 0.2, 20.0, 0.02, 0.5
N_ROUNDS = 20
# What may be recorded anywhere counts for so many rows: of a few rows no record is surprising.
ANYWHERE_COUNTS_FOR = 1.0


class Records(NamedTuple):
    """Events and times of all rows, as the density reads them.

    Attributes
    ----------
    event : ndarray of shape (n_samples,), bool
    logs : ndarray of shape (n_samples,)
        Log times; anything where none was given.
    rows : ndarray of int
        Positions of the rows that have a time and a weight.
    bins : TimeBins
    """

    event: Bools
    logs: Floats
    rows: Positions
    bins: TimeBins

    @property
    def cells(self) -> Positions:
        """The bin of each row: ndarray of shape (n_samples,), int."""
        return self.bins.cells(self.logs)


def event_time_density(
    forest: object,
    points: Table,
    records: Records,
    *,
    weight: Floats,
    folds: list | None = None,
    random_state: object = None,
) -> Floats:
    """Estimate the distribution of what is recorded for each row, without the row.

    Parameters
    ----------
    forest : ExtraTreesRegressor
        Of :func:`share_forest`; cloned.
    points : ndarray or sparse matrix of shape (n_samples, n_columns)
    records : Records
    weight : ndarray of shape (n_samples,)
        What each row counts for.
    folds : list of (train, test) or None, default=None
        None means out of bag.
    random_state : int, RandomState instance or None, default=None
        Seeds the forest.

    Returns
    -------
    density : ndarray of shape (n_samples, 2, n_bins)
        P(censored, time in the bin) and P(event, time in the bin), smoothed over log time; each row sums to 1.
    """
    rows, n_bins = records.rows, records.bins.n_bins
    targets = np.zeros((len(records.event), 4))
    targets[rows] = null_residuals(records.event[rows], records.logs[rows], weight[rows])
    cells = records.cells + n_bins * records.event
    shares = leaf_shares(
        forest,
        points,
        targets,
        cells,
        2 * n_bins,
        rows=rows,
        weight=weight,
        folds=folds,
        random_state=random_state,
    )
    smoother = records.bins.smoother().T
    anywhere = ANYWHERE_COUNTS_FOR / (2 * n_bins * len(rows))
    near, every = (
        part.reshape(-1, 2, n_bins) @ smoother + anywhere
        for part in (shares, _shares_of_others(cells, rows, weight, 2 * n_bins))
    )
    own = rows, records.event[rows].astype(np.intp), records.cells[rows]
    share = _share_of_all(near[own], every[own], weight[rows])
    density = (1 - share) * near + share * every
    return np.asarray(density / density.sum(axis=(1, 2), keepdims=True))


def _share_of_all(near, every, weight):
    """The share of the whole table with which what was recorded is likeliest, by expectation-maximisation: float."""
    weight, share = weight / weight.mean(), USUAL_SHARE
    for _ in range(N_ROUNDS):
        of_all = share * every / ((1 - share) * near + share * every)
        share = (weight @ of_all + USUAL_COUNTS_FOR * USUAL_SHARE) / (weight.sum() + USUAL_COUNTS_FOR)
        share = min(max(share, LEAST_SHARE), LARGEST_SHARE)
    return share


def _shares_of_others(cells, rows, weight, n_cells):
    """Share of each cell among all rows but the row itself: ndarray of shape (n_samples, n_cells)."""
    counts = np.bincount(cells[rows], weight[rows], n_cells)
    others = np.tile(counts, (len(cells), 1))
    others[rows, cells[rows]] -= weight[rows]
    others = np.maximum(others, 0)
    sums = others.sum(axis=1, keepdims=True)
    return np.divide(others, sums, out=np.full_like(others, 1 / n_cells), where=sums > 1e-9)
