"""Lists of nearest neighbours, long enough that k of them nearly always lie outside the row's own fold."""

from threading import Lock

import numpy as np
from scipy.stats import nbinom

from skclean._kernels import Voters
from skclean.preprocessing._nearest import nearest_blocks

__all__ = ["NeighbourLists"]

# In so many of all rows and repeats the first list may be too short. Each such row is searched for on its own.
TOO_SHORT = 1e-7


class NeighbourLists:
    """Neighbours of every row among all others, sorted by (distance, number of the row).

    Equal distances are taken in row order, whatever the search or its threads found first. Where more rows than 16
    times the length of a list are equally distant, scikit-learn's search decides which of them are in the list.

    A list that proves too short grows, by a search for this row alone: what it holds never depends on which thread
    asked first, or for what other rows.

    Parameters
    ----------
    search : NearestNeighbors
        Not fitted yet.
    X : ndarray or CSR matrix of shape (n_rows, n_features)
        The rows that take part; distances between them for ``metric="precomputed"``.
    rows : ndarray of shape (n_rows,), int32
        What numbers these rows have among all.
    n_samples : int
        How many rows there are in all.
    weighted : bool
        Whether a neighbour's vote is the inverse of its distance. Without, distances are not kept.
    """

    def __init__(self, search, X, rows, n_samples, weighted):
        self._search = search.fit(X)
        self._X = X
        self._rows = rows
        self._n_samples = n_samples
        self._weighted = weighted
        self._first = None
        self._longer = {}  # by row: what `_grow` returned
        self._lock = Lock()

    def __getstate__(self):
        """Without the lock: joblib may have been told to run blocks in processes."""
        return {name: value for name, value in vars(self).items() if name != "_lock"}

    def __setstate__(self, state):
        vars(self).update(state, _lock=Lock())

    def first(self, k, n_splits):
        """The lists of all rows, searched for at the first call.

        Parameters
        ----------
        k : int
            Neighbours wanted outside the row's fold.
        n_splits : int
            Folds of equal size that rows fall into at random.

        Returns
        -------
        voters : Voters
        """
        with self._lock:
            if self._first is None:
                length = k + int(nbinom.ppf(1 - TOO_SHORT, k, 1 - 1 / n_splits))
                found = self._nearest(np.arange(len(self._rows)), min(length, len(self._rows) - 1))
                self._first = Voters(self._rows, *found, self._n_samples)
                self._search.n_jobs = None  # from now on it looks for one row at a time
            return self._first

    def longer(self, voters, short):
        """Longer lists for some of the rows of `voters`.

        Parameters
        ----------
        voters : Voters
        short : ndarray of int
            Positions in `voters`, of rows whose list there is too short.

        Returns
        -------
        longer : Voters
            Of those rows only.
        """
        rows = voters.rows[short]
        lengths = np.count_nonzero(voters.lists[short] >= 0, axis=1).tolist()
        with self._lock:
            lists, weights = zip(*map(self._grow, rows.tolist(), lengths), strict=True)
        lists = _padded(lists, -1)
        return Voters(rows, lists, _padded(weights, 0.0) if self._weighted else None, self._n_samples)

    def _grow(self, row, length):
        """Neighbours of one row and their weights: more than `length`, where there are more."""
        position = int(np.searchsorted(self._rows, row))
        known = self._longer.get(row)
        if known is None:
            known = self._first.lists[position], self._first.weights[position] if self._weighted else None
        while len(known[0]) <= length < len(self._rows) - 1:
            found, weights = self._nearest(np.array([position]), min(4 * len(known[0]), len(self._rows) - 1))
            # What is known stays as it is, in its order: another search may round distances otherwise.
            new = ~np.isin(found[0], known[0])
            known = (
                np.concatenate([known[0], found[0, new]]),
                np.concatenate([known[1], weights[0, new]]) if self._weighted else None,
            )
        self._longer[row] = known
        return known

    def _nearest(self, positions, length):
        """The `length` nearest of the rows at these positions, and their weights where votes are weighted."""
        neighbours = np.empty((len(positions), length), dtype=np.int32)
        weights = np.empty((len(positions), length)) if self._weighted else None
        for part, found, distances in nearest_blocks(self._search, self._X, positions, positions, length):
            neighbours[part] = self._rows[found]
            if self._weighted:
                with np.errstate(divide="ignore"):
                    weights[part] = 1 / distances
        return neighbours, weights


def _padded(lists, end):
    matrix = np.full((len(lists), max(map(len, lists))), end, dtype=lists[0].dtype)
    for row, some in zip(matrix, lists, strict=True):
        row[: len(some)] = some
    return matrix
