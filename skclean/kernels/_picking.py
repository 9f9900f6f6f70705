"""Doors to the selections: so many rows of every class, or of every pair of classes."""

import numpy as np

from skclean.kernels._blocks import count_threads, run_tasks
from skclean.kernels._checks import check_codes, check_counts, check_floats, check_proba
from skclean.kernels._lowest import add_counts, flag_up_to, group_by_class
from skclean.kernels._rows import scan_rows
from skclean.kernels._select import (
    count_beaten,
    gather_beaten,
    keep_best,
    offer_others,
    offer_rivals,
)

# Every so many values make the sample that bounds a class's lowest ones.
SAMPLE_STEP = 16


def class_sizes(codes, n_classes, *, mask=None):
    """Count the rows of every class.

    Parameters
    ----------
    codes : array of int, shape (n,)
        -1 skips the row.
    n_classes : int
    mask : array of bool, shape (n,), or None
        Which rows to count; None means all.

    Returns
    -------
    ndarray of shape (n_classes,), int64
    """
    codes = check_codes(codes, np.size(codes), n_classes)
    if mask is None:
        mask = np.empty(0, dtype=bool)
    elif mask.dtype != bool or mask.shape != codes.shape:
        raise ValueError(f"mask must be bool of shape {codes.shape}, got {mask.dtype} of shape {mask.shape}")
    counts = np.zeros(n_classes, dtype=np.int64)
    add_counts(codes, np.ascontiguousarray(mask).view(np.uint8), counts)
    return counts


def lowest_per_class(codes, quality, counts, *, n_jobs=None):
    """Flag the counts[k] rows of every class k with the lowest quality.

    Parameters
    ----------
    codes : array of int, shape (n,)
        -1 skips the row.
    quality : array of float, shape (n,)
    counts : array of int, shape (K,)
        Where a class has fewer rows, all of them are flagged. Equal qualities: lower row first.
    n_jobs : int or None
        Accepted for symmetry; this is a few passes over (n,) arrays on one thread.

    Returns
    -------
    ndarray of shape (n,), bool
    """
    n_classes = np.size(counts)
    counts = check_counts(counts, (n_classes,))
    codes = check_codes(codes, np.size(codes), n_classes)
    quality = check_floats("quality", quality, codes.shape)
    n_members = class_sizes(codes, n_classes)
    starts = np.concatenate([[0], np.cumsum(n_members)])
    grouped = np.empty(starts[-1])
    group_by_class(codes, quality, starts[:-1].copy(), grouped)

    cutoff = np.full(n_classes, -np.inf)
    room = np.zeros(n_classes, dtype=np.int64)
    for k in np.flatnonzero(np.minimum(counts, n_members)):
        values = grouped[starts[k] : starts[k + 1]]
        wanted = min(counts[k], len(values))
        cutoff[k], n_below = _kth_lowest(values, wanted)
        room[k] = wanted - n_below
    mask = np.zeros(len(codes), dtype=bool)
    flag_up_to(codes, quality, cutoff, room, mask.view(np.uint8))
    return mask


def _kth_lowest(values, k):
    """The k-th lowest value, and how many are below it; reorders the values."""
    sample = values[::SAMPLE_STEP].copy()
    rank = (k + k // 4) // SAMPLE_STEP + SAMPLE_STEP
    if rank < len(sample) // 2:
        # A bound from the sample leaves few values to sort through, and hardly ever too few.
        sample.partition(rank)
        low = values[values <= sample[rank]]
        values = low if len(low) >= k else values
    values.partition(k - 1)
    return values[k - 1], np.count_nonzero(values[:k] < values[k - 1])


def noise_counts_mask(codes, proba, counts, *, n_jobs=None, rows=None):
    """Flag, for every pair i != j, the counts[i, j] rows given i with the largest p_j - p_i.

    Parameters
    ----------
    codes : array of int, shape (n,)
        -1 skips the row.
    proba : float32 or float64 array of shape (n, K)
        Margins are float64 differences. Equal margins: lower row first.
    counts : array of int, shape (K, K)
        The diagonal is not read. Where class i has fewer rows, all of them are flagged.
    n_jobs : int or None
        Threads share the classes; the rows flagged do not depend on how.
    rows : RowSummary or None
        From `scan_rows` on the same codes and matrix: then few rows are read again.

    Returns
    -------
    ndarray of shape (n,), bool
    """
    proba = check_proba(proba)
    n_rows, n_classes = proba.shape
    codes = check_codes(codes, n_rows, n_classes)
    counts = check_counts(counts, (n_classes, n_classes))
    n_members = class_sizes(codes, n_classes)
    flagged_class, pairs = _plan_pairs(counts, n_members)
    mask = flagged_class[codes]
    mask &= codes >= 0
    if not pairs.n_pairs:
        return mask
    if rows is None:
        rows = scan_rows(codes, proba, atol=None, n_jobs=n_jobs)[1]
    chosen = _fill_heaps(codes, proba, rows, pairs, n_members, n_jobs)
    mask[chosen] = True
    return mask


class _Pairs:
    """Pairs of classes that rows compete in, sorted by given class, with room for the heaps."""

    def __init__(self, wanted):
        given, other = np.nonzero(wanted)
        self.n_pairs = len(given)
        self.other = other.astype(np.int32)
        self.class_starts = np.searchsorted(given, np.arange(len(wanted) + 1))
        self.pair_of = np.full(wanted.shape, -1, dtype=np.int32)
        self.pair_of[given, other] = np.arange(self.n_pairs)
        self.starts = np.concatenate([[0], np.cumsum(wanted[given, other])])


def _plan_pairs(counts, n_members):
    """Classes that are flagged whole, and the pairs of the others that want any rows."""
    wanted = np.minimum(counts, n_members[:, None])
    np.fill_diagonal(wanted, 0)
    flagged_class = (wanted == n_members[:, None]).any(axis=1) & (n_members > 0)
    wanted[flagged_class] = 0
    return flagged_class, _Pairs(wanted)


def _fill_heaps(codes, proba, rows, pairs, n_members, n_jobs):
    """Rows left in any heap when all have been offered."""
    sizes = np.zeros(pairs.n_pairs, dtype=np.int64)
    margins = np.empty(pairs.starts[-1])
    chosen = np.empty(pairs.starts[-1], dtype=np.int64)
    entries, floors = np.empty(pairs.n_pairs), np.empty(len(n_members))
    summary = rows.given, rows.rival, rows.near_rival
    heaps = pairs.starts, sizes, margins, chosen

    def fill(first, last):
        if _keep_best_beaten(codes, summary, pairs, heaps, first, last):
            offer_rivals(codes, *summary, pairs.pair_of, *heaps, first, last)
        where = pairs.class_starts, pairs.other
        bound = first, last, rows.highest_sum
        offer_others(proba, codes, *summary, *where, *heaps, entries, floors, *bound)

    # Each worker owns whole classes, about as many rows as the next, so none shares a heap.
    n_workers = min(count_threads(n_jobs), len(n_members))
    shares = np.linspace(0, n_members.sum(), n_workers + 1)[1:-1]
    bounds = [0, *np.searchsorted(np.cumsum(n_members), shares).tolist(), len(n_members)]
    run_tasks(fill, sorted(set(bounds)), n_jobs)
    # A margin that is NaN enters no heap, so on unchecked rows some room may never be written.
    room = np.diff(pairs.starts)
    place = np.arange(len(chosen)) - np.repeat(pairs.starts[:-1], room)
    return chosen[place < np.repeat(sizes, room)]


def _keep_best_beaten(codes, summary, pairs, heaps, first, last):
    """Fill the heaps of some classes from rows whose rival leads; return how many have room."""
    counts = np.zeros(pairs.n_pairs, dtype=np.int64)
    count_beaten(codes, *summary, pairs.pair_of, counts, first, last)
    found_starts = np.concatenate([[0], np.cumsum(counts)])
    margins = np.empty(found_starts[-1])
    found = np.empty(found_starts[-1], dtype=np.int64)
    ends = found_starts[:-1].copy()
    gather_beaten(codes, *summary, pairs.pair_of, ends, margins, found, first, last)
    span = pairs.class_starts[first], pairs.class_starts[last]
    return keep_best(margins, found, found_starts, *heaps, *span)
