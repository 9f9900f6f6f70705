"""Doors to the comparison of each label with its strongest rival."""

import numpy as np

from skclean.kernels._blocks import list_rows
from skclean.kernels._checks import check_codes, check_count, check_floats, check_weight
from skclean.kernels._rival import list_contenders, ratio_below, ratio_histogram
from skclean.kernels._rows import FAR_AHEAD

__all__ = ["rival_histogram", "rival_mask"]


def rival_histogram(codes, rows, scale, n_bins, *, weight=None, n_jobs=None):
    """Histogram of min(1, given / (scale * rival)) over the rows that have a code.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Given classes; -1 leaves a row out.
    rows : RowSummary
        From `scan_rows` on codes of which these are the same or -1.
    scale : array of shape (K, K)
        By given class and rival class; positive.
    n_bins : int
        Equal bins over [0, 1]; a ratio of 1 falls into the last.
    weight : array of shape (n,) or None
    n_jobs : int or None

    Returns
    -------
    ndarray of shape (n_bins,), float64
    """
    codes, scale = _checked(codes, rows, scale)
    n_bins = check_count("n_bins", n_bins, least=2)
    weight = check_weight(weight, len(codes))
    histogram = np.zeros(n_bins)
    if weight.size:
        # Weights are added up in the order of the rows, among which the others are.
        listed = np.flatnonzero(codes >= 0)
    else:
        listed = _contenders(codes, rows, scale, n_jobs)
        histogram[-1] = np.count_nonzero(codes >= 0) - len(listed)
    summary = rows.given, rows.rival, _rivals_within(rows, scale)
    if ratio_histogram(listed, codes, *summary, scale, weight, histogram):
        raise ValueError("rows is the summary of a matrix with NaN or negative numbers; pass probabilities")
    return histogram


def rival_mask(codes, rows, scale, cut, lead, *, n_jobs=None):
    """Rows whose ratio is below `cut` and whose rival leads: given < lead * rival.

    Parameters
    ----------
    codes, rows, scale
        As in `rival_histogram`.
    cut : float
        In [0, 1].
    lead : array of shape (K, K)
        By given class and rival class; positive.
    n_jobs : int or None

    Returns
    -------
    ndarray of shape (n,), bool
    """
    codes, scale = _checked(codes, rows, scale)
    lead = check_floats("lead", lead, scale.shape)
    if not isinstance(cut, (float, int, np.floating, np.integer)) or not 0 <= cut <= 1:
        raise ValueError(f"cut must lie in [0, 1], got {cut}")
    mask = np.zeros(len(codes), dtype=np.uint8)
    listed = _contenders(codes, rows, scale, n_jobs)
    ratio_below(listed, codes, rows.given, rows.rival, _rivals_within(rows, scale), scale, cut, lead, mask)
    return mask.view(bool)


def _checked(codes, rows, scale):
    n_classes = rows.proba.shape[1]
    scale = check_floats("scale", scale, (n_classes, n_classes))
    if (scale <= 0).any():
        raise ValueError("scale must be positive")
    return check_codes(codes, len(rows.given), n_classes), scale


def _contenders(codes, rows, scale, n_jobs):
    """The rows whose ratio may be below 1."""
    return list_rows(list_contenders, (codes, rows.given, rows.rival), (float(scale.max()),), n_jobs)


def _rivals_within(rows, scale):
    """Rival codes, of which those may be missing that are out of reach of any scale here."""
    reach = scale.max()
    if reach <= FAR_AHEAD:
        return rows.near_rival
    named = rows.near_rival.copy()
    # A little further than the kernel looks, as this product is rounded to the matrix's precision.
    within = np.flatnonzero((named < 0) & (rows.given <= reach * 1.001 * rows.rival))
    named[within] = rows.rivals_of(within)
    return named
