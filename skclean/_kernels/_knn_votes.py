"""Votes of the nearest neighbours outside a row's own fold."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from skclean._kernels._validate import check_codes, check_count, check_floats, readable
from skclean._kernels.neighbours._knn_votes import tally_means, tally_shares, tally_winners
from skclean._kernels.neighbours._knn_votes_packed import LANES as LANES
from skclean._kernels.neighbours._knn_votes_packed import count_misses, count_sizes, interleave

# One vote more than the row's own class has must still fit a byte.
MAX_LANE_VOTES = 254


@dataclass(frozen=True, eq=False)
class Voters:
    """The neighbours of some rows, checked once and then used in many repeats.

    Parameters
    ----------
    rows : int32 array of shape (m,)
        Whose neighbours these are.
    lists : int32 array of shape (m, width)
        Neighbours, nearest first, and -1 after the last. They take part in every repeat.
    weights : float64 array of shape (m, width) or None
        Weight of each neighbour, inf for one at the same place; None means equal votes.
    n_rows : int
        Number of rows that there are.
    """

    rows: np.ndarray
    lists: np.ndarray
    weights: np.ndarray | None
    n_rows: int

    def __post_init__(self):
        rows, lists = readable("rows", self.rows, np.int32, 1), readable("lists", self.lists, np.int32, 2)
        weights = self.weights if self.weights is None else readable("weights", self.weights, np.float64, 2)
        for name, values in (("rows", rows), ("lists", lists), ("weights", weights)):
            object.__setattr__(self, name, values)  # a frozen record allows no plain assignment
        if lists.shape[:1] != rows.shape:
            raise ValueError(f"rows and lists must be int32 with a list a row, got shapes {rows.shape}, {lists.shape}")
        if rows.size and (rows.min() < 0 or rows.max() >= self.n_rows):
            raise ValueError(f"rows must lie in 0..{self.n_rows - 1}")
        if lists.size and (lists.min() < -1 or lists.max() >= self.n_rows):
            raise ValueError(f"lists must hold numbers of rows in 0..{self.n_rows - 1}, or -1")
        if weights is not None and weights.shape != lists.shape:
            raise ValueError(f"weights must have shape {lists.shape}, got {weights.shape}")
        if weights is not None and not ((weights > 0) | (lists < 0)).all():
            raise ValueError("weights must be positive")

    @cached_property
    def named(self):
        """Mask of the rows that are voters' rows or in a list."""
        named = np.zeros(self.n_rows, dtype=bool)
        named[self.rows] = True
        for some in self.lists.T:  # a column at a time needs no memory to speak of
            named[some[some >= 0]] = True
        return named


def fold_sizes(folds, n_splits):
    """Number of rows in every fold.

    Parameters
    ----------
    folds : uint8 array of shape (R, n)
    n_splits : int

    Returns
    -------
    sizes : int64 array of shape (R, n_splits)
    """
    folds = readable("folds", folds, np.uint8, 2)
    sizes = np.zeros((len(folds), 256), dtype=np.int64)
    count_sizes(folds, sizes)
    return sizes[:, :n_splits]


def pack_lanes(folds):
    """Folds of at most LANES repeats side by side, as `vote_misses` reads them.

    Parameters
    ----------
    folds : uint8 array of shape (R, n)

    Returns
    -------
    lanes : uint8 array of shape (n, LANES)
        Unused lanes hold 255, which takes no part.
    """
    folds = readable("folds", folds, np.uint8, 2)
    if len(folds) > LANES:
        raise ValueError(f"at most {LANES} repeats fit side by side, got {len(folds)}")
    lanes = np.empty((folds.shape[1], LANES), dtype=np.uint8)
    interleave(folds, lanes)
    return lanes


def vote_misses(lanes, voters, codes, n_classes, k, misses):
    """Add to `misses` how many rows of every lane's folds an equal vote of k neighbours gets wrong.

    Parameters
    ----------
    lanes : uint8 array of shape (n, LANES)
        From `pack_lanes`.
    voters : Voters
    codes : int32 array of shape (n,)
        Classes; -1 only for rows that are nobody's neighbour and no voter's row.
    n_classes, k : int
        k is at most MAX_LANE_VOTES.
    misses : int64 array of shape (LANES, 256)
        By lane and fold.

    Returns
    -------
    short : int32 array
        Positions in `voters` of the rows that were not counted in any lane, since in one of them their list
        holds less than k neighbours outside their fold.
    """
    if check_count("k", k) > MAX_LANE_VOTES:
        raise ValueError(f"k must lie in 1..{MAX_LANE_VOTES}, got {k}")
    lanes = readable("lanes", lanes, np.uint8, 2)
    if lanes.shape != (voters.n_rows, LANES) or misses.shape != (LANES, 256):
        raise ValueError(f"lanes and misses must have shapes {(voters.n_rows, LANES)} and {(LANES, 256)}")
    codes = _check_votes(codes, voters, n_classes)
    short = np.empty(len(voters.rows), dtype=np.int32)
    votes = np.zeros((n_classes, LANES), dtype=np.uint8)
    return short[: count_misses(lanes, voters.rows, voters.lists, codes, k, votes, misses, short)]


def neighbour_shares(fold, voters, codes, k, shares):
    """Fill in place, for the rows of `voters`, the share of votes of every class.

    Parameters
    ----------
    fold : uint8 array of shape (n,)
    voters : Voters
    codes : int32 array of shape (n,)
    k : int
        Neighbours a row, the nearest that are outside its fold.
    shares : float64 array of shape (n, K)

    Returns
    -------
    short : int32 array
        Positions in `voters` of the rows that have less than k such neighbours in their list.
    """
    codes = _check_votes(codes, voters, shares.shape[1])
    return _tally(tally_shares, fold, voters, k, codes, shares)


def neighbour_winners(fold, voters, codes, n_classes, k, winners):
    """Fill in place, for the rows of `voters`, the class of most votes, the lowest of equals; else as the shares."""
    codes = _check_votes(codes, voters, n_classes)
    return _tally(tally_winners, fold, voters, k, codes, np.zeros(n_classes), winners)


def neighbour_means(fold, voters, target, k, means):
    """Fill in place, for the rows of `voters`, the mean of their neighbours' targets; else as the shares."""
    target = check_floats("target", target, (voters.n_rows,))
    return _tally(tally_means, fold, voters, k, target, means)


def _check_votes(codes, voters, n_classes):
    codes = check_codes(codes, voters.n_rows, check_count("n_classes", n_classes))
    if codes.min() < 0 and (codes[voters.named] < 0).any():
        raise ValueError("codes must be those of rows that take part, got -1 for a row in the lists")
    return codes


def _tally(kernel, fold, voters, k, values, *outputs):
    fold = readable("fold", fold, np.uint8, 1)
    if fold.shape != (voters.n_rows,) or len(outputs[-1]) != voters.n_rows:
        raise ValueError(f"fold and output must have {voters.n_rows} rows")
    check_count("k", k)
    weights = np.empty((0, 0)) if voters.weights is None else voters.weights
    short = np.empty(len(voters.rows), dtype=np.int32)
    taken = np.empty(k, dtype=np.int32)
    return short[: kernel(fold, voters.rows, voters.lists, weights, values, taken, *outputs, short)]
