"""Cuts of probabilities of being wrong."""

import numpy as np
from scipy.special import logit

__all__ = ["bounded_cut", "cut_of_largest_f1"]

# Ratio of odds that makes a gap. Over 45 tables it changed next to nothing; it is for tables of some 100 rows.
MIN_GAP = 3.0


def cut_of_largest_f1(chances, weight=None):
    """Return the chance of being wrong from which on flagging has the largest expected F1.

    Parameters
    ----------
    chances : ndarray of shape (n_rows,)
        P(label is wrong).
    weight : ndarray of shape (n_rows,) or None, default=None
        What each row counts for.

    Returns
    -------
    cut : float
        Infinity where no label has any chance of being wrong.
    """
    if weight is not None:
        chances, weight = chances[weight > 0], weight[weight > 0]
    if not chances.any():
        return np.inf
    cuts, places = np.unique(chances, return_inverse=True)
    counts = np.bincount(places, weight)
    wrong = np.cumsum((cuts * counts)[::-1])
    flagged = np.cumsum(counts[::-1])
    return cuts[::-1][np.argmax(2 * wrong / (flagged + wrong[-1]))]


def bounded_cut(chances, least, most):
    """Return the cut of the largest expected F1 within bounds, moved down to the next gap in the chances.

    With few rows the expected F1 is flat, and its maximum may lie within a group of labels that stand far apart from
    all others. So where two neighbours between the cut and `least` differ by a factor of 3 in odds, the cut is moved to
    the largest such gap.

    Parameters
    ----------
    chances : ndarray of shape (n_rows,)
        P(label is wrong).
    least, most : float
        Bounds of the cut.

    Returns
    -------
    cut : float
    """
    cut = float(np.clip(cut_of_largest_f1(chances), least, most))
    above = np.sort(chances[chances >= least])
    lower = above[above <= cut]
    if not lower.size:
        return cut
    below = chances[chances < least].max(initial=0.0)
    odds = logit(np.clip(np.append(below, lower), 1e-9, 1 - 1e-9))
    gaps = np.diff(odds)
    widest = len(gaps) - 1 - int(np.argmax(gaps[::-1]))
    return float(min(cut, lower[widest])) if gaps[widest] >= np.log(MIN_GAP) else cut
