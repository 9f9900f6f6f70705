"""Draw folds at random, and sum values over the folds of each row."""

import numpy as np

from skclean._kernels._validate import as_array, as_floats, check_codes, check_count, readable
from skclean._kernels.folds._folds import add_fold_values, count_extremes, deal_evenly, deal_folds

# A fold is numbered by a byte; the number that is left over means that a row is in none.
MAX_FOLDS = NO_FOLD = 255


def group_rows(strata):
    """Rows listed stratum by stratum, and where each stratum starts; rows of stratum -1 are left out.

    Parameters
    ----------
    strata : array of int, shape (n,)

    Returns
    -------
    grouped : int32 array of shape (n_listed,)
    starts : int64 array of shape (n_strata + 1,)
    """
    strata = as_array("strata", strata)
    if strata.ndim != 1 or strata.dtype.kind not in "iu":
        raise ValueError(f"strata must be integers of one dimension, got {strata.dtype} of shape {strata.shape}")
    strata = check_codes(strata, len(strata), int(strata.max(initial=0)) + 1)
    order = np.argsort(strata, kind="stable").astype(np.int32)
    starts = np.cumsum(np.bincount(strata + 1))
    return order[starts[0] :], starts - starts[0]


def draw_folds(grouped, starts, n_rows, n_splits, *, seed, first, stop):
    """Folds of the repeats first … stop - 1.

    Parameters
    ----------
    grouped, starts : arrays
        From `group_rows`.
    n_rows : int
        Number of rows, those that are not listed included.
    n_splits : int
        Folds a repeat, at most 255.
    seed : int
        In 0 … 2**64 - 1. Seed and number of a repeat determine its folds.
    first, stop : int

    Returns
    -------
    folds : uint8 array of shape (stop - first, n_rows)
        Fold sizes differ by one at most, and so do the parts of each stratum; 255 for rows that are not listed.
    """
    grouped, starts = _check_listed(grouped, starts, n_rows, n_splits)
    first = check_count("first", first, least=0)
    stop = check_count("stop", stop, least=first)
    folds = np.empty((stop - first, n_rows), dtype=np.uint8)
    deal_folds(grouped, starts, n_splits, seed, first, np.empty_like(grouped), folds)
    return folds


def draw_even_folds(order, starts, n_rows, n_splits, low, high, *, seed, first):
    """Folds of some repeats, from two parts of each row's place that are added up modulo n_splits.

    Parameters
    ----------
    order, starts, n_rows, n_splits
        As `grouped` and the others in `draw_folds`; the place of a row is where `order` names it.
    low : uint8 array of shape (R, L)
        Column p % L holds the first part for the place p; numbers below n_splits.
    high : uint8 array of shape (R, H)
        Column p // L holds the second.
    seed, first : int
        Seed, and number of the first repeat: together they name the folds.

    Returns
    -------
    folds : uint8 array of shape (R, n_rows)
        As from `draw_folds`, for which a few rows are moved to other folds.
    """
    order, starts = _check_listed(order, starts, n_rows, n_splits)
    low, high = readable("low", low, np.uint8, 2), readable("high", high, np.uint8, 2)
    for name, part in (("low", low), ("high", high)):
        if len(part) != len(low) or part.max(initial=0) >= n_splits:
            raise ValueError(f"{name} must be a uint8 matrix of numbers below {n_splits} with a row a repeat")
    if low.shape[1] * high.shape[1] < len(order):
        raise ValueError(f"low and high have parts for {low.shape[1] * high.shape[1]} places, not for {len(order)}")
    folds = np.empty((len(low), n_rows), dtype=np.uint8)
    deal_evenly(order, starts, n_splits, low, high, seed, first, folds)
    return folds


def _check_listed(grouped, starts, n_rows, n_splits):
    """The arrays, checked, as kernels read them."""
    if check_count("n_splits", n_splits, least=2) > MAX_FOLDS:
        raise ValueError(f"n_splits must lie in 2..{MAX_FOLDS}, got {n_splits}")
    check_count("n_rows", n_rows, least=0)
    grouped, starts = readable("grouped", grouped, np.int32, 1), readable("starts", starts, np.int64, 1)
    if grouped.size and (grouped.min() < 0 or grouped.max() >= n_rows):
        raise ValueError(f"grouped names rows outside 0..{n_rows - 1}")
    rises = len(starts) and starts[0] == 0 and starts[-1] == len(grouped) and np.diff(starts).min(initial=0) >= 0
    if not rises:
        raise ValueError("starts must rise from 0 to the number of rows in grouped")
    return grouped, starts


def count_fold_extremes(folds, scores, *, seed, first, worst, best):
    """Count in place how often each row sat in the worst and in the best fold, ties broken at random.

    Parameters
    ----------
    folds : uint8 array of shape (R, n)
    scores : float64 array of shape (R, k)
        Higher is better. Repeats in which one is NaN are left out.
    seed, first : int
        Seed, and number of the first repeat: together they break the ties.
    worst, best : int64 arrays of shape (n,)
        Added to.

    Returns
    -------
    counted : int
        Repeats that were not left out.
    """
    folds, scores = _check_block(folds, scores)
    for name, counts in (("worst", worst), ("best", best)):
        _check_written(name, counts, np.int64, folds.shape[1])
    return count_extremes(folds, scores, seed, first, worst, best)


def sum_fold_values(folds, values, totals):
    """Add in place to each row the values of the folds that it sat in.

    Parameters
    ----------
    folds : uint8 array of shape (R, n)
    values : float64 array of shape (R, k)
    totals : float64 array of shape (n,)
    """
    folds, values = _check_block(folds, values)
    _check_written("totals", totals, np.float64, folds.shape[1])
    add_fold_values(folds, values, totals)


def _check_block(folds, values):
    folds, values = readable("folds", folds, np.uint8, 2), as_floats("values", values)
    if values.ndim != 2 or len(folds) != len(values) or not values.shape[1]:
        raise ValueError(f"folds and values must have a row a repeat, got shapes {folds.shape} and {values.shape}")
    return folds, values


def _check_written(name, values, dtype, n_rows):
    """Refuse an array that a kernel cannot write to in place."""
    flags = getattr(values, "flags", None)
    if flags is None or values.dtype != dtype or values.shape != (n_rows,) or not (flags.carray and flags.writeable):
        raise ValueError(f"{name} must have shape ({n_rows},), be contiguous, writable and {np.dtype(dtype)}")
