"""SKC011: missing values that depend on the label."""

import numpy as np
from scipy.stats import chi2

from skclean.inspection.checks._check import CheckResult, check, passed, tip
from skclean.inspection.checks._inputs import TableView, labels_of
from skclean.inspection.checks._statistics import adjusted, wilson
from skclean.inspection.checks._words import counted, percent, quoted
from skclean.utils._typing import Labels1d, Table

__all__ = ["missing_values"]

LEVEL = 0.01
MIN_ROWS = 20
MIN_EFFECT = 0.1  # Cramér's V; below it a dependence is certain in a large table and still of no use to a model


@check("SKC011", title="Missing values that depend on the label")
def missing_values(X: Table, y: Labels1d) -> CheckResult:
    """Find columns that are missing more often in one class than in another.

    Then a model learns from what was recorded, not from what was measured, and may fail where records are made in
    another way. Each column with gaps is tested by a chi-squared test, corrected for their number by
    Benjamini-Hochberg at 1 %; Cramér's V must be at least 0.1. The state is "tip" at most.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The table.
    y : array-like of shape (n_samples,)
        Given labels.

    Returns
    -------
    result : CheckResult
        `numbers` are n_columns with gaps, n_dependent, and share_missing of all cells. `findings` lists the columns
        with the classes where most and fewest cells are missing, with 90 % intervals. There are no `rows`.

    Examples
    --------
    >>> from skclean.inspection import missing_values
    >>> X = [[None]] * 40 + [[1.0]] * 60
    >>> y = ["no"] * 40 + ["yes"] * 60
    >>> missing_values(X, y).verdict
    "'0' is missing in 100 % of the rows of class 'no' and in 0 % of those of class 'yes'."
    """
    view = TableView.with_columns(X)
    labels = labels_of(y, view.n_rows)
    known, names = labels.codes >= 0, [str(name) for name in labels.classes.tolist()]
    totals = np.bincount(labels.codes[known], minlength=len(names))
    gaps = {}
    n_missing = 0
    for j in range(len(view.names)):
        missing = view.missing(j)
        n_missing += int(missing.sum())
        if missing.any() and known.sum() >= MIN_ROWS:
            gaps[j] = np.bincount(labels.codes[known & missing], minlength=len(names))
    share = n_missing / max(view.n_rows * len(view.names), 1)
    tests = {j: _dependence(counts, totals) for j, counts in gaps.items()}
    p_values = adjusted([p for p, _ in tests.values()])
    found = [j for j, p in zip(tests, p_values, strict=True) if p < LEVEL and tests[j][1] >= MIN_EFFECT]
    found.sort(key=lambda j: -tests[j][1])
    numbers = {"n_columns": len(gaps), "n_dependent": len(found), "share_missing": share}
    if not n_missing:
        return passed("No cell is missing.", numbers=numbers)
    if not found:
        return passed(f"{percent(share)} of the cells are missing, in every class alike.", numbers=numbers)
    findings = [_line(view.names[j], names, gaps[j], totals, tests[j][1]) for j in found]
    first = findings[0]
    verdict = (
        f"{quoted(first['column'])} is missing in {percent(first['most'])} of the rows of class "
        f"{quoted(first['most in'])} and in {percent(first['fewest'])} of those of class {quoted(first['fewest in'])}"
    )
    others = f"; {counted(len(found) - 1, 'other column')} also depend on the label" if len(found) > 1 else ""
    return tip(f"{verdict}{others}.", numbers=numbers, findings=findings)


def _dependence(missing, totals):
    """P-value and Cramér's V of missing cells by class."""
    used = totals > 0
    missing, totals = missing[used].astype(float), totals[used].astype(float)
    share = missing.sum() / totals.sum()
    if len(totals) < 2 or share in (0.0, 1.0):
        return 1.0, 0.0
    statistic = float(((missing - share * totals) ** 2 / (share * (1 - share) * totals)).sum())
    return float(chi2.sf(statistic, len(totals) - 1)), float(np.sqrt(statistic / totals.sum()))


def _line(column, names, missing, totals, effect):
    share = np.divide(missing, totals, out=np.zeros(len(totals)), where=totals > 0)
    used = np.flatnonzero(totals)
    most, fewest = used[share[used].argmax()], used[share[used].argmin()]
    high, low = wilson(missing[most], totals[most]), wilson(missing[fewest], totals[fewest])
    return {
        "column": str(column),
        "most in": names[most],
        "most": float(share[most]),
        "most low": high.low,
        "most high": high.high,
        "fewest in": names[fewest],
        "fewest": float(share[fewest]),
        "fewest low": low.low,
        "fewest high": low.high,
        "effect": round(effect, 3),
    }
