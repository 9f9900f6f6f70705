"""Soft targets for any classifier: each row once for every class that it may belong to, weighted by the target."""

import numpy as np
from sklearn.utils import check_random_state

from skclean.utils._typing import Codes, Floats, Positions, RandomState

__all__ = ["draw_copies", "weighted_copies"]


def weighted_copies(targets: Floats, least: float) -> tuple[Positions, Codes, Floats]:
    """Turn soft targets into rows, codes and weights.

    Parameters
    ----------
    targets : ndarray of shape (n_rows, n_classes)
        At least 0; each row sums to what the row counts for.
    least : float
        Targets below this share of their row are left out, and the rest of the row is scaled up, in [0, 0.5].

    Returns
    -------
    rows : ndarray of shape (n_copies,), intp
        Position in `targets`, in order.
    codes : ndarray of shape (n_copies,), int32
        The class of each copy.
    weights : ndarray of shape (n_copies,), float64
        They sum to what the row counts for.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.treatments import weighted_copies
    >>> rows, codes, weights = weighted_copies(np.array([[1.0, 0.0], [0.2, 0.8]]), least=0.05)
    >>> rows, codes, weights
    (array([0, 1, 1]), array([0, 0, 1], dtype=int32), array([1. , 0.2, 0.8]))
    """
    totals = targets.sum(axis=1, keepdims=True)
    kept = np.where(targets >= np.maximum(least * totals, np.finfo(np.float64).tiny), targets, 0.0)
    sums = kept.sum(axis=1, keepdims=True)
    kept *= np.divide(totals, sums, out=np.zeros_like(sums), where=sums > 0)
    rows, codes = np.nonzero(kept)
    return rows, codes.astype(np.int32), kept[rows, codes]


def draw_copies(rows: Positions, codes: Codes, weights: Floats, random_state: RandomState = None) -> Positions:
    """Keep one copy of each row, drawn with chances in proportion to the weights.

    Parameters
    ----------
    rows : ndarray of shape (n_copies,), intp
        Sorted; equal numbers are copies of one row.
    codes : ndarray of shape (n_copies,), int32
    weights : ndarray of shape (n_copies,), float64
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    kept : ndarray of intp
        Positions among the copies, one a row. A class that would lose all its copies keeps its heaviest one.
    """
    rng = check_random_state(random_state)
    starts = np.flatnonzero(np.append(True, rows[1:] != rows[:-1]))
    summed = np.cumsum(weights)
    before = np.append(0.0, summed)[starts]
    totals = np.append(before[1:], summed[-1]) - before
    kept = np.searchsorted(summed, before + rng.uniform(size=len(starts)) * totals, side="right")
    kept = np.clip(kept, starts, np.append(starts[1:], len(rows)) - 1)
    for code in np.setdiff1d(codes, codes[kept]):
        copies = np.flatnonzero(codes == code)
        heaviest = copies[np.argmax(weights[copies])]
        kept[np.searchsorted(starts, heaviest, side="right") - 1] = heaviest
    return kept
