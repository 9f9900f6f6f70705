"""Votes of nearest neighbours and of their neighbours, and Shapley values of neighbours."""

import numpy as np

from skclean._kernels._blocks import run_tasks, task_bounds
from skclean._kernels._validate import as_array, check_codes, check_count, check_floats, readable
from skclean._kernels.neighbours._knn_shapley import add_shapley
from skclean._kernels.neighbours._label_propagation import agree_with_propagated, spread_votes

MIN_WEIGHT = 1e-100

__all__ = ["neighbour_agreements", "neighbour_values", "neighbour_votes"]


def neighbour_votes(lists, weights, codes, n_classes, *, propagation=0.0, n_jobs=None):
    """Share of the votes of each row's neighbours that every class gets.

    Parameters
    ----------
    lists : int32 array of shape (n, k)
        Neighbours of each row, none of them the row itself.
    weights : float64 array of shape (n, k) or None
        What each vote weighs, positive; None means equal votes.
    codes : int array of shape (n,)
        Classes; -1 only for rows that are in no list.
    n_classes : int
    propagation : float, default=0.0
        Part of each vote, in [0, 1], that goes not to the neighbour's class but to the votes of the neighbour's own
        neighbours, the judged row left out.
    n_jobs : int or None, default=None
        Threads.

    Returns
    -------
    shares : float64 array of shape (n, n_classes)
    """
    lists, weights, codes = _check_votes(lists, weights, codes, n_classes)
    if not 0 <= propagation <= 1:
        raise ValueError(f"propagation must lie in [0, 1], got {propagation}")
    shares = np.zeros((len(lists), n_classes))

    def spread(start, stop):
        spread_votes(lists, weights, codes, propagation, start, shares[start:stop])

    run_tasks(spread, _bounds(lists), n_jobs)
    return shares


def neighbour_agreements(lists, weights, codes, shares, *, n_jobs=None):
    """Return how much each row's shares agree with the votes of each neighbour's own neighbours, the row left out.

    Parameters
    ----------
    lists, weights, codes, n_jobs
        As in :func:`neighbour_votes`.
    shares : float64 array of shape (n, n_classes)

    Returns
    -------
    agreements : float64 array of shape (n, k)
        Scalar products: the probability that a label drawn from either is the same.
    """
    shares = as_array("shares", shares)
    if shares.ndim != 2:
        raise ValueError(f"shares must have 2 dimensions, got the shape {shares.shape}")
    lists, weights, codes = _check_votes(lists, weights, codes, shares.shape[1])
    n_rows = len(lists)
    shares = check_floats("shares", shares, (n_rows, shares.shape[1]))
    agreements = np.empty(lists.shape)

    def agree(start, stop):
        agree_with_propagated(lists, weights, codes, shares, start, agreements[start:stop])

    run_tasks(agree, _bounds(lists), n_jobs)
    return agreements


def neighbour_values(lists, codes, given, weights, k, n_all, values):
    """Add to `values` what each row is worth for a vote of k neighbours on some rows.

    Parameters
    ----------
    lists : int32 array of shape (m, width)
        For each judged row all others that train, nearest first; or the nearest of them, and then the last one is
        taken to be worth nothing.
    codes : int array of shape (n,)
        Classes; -1 only for rows that are in no list.
    given : int array of shape (m,)
        Classes of the judged rows.
    weights : float64 array of shape (m,)
        How much each judged row counts.
    k, n_all : int
        Votes, and how many rows train.
    values : float64 array of shape (n,)
    """
    lists = as_array("lists", lists)
    if lists.dtype != np.int32 or lists.ndim != 2 or not 1 <= lists.shape[1] <= n_all:
        raise ValueError(f"lists must be int32 of 1 to {n_all} columns, got {lists.dtype} of shape {lists.shape}")
    check_count("k", k)
    if values.dtype != np.float64 or values.ndim != 1:
        raise ValueError(f"values must be float64 of one dimension, got {values.dtype} of shape {values.shape}")
    if not len(lists):
        return
    if lists.min() < 0 or lists.max() >= len(values):
        raise ValueError(f"lists must hold numbers of rows in 0..{len(values) - 1}")
    most = np.iinfo(np.int32).max
    codes = check_codes(codes, len(values), most)
    given = check_codes(given, len(lists), most)
    weights = check_floats("weights", weights, (len(lists),))
    add_shapley(readable("lists", lists, np.int32, 2), codes, given, weights, k, n_all, values)


def _check_votes(lists, weights, codes, n_classes):
    lists = np.require(as_array("lists", lists), requirements="CA")
    if lists.dtype != np.int32 or lists.ndim != 2 or not lists.size:
        raise ValueError(f"lists must be int32 with a list a row, got {lists.dtype} of shape {lists.shape}")
    if lists.min() < 0 or lists.max() >= len(lists):
        raise ValueError(f"lists must hold numbers of rows in 0..{len(lists) - 1}")
    codes = check_codes(codes, len(lists), check_count("n_classes", n_classes))
    if codes.min() < 0 and (codes[lists] < 0).any():
        raise ValueError("codes must be those of rows that vote, got -1 for a row in the lists")
    if weights is None:
        return lists, np.empty((0, lists.shape[1])), codes
    weights = check_floats("weights", weights, lists.shape)
    if not MIN_WEIGHT <= weights.min() <= weights.max() <= 1 / MIN_WEIGHT:  # sums and products must not overflow
        raise ValueError(f"weights must be positive, from {MIN_WEIGHT:g} to {1 / MIN_WEIGHT:g}; rescale them")
    return lists, weights, codes


def _bounds(lists):
    return task_bounds(len(lists), lists.shape[1] ** 2)
