"""Select so many rows of every class, or of every pair of classes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skclean._kernels._blocks import list_rows
from skclean._kernels._summary import RowSummary, summary_for
from skclean._kernels._topk import Pairs, fill_heaps
from skclean._kernels._validate import (
    as_array,
    check_codes,
    check_count,
    check_counts,
    check_floats,
    check_mask,
    check_proba,
)
from skclean._kernels.proba._selection import (
    add_counts,
    count_listed,
    flag_up_to,
    group_by_class,
    list_up_to,
    mark_kept,
    select_ranks,
)

# Every so many values make the sample that bounds a class's lowest ones.
SAMPLE_STEP = 8


def class_sizes(
    codes: NDArray[Any], n_classes: int, *, mask: NDArray[Any] | None = None, summary: RowSummary | None = None
) -> NDArray[np.int64]:
    """Count the rows of every class.

    Parameters
    ----------
    codes : array of int, shape (n,)
        -1 skips the row.
    n_classes : int
    mask : array of bool, shape (n,), or None
        Which rows to count; None means all.
    summary : RowSummary or None
        From `scan_rows`: its codes are not checked again.

    Returns
    -------
    ndarray of shape (n_classes,), int64
    """
    codes = _checked(codes, n_classes, summary)
    mask = np.empty(0, dtype=np.uint8) if mask is None else check_mask(mask, codes)
    counts = np.zeros(n_classes, dtype=np.int64)
    add_counts(codes, mask, counts)
    return counts


def _checked(codes, n_classes, summary):
    if summary is not None and codes is summary.codes and n_classes == summary.proba.shape[1]:
        return codes
    codes = as_array("codes", codes)
    return check_codes(codes, codes.size, check_count("n_classes", n_classes))


def kept_by_none(
    codes: NDArray[Any], mask: NDArray[Any], n_classes: int, *, summary: RowSummary | None = None
) -> NDArray[np.int64]:
    """Classes of which no row is outside the mask, whether or not they have rows.

    Parameters
    ----------
    codes : array of int, shape (n,)
        -1 skips the row.
    mask : array of bool, shape (n,)
    n_classes : int
    summary : RowSummary or None
        From `scan_rows`: its codes are not checked again.

    Returns
    -------
    ndarray of int
    """
    codes = _checked(codes, n_classes, summary)
    kept = np.zeros(n_classes, dtype=np.uint8)
    mark_kept(codes, check_mask(mask, codes), kept)
    return np.flatnonzero(kept == 0)


def lowest_per_class(
    codes: NDArray[Any], quality: NDArray[Any], counts: NDArray[Any], *, n_jobs: int | None = None
) -> NDArray[np.bool_]:
    """Flag the counts[k] rows of every class k with the lowest quality.

    Parameters
    ----------
    codes : array of int, shape (n,)
        -1 skips the row.
    quality : array of float, shape (n,)
    counts : array of int, shape (K,)
        Where a class has fewer rows, all of them are flagged. Equal qualities: lower row first.
    n_jobs : int or None
        Threads share the one pass over all rows; what is left is done by one.

    Returns
    -------
    ndarray of shape (n,), bool
    """
    counts, codes = as_array("counts", counts), as_array("codes", codes)
    n_classes = check_count("the size of counts", counts.size)
    counts = check_counts(counts, (n_classes,))
    codes = check_codes(codes, codes.size, n_classes)
    quality = check_floats("quality", quality, codes.shape)
    listed, grouped, starts = _list_lowest(codes, quality, counts, n_jobs)
    cutoff = np.full(n_classes, -np.inf)
    wanted = np.minimum(counts, np.diff(starts))
    n_lower = np.zeros_like(wanted)
    select_ranks(grouped, starts, wanted - 1, cutoff, n_lower)
    mask = np.zeros(len(codes), dtype=bool)
    flag_up_to(listed, codes, quality, cutoff, wanted - n_lower, mask.view(np.uint8))
    return mask


def _list_lowest(codes, quality, counts, n_jobs):
    """A few rows that hold the counts[k] lowest of each class, their values class by class, and where each begins."""
    bounds = _bounds_from_sample(codes[::SAMPLE_STEP], quality[::SAMPLE_STEP], counts)
    while True:
        padded = np.concatenate([[-np.inf], bounds])
        listed = list_rows(list_up_to, (codes, quality), (padded,), n_jobs)
        starts, grouped = _group(listed, codes, quality, len(counts))
        # Every so many rows need not look like the others.
        misled = (np.diff(starts) < counts) & (bounds < np.inf)
        if not misled.any():
            return listed, grouped, starts
        bounds[misled] = np.inf


def _bounds_from_sample(codes, quality, counts):
    """A quality for each class that hardly ever fewer than counts[k] rows keep to; infinity where few would not."""
    codes, quality = np.ascontiguousarray(codes), np.ascontiguousarray(quality)
    starts, grouped = _group(np.flatnonzero(codes >= 0), codes, quality, len(counts))
    expected = counts / SAMPLE_STEP
    ranks = (expected + 4 * np.sqrt(expected) + 2).astype(np.int64)  # four standard deviations of chance
    bounds = np.where(counts > 0, np.inf, -np.inf)
    ranks[(counts == 0) | (ranks >= np.diff(starts) // 2)] = -1
    select_ranks(grouped, starts, ranks, bounds, np.empty_like(ranks))
    return bounds


def _group(listed, codes, quality, n_classes):
    """Return where each class begins among the listed rows, and their values in that order."""
    sizes = np.zeros(n_classes, dtype=np.int64)
    count_listed(listed, codes, sizes)
    starts = np.concatenate([[0], np.cumsum(sizes)])
    grouped = np.empty(starts[-1])
    group_by_class(listed, codes, quality, starts[:-1].copy(), grouped)
    return starts, grouped


def noise_counts_mask(codes, proba, counts, *, n_jobs=None, summary=None):
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
    summary : RowSummary or None
        From `scan_rows` on the same codes and matrix: then few rows are read again.

    Returns
    -------
    ndarray of shape (n,), bool
    """
    proba = check_proba(proba)
    n_rows, n_classes = proba.shape
    codes = check_codes(codes, n_rows, n_classes)
    counts = check_counts(counts, (n_classes, n_classes))
    summary = summary_for(codes, proba, summary, n_jobs)
    n_members = class_sizes(codes, n_classes)
    flagged_class, pairs = _plan_pairs(counts, n_members)
    mask = np.zeros(n_rows, dtype=bool)
    if flagged_class.any():
        np.logical_and(flagged_class[codes], codes >= 0, out=mask)
    if not pairs.n_pairs:
        return mask
    mask[fill_heaps(codes, proba, summary, pairs, n_members, n_jobs)] = True
    return mask


def _plan_pairs(counts, n_members):
    """Classes that are flagged whole, and the pairs of the others that want any rows."""
    given, other = np.divmod(np.flatnonzero(counts != 0), len(counts))  # many times faster than nonzero(counts)
    members = n_members[given]
    wanted = np.minimum(counts[given, other], members)
    competes = (given != other) & (members > 0)
    flagged_class = np.zeros(len(counts), dtype=bool)
    flagged_class[given[competes & (wanted == members)]] = True
    competes &= ~flagged_class[given]
    return flagged_class, Pairs(given[competes], other[competes], wanted[competes], len(counts))
