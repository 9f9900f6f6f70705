"""Doors to the scan: checking every row, and summarising it on the way."""

from dataclasses import dataclass

import numpy as np

from skclean.kernels._blocks import readable_rows, row_blocks, run_tasks, task_bounds
from skclean.kernels._checks import check_codes, check_proba
from skclean.kernels._sound import first_unsound
from skclean.kernels._summary import find_rivals, summarise_block

PROBLEMS = (None, "nan", "infinite", "negative", "sum")
# How many times its rival's probability a given class may have before the rival goes unnamed.
FAR_AHEAD = 2.0


@dataclass(frozen=True, eq=False)
class RowSummary:
    """What one pass over the matrix keeps of each row, for the later steps to start from.

    Attributes
    ----------
    given : ndarray of shape (n,), dtype of the matrix
        Probability of the row's own class; 0 for code -1.
    rival : ndarray of shape (n,), dtype of the matrix
        The largest probability among the other classes (among all, for code -1).
    near_rival : ndarray of shape (n,), int32
        The first class that holds it; but it may be -1 where `given` is more than FAR_AHEAD times
        `rival`, for then hardly a step needs the name and the search costs as much as the sums.
    predicted : ndarray of shape (n,), int32
        The first maximum of the row.
    highest_sum : float
        No row's probabilities sum to more than this.
    codes, proba : ndarray
        What was summarised.
    """

    given: np.ndarray
    rival: np.ndarray
    near_rival: np.ndarray
    predicted: np.ndarray
    highest_sum: float
    codes: np.ndarray
    proba: np.ndarray

    def rivals_of(self, rows):
        """The first class that holds `rival`, in some rows; those that are not near are read again."""
        if not isinstance(rows, np.ndarray) or rows.dtype.kind not in "iu":
            rows = np.arange(len(self.given))[rows]
        named = self.near_rival[rows]
        unnamed = named < 0
        if self.proba.shape[1] > 1 and unnamed.any():
            named[unnamed] = np.concatenate(
                [
                    find_rivals(matrix, places, self.codes[part], self.rival[part])
                    for matrix, places, part in readable_rows(self.proba, rows[unnamed])
                ]
            )
        return named

    @property
    def rival_code(self):
        """`rivals_of` all rows (-1 only if there is one class)."""
        return self.rivals_of(slice(None))


def scan_rows(codes, proba, *, atol=1e-3, n_jobs=None):
    """Check every row and summarise it, in one pass.

    Parameters
    ----------
    codes : array of int, shape (n,), or None
        Given classes; -1 for rows that have none. None means -1 everywhere.
    proba : float32 or float64 array of shape (n, K)
    atol : float or None, default=1e-3
        How far from 1 a row may sum. None checks nothing, for rows that the caller trusts.
    n_jobs : int or None

    Returns
    -------
    bad : None or (int, str)
        The first row that is not a distribution and its problem, as from `find_bad_row`.
    rows : RowSummary or None
        None if there is a bad row.
    """
    proba = check_proba(proba)
    n_rows, n_classes = proba.shape
    if codes is None:
        codes = np.full(n_rows, -1, dtype=np.int32)
    codes = check_codes(codes, n_rows, n_classes)
    rows = _empty_summary(codes, proba, atol)
    found = _scan_into(rows, atol, n_jobs)
    bad = next((problem for problem in found if problem is not None), None)
    if bad is not None:
        return bad, None
    if n_classes == 1:
        rows.rival[:], rows.near_rival[:], rows.predicted[:] = 0, -1, 0
    return None, rows


def _empty_summary(codes, proba, atol):
    if atol is not None and not 0 <= atol < np.inf:
        raise ValueError(f"atol must be finite and not negative, got {atol}")
    return RowSummary(
        given=np.empty(len(codes), dtype=proba.dtype),
        rival=np.empty(len(codes), dtype=proba.dtype),
        near_rival=np.empty(len(codes), dtype=np.int32),
        predicted=np.empty(len(codes), dtype=np.int32),
        # What the check lets pass, and a little more than float32 arithmetic may lose on it.
        highest_sum=1e30 if atol is None else 1.0 + atol + 1e-5,
        codes=codes,
        proba=proba,
    )


def _scan_into(rows, atol, n_jobs):
    """Fill the summary; return each task's first bad row and its problem, or None."""
    n_rows, n_classes = rows.proba.shape
    # What a sum of n_classes numbers may lose to rounding in the matrix's own precision.
    tight = max(0.0, (atol or 0.0) - n_classes * float(np.finfo(rows.proba.dtype).eps))
    sums = max(0.0, 1.0 - tight), 1.0 + tight
    outputs = rows.given, rows.rival, rows.near_rival, rows.predicted

    def scan(start, stop):
        for block, first, last in row_blocks(rows.proba, start, stop):
            part = slice(first, last)
            suspicious = summarise_block(block, rows.codes[part], *sums, *(output[part] for output in outputs))
            if atol is None or not suspicious:
                continue
            row, problem = first_unsound(block, atol)
            if problem:
                return first + row, PROBLEMS[problem]
        return None

    return run_tasks(scan, task_bounds(n_rows, n_classes), n_jobs)


def find_bad_row(proba, *, atol=1e-3, n_jobs=None):
    """Find the first row that is not a probability distribution.

    Returns
    -------
    None or (int, str)
        The row and its problem: "nan", "infinite", "negative", or "sum" where the sum is further
        than `atol` from 1.
    """
    return scan_rows(None, proba, atol=atol, n_jobs=n_jobs)[0]


def argmax(proba, *, n_jobs=None):
    """First maximum of every row, int32 of shape (n,)."""
    return scan_rows(None, proba, atol=None, n_jobs=n_jobs)[1].predicted
