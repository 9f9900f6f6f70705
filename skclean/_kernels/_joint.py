"""Sums over rows: class thresholds and the confident joint."""

import numpy as np

from skclean._kernels._blocks import readable_rows, row_tasks, run_tasks, task_bounds
from skclean._kernels._summary import codes_for, given_of, summary_for
from skclean._kernels._validate import check_codes, check_proba, check_thresholds, check_weight
from skclean._kernels.proba._joint import count_pairs, find_confident, settle, sum_by_class

UNSETTLED = -2


def self_confidence_sums(codes, proba, *, weight=None, n_jobs=None, summary=None):
    """Per given class, the weighted sum of its own probability, and of the weights.

    Parameters
    ----------
    codes : array of int, shape (n,)
        -1 skips the row.
    proba : float32 or float64 array of shape (n, K)
    weight : array of shape (n,) or None
    n_jobs : int or None
        One number a row is read, so this runs on one thread whatever it says.
    summary : RowSummary or None
        From `scan_rows` on the same codes and matrix: then the matrix is not read.

    Returns
    -------
    sums, totals : float64 arrays of shape (K,)
    """
    proba = check_proba(proba)
    n_rows, n_classes = proba.shape
    codes = codes_for(codes, proba, summary)
    weight = check_weight(weight, n_rows)
    given = given_of(codes, proba, summary)
    sums, totals = np.zeros((2, n_classes))
    sum_by_class(codes, given, weight, sums, totals)
    return sums, totals


def confident_joint(codes, proba, thresholds, *, weight=None, n_jobs=None, summary=None):
    """Weight of rows by given class and confident class.

    Parameters
    ----------
    codes : array of int, shape (n,)
        -1 leaves the row out.
    proba, thresholds, n_jobs, rows
        As in `confident_classes`.
    weight : array of shape (n,) or None

    Returns
    -------
    ndarray of shape (K, K), float64
        Rows of it are given classes.
    """
    proba = check_proba(proba)
    n_rows, n_classes = proba.shape
    codes = check_codes(codes, n_rows, n_classes)
    weight = check_weight(weight, n_rows)
    confident = confident_classes(codes, proba, thresholds, n_jobs=n_jobs, summary=summary)
    cells = np.zeros(n_classes * n_classes + 1)
    count_pairs(codes, confident, weight, n_classes, cells)
    return cells[:-1].reshape(n_classes, n_classes)


def confident_classes(codes, proba, thresholds, *, n_jobs=None, summary=None):
    """The confident class of every row: of the classes that reach their thresholds the most probable.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Those of `rows`, or -1 in place of some; read with `rows` only.
    proba : float32 or float64 array of shape (n, K)
    thresholds : array of shape (K,)
        Infinity for a class that no row can be confident in.
    n_jobs : int or None
    summary : RowSummary or None
        From `scan_rows` on the same codes and matrix: then only the rows that it does not settle
        are read again.

    Returns
    -------
    ndarray of shape (n,), int32
        The lowest of equally probable ones; -1 where no class reaches its threshold.
    """
    proba = check_proba(proba)
    codes = check_codes(codes, *proba.shape)
    thresholds = check_thresholds(thresholds, proba.shape[1], proba.dtype)
    summary = summary_for(codes, proba, summary, n_jobs)
    confident = np.empty(len(proba), dtype=np.int32)
    one_class = proba.shape[1] == 1
    some = np.arange(len(proba)) if one_class else _settle_rows(confident, codes, thresholds, n_jobs, summary)

    def read(start, stop):
        for matrix, places, part in readable_rows(proba, some[start:stop]):
            confident[part] = find_confident(matrix, places, thresholds)

    if len(some):
        run_tasks(read, task_bounds(len(some), proba.shape[1]), n_jobs)
    return confident


def _settle_rows(confident, codes, thresholds, n_jobs, rows):
    """Fill in what follows from the summaries; return the rows that have to be read."""
    padded = np.concatenate([[np.finfo(thresholds.dtype).max], thresholds]).astype(thresholds.dtype)
    limits = padded, thresholds.min(), rows.highest_sum

    def settle_task(start, stop):
        task = slice(start, stop)
        return settle(codes[task], rows.given[task], rows.rival[task], rows.near_rival[task], *limits, confident[task])

    n_open = sum(run_tasks(settle_task, row_tasks(len(codes)), n_jobs))
    return np.flatnonzero(confident == UNSETTLED) if n_open else np.empty(0, dtype=np.intp)
