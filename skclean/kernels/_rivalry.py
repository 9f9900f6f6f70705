"""Doors to the comparison of each label with its strongest rival."""

import numpy as np

from skclean.kernels._checks import check_codes, check_floats, check_weight
from skclean.kernels._rival import ratio_below, ratio_histogram
from skclean.kernels._rows import FAR_AHEAD

__all__ = ["rival_histogram", "rival_mask"]


def rival_histogram(codes, rows, scale, n_bins, *, weight=None):
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

    Returns
    -------
    ndarray of shape (n_bins,), float64
    """
    codes, scale = _checked(codes, rows, scale)
    if n_bins < 2:
        raise ValueError(f"n_bins must be at least 2, got {n_bins}")
    histogram = np.zeros(n_bins)
    weight = check_weight(weight, len(codes))
    rival_code = _rivals_within(rows, scale)
    ratio_histogram(codes, rows.given, rows.rival, rival_code, scale, weight, histogram)
    return histogram


def rival_mask(codes, rows, scale, cut, lead):
    """Rows whose ratio is below `cut` and whose rival leads: given < lead * rival.

    Parameters
    ----------
    codes, rows, scale
        As in `rival_histogram`.
    cut : float
        In [0, 1].
    lead : array of shape (K, K)
        By given class and rival class; positive.

    Returns
    -------
    ndarray of shape (n,), bool
    """
    codes, scale = _checked(codes, rows, scale)
    lead = check_floats("lead", lead, scale.shape)
    mask = np.empty(len(codes), dtype=np.uint8)
    rival_code = _rivals_within(rows, np.maximum(scale, lead))
    ratio_below(codes, rows.given, rows.rival, rival_code, scale, cut, lead, mask)
    return mask.view(bool)


def _checked(codes, rows, scale):
    n_classes = rows.proba.shape[1]
    scale = check_floats("scale", scale, (n_classes, n_classes))
    return check_codes(codes, len(rows.given), n_classes), scale


def _rivals_within(rows, reach):
    """Rival codes, of which those may be missing that are out of reach of any scale here."""
    return rows.near_rival if reach.max() <= FAR_AHEAD else rows.rival_code
