"""Check every row of a matrix of probabilities, and summarise it on the way."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from skclean._kernels._blocks import readable_rows, row_blocks, run_tasks, task_bounds
from skclean._kernels._validate import check_codes, check_given, check_proba, check_summary, readable
from skclean._kernels.proba._joint import gather_given
from skclean._kernels.proba._summary import find_rivals, summarise_block
from skclean._kernels.proba._validate import codes_within, first_unsound

PROBLEMS = (None, "nan", "infinite", "negative", "sum")
# How many times its rival's probability a given class may have before the rival goes unnamed.
FAR_AHEAD = 2.0
# A tolerance of sums that lets all of them pass, and no NaN, infinity or negative number.
ANY_SUM = 1e30


@dataclass(frozen=True, eq=False)
class RowSummary:
    """Summary of each row, from one pass over the matrix, for the later steps to start from.

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
    checked : bool
        Whether the matrix is known to hold finite numbers of at least 0.
    """

    given: NDArray[np.floating[Any]]
    rival: NDArray[np.floating[Any]]
    near_rival: NDArray[np.int32]
    predicted: NDArray[np.int32]
    highest_sum: float
    codes: NDArray[np.int32]
    proba: NDArray[np.floating[Any]]
    checked: bool = False

    def __post_init__(self) -> None:
        """Refuse arrays by which a kernel would read outside of another, whoever made the summary."""
        proba = check_proba(self.proba)
        n_rows, n_classes = proba.shape
        types = {"given": proba.dtype, "rival": proba.dtype}
        types |= {"near_rival": np.int32, "predicted": np.int32, "codes": np.int32}
        for name, dtype in types.items():
            values = readable(name, getattr(self, name), dtype, 1)
            if len(values) != n_rows:
                raise ValueError(f"{name} must have shape ({n_rows},), got {values.shape}")
            if dtype == np.int32 and not codes_within(values, n_classes):
                raise ValueError(f"{name} must lie in -1..{n_classes - 1}")

    @classmethod
    def _filled(cls, **fields):
        """A summary of arrays that a kernel has just filled, which need no check."""
        summary = object.__new__(cls)
        summary.__dict__.update(fields)
        return summary

    def __repr__(self) -> str:
        return f"RowSummary of {self.proba.dtype} probabilities of shape {self.proba.shape}"

    def rivals_of(self, rows: NDArray[Any] | slice) -> NDArray[np.int32]:
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
    def rival_code(self) -> NDArray[np.int32]:
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
        The first row that is not a distribution, and its problem: "nan", "infinite", "negative", or "sum" where the sum
        is further than `atol` from 1.
    summary : RowSummary or None
        None if there is a bad row.
    """
    proba = check_proba(proba)
    n_rows, n_classes = proba.shape
    if codes is None:
        codes = np.full(n_rows, -1, dtype=np.int32)
    codes = check_codes(codes, n_rows, n_classes)
    if atol is not None and not 0 <= atol < np.inf:
        raise ValueError(f"atol must be finite and not negative, got {atol}")
    given, rival = np.empty((2, n_rows), dtype=proba.dtype)
    near_rival, predicted = np.empty((2, n_rows), dtype=np.int32)
    found = _scan_into((given, rival, near_rival, predicted), codes, proba, atol, n_jobs)
    bad = next((problem for problem in found if problem is not None), None)
    if bad is not None:
        return bad, None
    if n_classes == 1:
        rival[:], near_rival[:], predicted[:] = 0, -1, 0
    # What the check lets pass, and a little more than float32 arithmetic may lose on it.
    highest_sum = ANY_SUM if atol is None else 1.0 + atol + 1e-5
    checked = atol is not None
    return None, RowSummary._filled(
        given=given,
        rival=rival,
        near_rival=near_rival,
        predicted=predicted,
        highest_sum=highest_sum,
        codes=codes,
        proba=proba,
        checked=checked,
    )


def summary_for(codes, proba, rows, n_jobs=None):
    """The summary that a kernel starts from: the one that its caller has, or a new one.

    Raises
    ------
    ValueError
        If the summary is one of another matrix, or the matrix holds NaN, infinity or a negative number.
    """
    if rows is not None:
        check_summary(rows, proba)
        if rows.checked:
            return rows
    bad, rows = scan_rows(codes, proba, atol=ANY_SUM, n_jobs=n_jobs)
    if bad is not None:
        raise ValueError(f"proba must hold finite numbers of at least 0, but row {bad[0]} is {bad[1]}")
    return rows


def codes_for(codes, proba, summary):
    """Codes that a kernel may read: checked, unless they are those that were summarised."""
    return codes if summary is not None and codes is summary.codes else check_codes(codes, *proba.shape)


def given_of(codes, proba, rows):
    """Probability of the given class of each row, 0 where it has none, from the summary or from the matrix."""
    if rows is not None:
        return summary_for(codes, proba, rows).given
    given = np.empty(len(proba), dtype=proba.dtype)
    gather_given(proba, codes, given)
    check_given(given)
    return given


def _scan_into(outputs, codes, proba, atol, n_jobs):
    """Fill the arrays of a summary; return each task's first bad row and its problem, or None."""
    n_rows, n_classes = proba.shape
    # What a sum of n_classes numbers may lose to rounding in the matrix's own precision.
    tight = max(0.0, (atol or 0.0) - n_classes * float(np.finfo(proba.dtype).eps))
    sums = max(0.0, 1.0 - tight), 1.0 + tight

    def scan(start, stop):
        for block, first, last in row_blocks(proba, start, stop):
            part = slice(first, last)
            suspicious = summarise_block(block, codes[part], *sums, *(output[part] for output in outputs))
            if atol is None or not suspicious:
                continue
            row, problem = first_unsound(block, atol)
            if problem:
                return first + row, PROBLEMS[problem]
        return None

    return run_tasks(scan, task_bounds(n_rows, n_classes), n_jobs)
