"""Quality scores of labels: one number in [0, 1] a row, low where suspicious."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from skclean._kernels._blocks import row_blocks, run_tasks, task_bounds
from skclean._kernels._summary import RowSummary, codes_for, given_of, summary_for
from skclean._kernels._validate import check_proba
from skclean._kernels.proba._label_quality import weighted_entropy_block


def label_quality(
    codes: NDArray[Any],
    proba: NDArray[Any],
    method: str,
    *,
    n_jobs: int | None = None,
    summary: RowSummary | None = None,
) -> NDArray[np.float64]:
    """Score every label.

    Parameters
    ----------
    codes : array of int, shape (n,)
        Rows with code -1 get quality 1.
    proba : float32 or float64 array of shape (n, K)
    method : {"self_confidence", "normalized_margin", "weighted_entropy", "rival_odds"}
        p_y; (p_y - max of the others + 1) / 2; log(1 + x) / x, where x is the row's entropy over
        log(K), divided by p_y; or (p_y + e) / (p_y + max of the others + 2 e) with e = 0.05.
    n_jobs : int or None
    summary : RowSummary or None
        From `scan_rows` on the same codes and matrix: the first two methods then do not read it.

    Returns
    -------
    ndarray of shape (n,), float64
        Not to be written to: it may be the summary's own.
    """
    if not isinstance(method, str) or method not in METHODS:
        raise ValueError(f"method must be one of {sorted(METHODS)}, got {method!r}")
    proba = check_proba(proba)
    codes = codes_for(codes, proba, summary)
    quality = METHODS[method](codes, proba, n_jobs, summary)
    if codes.min() < 0:
        quality = np.where(codes < 0, 1.0, quality)
    return quality


def _self_confidence(codes, proba, n_jobs, rows):
    given = given_of(codes, proba, rows)
    # A row may sum to a little more than 1, and one number of it as well.
    return (np.minimum(given, 1) if given.max() > 1 else given).astype(np.float64, copy=False)


def _normalized_margin(codes, proba, n_jobs, rows):
    rows = summary_for(codes, proba, rows, n_jobs)
    quality = rows.given.astype(np.float64)
    quality -= rows.rival
    quality += 1.0
    quality *= 0.5
    return np.clip(quality, 0.0, 1.0, out=quality)


def _rival_odds(codes, proba, n_jobs, rows):
    rows = summary_for(codes, proba, rows, n_jobs)
    quality = rows.given.astype(np.float64)
    total = quality + rows.rival
    total += 2 * ODDS_OFFSET
    quality += ODDS_OFFSET
    quality /= total
    return quality


def _weighted_entropy(codes, proba, n_jobs, rows):
    summary_for(codes, proba, rows, n_jobs)  # the kernel reads the bits of what must be finite numbers
    quality = np.empty(len(codes))

    def score(start, stop):
        for block, first, last in row_blocks(proba, start, stop):
            weighted_entropy_block(block, codes[first:last], quality[first:last])

    run_tasks(score, task_bounds(*proba.shape), n_jobs)
    return quality


# Keeps rows in which both classes have little probability from scoring extremely.
ODDS_OFFSET = 0.05

METHODS = {
    "self_confidence": _self_confidence,
    "normalized_margin": _normalized_margin,
    "weighted_entropy": _weighted_entropy,
    "rival_odds": _rival_odds,
}
