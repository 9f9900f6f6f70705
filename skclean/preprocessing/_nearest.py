"""Nearest rows in an order that the search and its threads have no part in; the one search for neighbours."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from scipy.sparse import issparse
from scipy.spatial.distance import cdist
from sklearn.neighbors import NearestNeighbors

from skclean.preprocessing._near_forest import NearForest
from skclean.utils._typing import Array, Positions

__all__ = ["Neighbourhood", "find_neighbours", "nearest_blocks", "neighbour_blocks"]

# So many neighbours are found at once: their distances are float64, their numbers int64, and a sort needs as much.
FOUND_AT_ONCE = 1 << 18
# A search is exact for up to so many candidates, for as many pairs of rows as the square of that, in up to so many
# columns, where a tree finds the neighbours quickly, and for more than so many neighbours.
EXACT_ROWS, EXACT_COLUMNS, MAX_APPROXIMATE = 20_000, 15, 512
# To tell in which order equally distant neighbours come, all of them must be found: up to so many times the list.
MAX_TIED = 16


class Neighbourhood(NamedTuple):
    """The nearest neighbours of some rows, nearest first, all lists of one length.

    Attributes
    ----------
    indices : ndarray of shape (n_rows, k), int32
        Numbers of the neighbours.
    distances : ndarray of shape (n_rows, k), float64
        How far they are.
    """

    indices: Array
    distances: Array


def find_neighbours(
    points: Any,
    among: Positions,
    k: int,
    *,
    of: Positions | None = None,
    exact: bool = False,
    n_jobs: int | None = None,
) -> Neighbourhood:
    """The k nearest of some rows, for every row; none is its own neighbour.

    The search is exact for up to 20,000 candidates, in up to 15 columns, for sparse matrices and for more than 512
    neighbours. Otherwise it is approximate: of the 20 nearest of 200,000 rows of 20 columns it finds 98 to 100 % where
    the columns depend on each other, and 90 % of independent normal numbers (``examples/benchmarks/nearest.py``). The
    distances of the rows that it finds are exact. DistanceRatio searches by :func:`find_sides`; ReCoV, which is
    to give what its estimator gives, has a search of its own.

    Parameters
    ----------
    points : ndarray or sparse matrix of shape (n_samples, n_columns)
        From :func:`as_points`.
    among : ndarray of int
        Rows that may be neighbours.
    k : int
        Neighbours of each row; as many as every row has where these are fewer.
    of : ndarray of int or None, default=None
        Whose neighbours, ascending; None means all rows.
    exact : bool, default=False
        Whether all true neighbours are needed, however long it takes.
    n_jobs : int or None, default=None
        For scikit-learn's search.

    Returns
    -------
    neighbourhood : Neighbourhood
        A list for each row of `of`. Equal distances come in a random order, drawn from a fixed seed: tables are often
        sorted by their labels, and the first rows must not win every tie.
    """
    of = np.arange(points.shape[0]) if of is None else np.asarray(of)
    k = min(k, len(among) - int(np.isin(of, among).any()))
    indices, distances = np.empty((len(of), max(k, 0)), dtype=np.int32), np.empty((len(of), max(k, 0)))
    if k < 1:
        return Neighbourhood(indices, distances)
    for part, found, how_far in neighbour_blocks(points, among, k, of=of, exact=exact, n_jobs=n_jobs):
        indices[part], distances[part] = found, how_far
    return Neighbourhood(indices, distances)


def neighbour_blocks(
    points: Any, among: Positions, k: int, *, of: Positions | None, exact: bool = False, n_jobs: int | None = None
) -> Iterator[tuple[Positions, Array, Array]]:
    """As :func:`find_neighbours`, but yields (positions in `of`, indices, distances), each position once."""
    among = np.random.default_rng(0).permutation(among).astype(np.int32)
    if not exact and is_approximate(points, among, k, of):
        yield from _forest_blocks(points, among, k, of, n_jobs)
        return
    own = np.full(points.shape[0], -1)
    own[among] = np.arange(len(among))
    if 2 * k > len(among) and not issparse(points):
        blocks = _sorted_blocks(points[among], points, of, own[of], k)
    else:
        search = NearestNeighbors(n_neighbors=k, n_jobs=n_jobs).fit(points[among])
        blocks = nearest_blocks(search, points, of, own[of], k)
    for part, found, distances in blocks:
        yield part, among[found], distances


def is_approximate(points, among, k, of):
    """Return whether a search is too large to be exact."""
    return (
        not issparse(points)
        and points.shape[1] > EXACT_COLUMNS
        and len(among) > EXACT_ROWS
        and len(among) * len(of) > EXACT_ROWS**2
        and k <= MAX_APPROXIMATE
    )


def _forest_blocks(points, among, k, of, n_jobs):
    """As :func:`neighbour_blocks`, approximately."""
    forest = NearForest(points, among, of, k, n_jobs=n_jobs)
    step = max(1, FOUND_AT_ONCE // k)
    for start in range(0, len(of), step):
        part = np.arange(start, min(start + step, len(of)))
        yield part, *forest.lists_of(of[part])


def _sorted_blocks(fitted, X, rows, own, length):
    """As :func:`nearest_blocks` by a full sort, which is quicker than any search for most of the rows."""
    step = max(1, FOUND_AT_ONCE // len(fitted))
    for start in range(0, len(rows), step):
        part = np.arange(start, min(start + step, len(rows)))
        distances = cdist(_taken(X, rows[part]), fitted)
        trained = own[part] >= 0
        distances[trained, own[part][trained]] = np.inf
        found = distances.argsort(axis=1, kind="stable")[:, :length]
        yield part, found, np.take_along_axis(distances, found, axis=1)


def nearest_blocks(search, X, rows, own, length):
    """Search for the neighbours of some rows, sorted by (distance, position), block by block.

    Where more than 16 times `length` rows are equally distant, scikit-learn's search decides which of them are found.

    Parameters
    ----------
    search : NearestNeighbors
        Fitted.
    X : ndarray or CSR matrix of shape (n_samples, ...)
        What to ask the search for, in rows.
    rows, own : ndarray of shape (n_rows,), int
        Rows of X, ascending, and the position of each among the fitted rows, which is never its neighbour; -1 for none.
    length : int
        Neighbours of each.

    Yields
    ------
    part : ndarray of int
        Positions in `rows`: each comes once, those of many ties last.
    found, distances : ndarray of shape (n_part, length)
        Positions among the fitted rows, and how far they are.
    """
    n_fitted = search.n_samples_fit_
    pending, wanted = np.arange(len(rows)), length + 2  # the row itself, and one that is farther
    while len(pending):
        wanted = min(wanted, n_fitted)
        step = max(1, FOUND_AT_ONCE // wanted)
        open_ = []
        for start in range(0, len(pending), step):
            part = pending[start : start + step]
            found, distances, sure = _find(search, _taken(X, rows[part]), own[part], wanted, length)
            yield part[sure], found[sure], distances[sure]
            open_.append(part[~sure])
        pending, wanted = np.concatenate(open_), 4 * wanted


def _find(search, queries, own, wanted, length):
    """Sorted neighbours, their distances, and whether all that are as near as the last of them were found."""
    distances, found = search.kneighbors(queries, wanted)
    is_own = found == own[:, None]
    order = np.lexsort((found, distances, is_own))  # the row itself comes last, if it was found at all
    found = np.take_along_axis(found, order, axis=1)
    distances = np.take_along_axis(distances, order, axis=1)
    if wanted == search.n_samples_fit_ or wanted >= MAX_TIED * length:
        sure = np.ones(len(own), dtype=bool)
    else:
        farthest = np.where(is_own.any(axis=1), distances[:, -2], distances[:, -1])
        sure = distances[:, length - 1] < farthest
    return found[:, :length], distances[:, :length], sure


def _taken(X, rows):
    first, last = int(rows[0]), int(rows[-1])
    if last - first + 1 == len(rows):  # rows ascend: these need no copy
        return X[first : last + 1]
    return X[rows]
