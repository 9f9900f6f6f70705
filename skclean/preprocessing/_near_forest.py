"""Nearest rows of large tables by a forest of random splits, approximately: not all true neighbours are found.

In more than about 15 dimensions no exact search is much faster than comparing every two rows. Here each tree halves the
rows again and again, at the median of their projections on the line through two random rows, until a leaf has some
hundreds of rows, and all rows of a leaf are compared. Near rows share a leaf of most trees, and what one tree cuts
apart another one does not. Then the neighbours of every row's neighbours are compared with it, for a neighbour of a
neighbour is likely to be one (Dong, Moses, Li, "Efficient k-nearest neighbor graph construction for generic similarity
measures", WWW 2011). Both are done again where that found many new rows. Comparisons are in float32; distances are
float64 in the end. Beside the points in float32, memory is taken for the lists alone: 8 bytes for each neighbour of
each row.

Of the 20 nearest of 200,000 rows of 20 columns this finds 98 to 100 % where the columns depend on each other (clusters,
a curved surface, ``make_classification``), and 90 % of independent normal numbers, the worst case there is.
``examples/benchmarks/nearest.py`` prints these shares and the time.
"""

import numpy as np

from skclean._kernels import NearLists, measure_lists, project_points

__all__ = ["NearForest", "grow_leaves"]

# How many trees are searched before how many neighbours of how many neighbours are compared. Where a comparison puts
# fewer than this share of new rows into the lists, they hold about 97 % of the true neighbours, and that is the end.
ROUNDS, FEW_NEW = ((8, 20), (8, 20)), 0.15
# For lists of more than so many neighbours, where one more tree costs more than a wider comparison: of the 100 nearest
# of 200,000 rows 87 % (independent columns) and 97 % (``make_classification``) are found.
LONG, ROUNDS_LONG = 50, ((6, 30), (4, 40))
# Trees where there are few queries, so that there are no lists of neighbours' neighbours.
N_TREES_ALONE = 24
# Rows of a leaf at most, and at least for each neighbour that is asked for.
LEAF_ROWS, LEAF_ROWS_EACH = 400, 4
# Below this share of queries among all rows the lists of the other rows would cost more than trees.
FEW_QUERIES = 0.25


class NearForest:
    """Lists of the nearest candidates of some rows.

    Parameters
    ----------
    points : ndarray of shape (n_samples, n_columns), float64
    among : ndarray of int
        Candidates, in random order.
    of : ndarray of int
        Rows that get a list.
    k : int
        Length of each list, less than half the number of candidates.
    n_jobs : int or None, default=None
        Threads. The result does not depend on it.
    """

    def __init__(self, points, among, of, k, *, n_jobs=None):
        self._points = points = np.ascontiguousarray(points)  # each row in one place
        is_candidate = np.zeros(len(points), dtype=bool)
        is_candidate[among] = True
        outside = of[~is_candidate[of]]
        leaf = max(LEAF_ROWS, LEAF_ROWS_EACH * k)
        first = grow_leaves(points[among].astype(np.float32), len(among), leaf, 0)
        # In the order of the leaves of one tree, near rows are near in memory.
        among = among[np.concatenate([members for members, _ in first])]
        self.rows = np.concatenate([among, outside]).astype(np.int64)
        near = NearLists(points[self.rows].astype(np.float32), k, n_jobs=n_jobs)
        if len(of) < FEW_QUERIES * len(among):
            is_asked = np.zeros(len(points), dtype=bool)
            is_asked[of] = True
            _search_trees(near, len(among), leaf, range(1, N_TREES_ALONE + 1), is_asked[self.rows])
        else:
            _search_rounds(near, len(among), leaf)
        self._found = near.found
        self._place = np.empty(len(points), dtype=np.int64)
        self._place[self.rows] = np.arange(len(self.rows))

    def lists_of(self, queries):
        """Rows of the nearest candidates, and their distances, of some of the rows that got a list.

        Returns
        -------
        found : ndarray of shape (n_queries, k), int32
            Sorted by distance; equal distances in an order that has nothing to do with the order of the rows.
        distances : ndarray of shape (n_queries, k), float64
        """
        found = self._found[self._place[queries]]
        distances = measure_lists(self._points, self.rows, np.asarray(queries, dtype=np.int64), found)
        return self.rows[found].astype(np.int32), distances


def _search_rounds(near, n_candidates, leaf):
    """Search trees, and neighbours of neighbours, until hardly a new row is found."""
    length, first = near.found.shape[1], 1
    for n_trees, width in ROUNDS_LONG if length > LONG else ROUNDS:
        _search_trees(near, n_candidates, leaf, range(first, first + n_trees))
        first += n_trees
        if near.search_neighbours(min(width, length)) < FEW_NEW * near.found.size:
            break


def _search_trees(near, n_candidates, leaf, numbers, asked=None):
    for number in numbers:
        near.search_leaves(grow_leaves(near.points, n_candidates, leaf, number, asked))


def grow_leaves(points, n_candidates, most, seed, asked=None):
    """Leaves of one random tree: list of (candidates, rows that are compared with them).

    Parameters
    ----------
    points : ndarray of shape (n_rows, n_columns), float32
        The candidates come first.
    n_candidates, most : int
        Candidates there are, and at most in a leaf.
    seed : int
    asked : ndarray of shape (n_rows,), bool, or None
        Rows to be compared; None means all.
    """
    rng = np.random.default_rng([n_candidates, seed])
    rows = np.arange(len(points), dtype=np.int32)
    queries = rows[n_candidates:] if asked is None else rows[asked]
    leaves, pending = [], [(rng.permutation(n_candidates).astype(np.int32), queries)]
    while pending:
        members, queries = pending.pop()
        if len(members) <= most:
            leaves.append((members, np.concatenate([members, queries]) if asked is None else queries))
            continue
        line = _random_line(points, members, rng)
        along = project_points(points, members, line)
        middle = len(members) // 2
        order = np.argpartition(along, middle)
        is_left = project_points(points, queries, line) < along[order[middle]] if len(queries) else queries == 0
        pending.append((members[order[:middle]], queries[is_left]))
        pending.append((members[order[middle:]], queries[~is_left]))
    return leaves


def _random_line(points, members, rng):
    """The direction from one random row to another, or any where they are equal."""
    first = rng.integers(len(members))
    second = (first + rng.integers(1, len(members))) % len(members)
    one, other = points[members[first]], points[members[second]]
    return other - one if (one != other).any() else rng.normal(size=len(one)).astype(np.float32)
