"""SKC010: rows that are far from all others."""

import numpy as np
from sklearn.utils import check_random_state

from skclean.evidence import near_lists, off_topic_heights
from skclean.inspection.checks._check import CheckResult, NotApplicable, check, passed, tip
from skclean.inspection.checks._inputs import TableView
from skclean.inspection.checks._words import quoted, share_of
from skclean.rules._logistic_cut import logistic_cut
from skclean.utils._typing import RandomState, Table

__all__ = ["outliers"]

MIN_ROWS = 50
MAX_ROWS = 10_000
MAX_FINDINGS = 20
# A row this many times as far from others as is usual is an outlier, wherever the automatic cut lies.
FAR = 3.0


@check("SKC010", title="Outliers")
def outliers(X: Table, *, random_state: RandomState = None) -> CheckResult:
    """Find rows that are far from all others, alone or in a small group.

    Rows are joined along the shortest links; the link that joins a row, or the small group that it is in, to a larger
    one tells how far it is. A row is an outlier where that is below the automatic cut of SelfClean (the tail of a
    logistic law) and at least 3 times as far as usual. Columns that number or identify the rows have no part in it. An
    outlier may be right: the state is "tip" at most.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The table; of more than 10,000 rows a random sample of that size is looked at.
    random_state : int, RandomState instance or None, default=None
        Draws the sample.

    Returns
    -------
    result : CheckResult
        `numbers` are n_outliers and n_rows that were looked at. `findings` has up to 20 rows with how many times as
        far as usual they are and the column where they are most extreme. `rows` are the outliers, the farthest first.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skclean.inspection import outliers
    >>> X, _ = load_iris(return_X_y=True, as_frame=True)
    >>> X.loc[7, "petal length (cm)"] = 140.0
    >>> outliers(X).rows.tolist()
    [7]
    """
    view = TableView.with_columns(X)
    if view.n_rows < MIN_ROWS:
        raise NotApplicable(f"it needs {MIN_ROWS} rows")
    rows = _sample(view.n_rows, random_state)
    points = view.points[rows]
    heights = off_topic_heights(near_lists(points))
    positive = heights[heights > 0]
    usual = float(np.median(positive)) if len(positive) else 1.0
    times = heights / usual
    quality = 1 / (1 + times)
    far = np.flatnonzero((quality < logistic_cut(quality)) & (times >= FAR))
    far = far[np.argsort(-times[far], kind="stable")]
    numbers = {"n_outliers": len(far), "n_rows": len(rows)}
    sampled = f" in a sample of {len(rows):,} rows" if len(rows) < view.n_rows else ""
    if not len(far):
        return passed(f"No row is far from all others{sampled}.", numbers=numbers)
    findings = [_line(view, int(rows[place]), float(times[place])) for place in far[:MAX_FINDINGS]]
    first = findings[0]
    why = "" if first["column"] is None else f"; in the farthest {quoted(first['column'])} is {first['value']}"
    are = "is" if len(far) == 1 else "are"
    verdict = f"{share_of(len(far), len(rows))} rows {are} far from all others{sampled}"
    return tip(f"{verdict}{why}.", numbers=numbers, findings=findings, rows=rows[far])


def _sample(n_rows, random_state):
    if n_rows <= MAX_ROWS:
        return np.arange(n_rows)
    return np.sort(check_random_state(random_state).choice(n_rows, MAX_ROWS, replace=False))


def _line(view, row, times):
    """One outlier, and the column of numbers in which it is most extreme."""
    best, name, value = 0.0, None, None
    for j in view.described_by.tolist():
        column = view.column(j)
        if isinstance(column, np.ndarray) and not np.isnan(column[row]):
            middle, spread = view.spread(j)
            score = abs(float(column[row]) - middle) / spread
            if score > best:
                best, name, value = score, str(view.names[j]), f"{float(column[row]):.6g}"
    return {"row": row, "times as far": round(times, 1), "column": name, "value": value}
