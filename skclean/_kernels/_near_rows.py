"""Lists of near rows that are improved step by step."""

import numpy as np

from skclean._kernels._blocks import run_tasks, task_bounds
from skclean._kernels._validate import readable
from skclean._kernels.neighbours._near_rows import (
    LANES,
    QUERIES,
    project_rows,
    search_leaf,
    search_neighbours,
    sort_measured,
)

__all__ = ["NearLists", "measure_lists", "project_points"]


class NearLists:
    """The nearest candidates found so far of every row, and how to find nearer ones.

    Parameters
    ----------
    points : float32 array of shape (n, d)
    k : int
        Length of each list.
    n_jobs : int or None
        Threads. The result does not depend on it.

    Attributes
    ----------
    found : int32 array of shape (n, k)
        Nearest first; -1 where fewer than k are known.
    distances : float32 array of shape (n, k)
        Squared distances; infinite where there is no candidate.
    """

    def __init__(self, points, k, *, n_jobs=None):
        points = np.asarray(points)
        if points.dtype != np.float32 or points.ndim != 2 or points.size == 0:
            raise ValueError(f"points must be a float32 matrix with rows, got {points.dtype} of shape {points.shape}")
        if not 1 <= k < np.iinfo(np.int32).max:
            raise ValueError(f"k must be at least 1, got {k}")
        self.points, self.n_jobs = np.require(points, requirements="CA"), n_jobs
        self.found = np.full((len(points), k), -1, dtype=np.int32)
        self.distances = np.full((len(points), k), np.inf, dtype=np.float32)

    def search_leaves(self, leaves, classes=None):
        """Offer the members of each leaf to its queries.

        Parameters
        ----------
        leaves : list of (members, queries)
            int32 arrays of row numbers; no row is a query of two leaves.
        classes : int32 array of shape (n,) or None, default=None
            Members are offered only to queries of other classes; None means to all.
        """
        n_rows, n_columns = self.points.shape
        for members, queries in leaves:
            _check_numbers("members", members, np.int32, n_rows)
            _check_numbers("queries", queries, np.int32, n_rows)
        classes = np.empty(0, dtype=np.int32) if classes is None else readable("classes", classes, np.int32, 1)
        if len(classes) not in (0, n_rows):
            raise ValueError(f"classes must hold the class of each of {n_rows} rows, got {len(classes)}")
        most = max((len(members) for members, _ in leaves), default=0)
        padded = -(-most // LANES) * LANES

        def search(start, stop):
            columns, reached = np.empty(padded * n_columns, np.float32), np.empty(padded * QUERIES, np.float32)
            keys, seen = np.empty((2, padded + 1), dtype=np.uint64), np.full(n_rows, -1, dtype=np.int32)
            room = columns, reached, keys, seen, classes, np.empty(padded, dtype=np.int32)
            for leaf in leaves[start:stop]:
                search_leaf(self.points, *leaf, *room, self.found, self.distances)

        run_tasks(search, task_bounds(len(leaves), most**2), self.n_jobs)

    def search_neighbours(self, width, near=None, known=None):
        """Offer the first `width` neighbours of the first `width` neighbours to every row; return how many were taken.

        Only what was known before counts, so that the order of rows has no part in it.

        Parameters
        ----------
        width : int
        near, known : NearLists of the same points or None, default=None
            Lists of the rows, and of their neighbours; None means these lists. No list of `known` holds a row that its
            neighbour's neighbour must not have.
        """
        near, known = (
            (self if lists is None else lists).found[:, : min(width, self.found.shape[1])].copy()
            for lists in (near, known)
        )
        width = known.shape[1]

        def search(start, stop):
            seen, met = np.full(len(known), -1, dtype=np.int32), np.empty(width**2 + 1, dtype=np.int32)
            room = seen, met, np.empty((2, width**2 + LANES), dtype=np.uint64)
            return search_neighbours(self.points, near, known, start, stop, *room, self.found, self.distances)

        return sum(run_tasks(search, task_bounds(len(known), width**2), self.n_jobs))


def measure_lists(points, rows, queries, found):
    """Distances in double precision, each list sorted by (distance, position).

    Parameters
    ----------
    points : float64 array of shape (n, d)
    rows : int64 array of shape (n_positions,)
        Which row of the points each position is.
    queries : int64 array of shape (m,)
        Rows of the points, each with a list.
    found : int32 array of shape (m, k)
        Positions, sorted in place; -1 goes to the end, with an infinite distance.

    Returns
    -------
    distances : float64 array of shape (m, k)
    """
    points, rows, queries = (np.require(values, requirements="CA") for values in (points, rows, queries))
    if points.dtype != np.float64 or points.ndim != 2:
        raise ValueError(f"points must be a float64 matrix, got {points.dtype} of shape {points.shape}")
    _check_numbers("rows", rows, np.int64, len(points))
    _check_numbers("queries", queries, np.int64, len(points))
    _check_numbers("found", found, np.int32, len(rows), least=-1)
    if found.shape[:1] != queries.shape or found.ndim != 2 or not found.flags.c_contiguous:
        raise ValueError(f"found must hold a list for each of {len(queries)} queries, got shape {found.shape}")
    distances = np.empty(found.shape)
    sort_measured(points, rows, queries, found, distances)
    return distances


def project_points(points, rows, line):
    """Products of some rows with a line.

    Parameters
    ----------
    points : float32 array of shape (n, d)
    rows : int32 array of shape (m,)
        Rows of the points.
    line : float32 array of shape (d,)

    Returns
    -------
    along : float32 array of shape (m,)
    """
    points, rows, line = (np.require(values, requirements="CA") for values in (points, rows, line))
    if points.dtype != np.float32 or points.ndim != 2:
        raise ValueError(f"points must be a float32 matrix, got {points.dtype} of shape {points.shape}")
    if line.dtype != np.float32 or line.shape != points.shape[1:]:
        raise ValueError(f"line must be float32 of shape {points.shape[1:]}, got {line.dtype} of shape {line.shape}")
    _check_numbers("rows", rows, np.int32, len(points))
    along = np.empty(len(rows), dtype=np.float32)
    project_rows(points, rows, line, along)
    return along


def _check_numbers(name, values, dtype, stop, least=0):
    if values.dtype != dtype or (values.size and not least <= values.min() <= values.max() < stop):
        raise ValueError(f"{name} must be {np.dtype(dtype)} numbers in {least}..{stop - 1}")
