"""Where to cut probabilities of being wrong."""

import numpy as np

__all__ = ["cut_of_largest_f1"]


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
