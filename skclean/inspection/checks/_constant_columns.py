"""SKC012: columns that have one value."""

import numpy as np

from skclean.inspection.checks._check import CheckResult, check, passed, tip
from skclean.inspection.checks._inputs import TableView
from skclean.inspection.checks._words import counted, listed
from skclean.utils._typing import Table

__all__ = ["constant_columns"]


@check("SKC012", title="Constant columns")
def constant_columns(X: Table) -> CheckResult:
    """Find columns that have the same value in every row, or none at all.

    They tell nothing of any row, and may be left over from a filter or a failed join. A column with one value and
    missing cells is not constant, because where it is missing may mean something. The state is "tip" at most.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The table.

    Returns
    -------
    result : CheckResult
        `numbers` are n_constant and n_columns. `findings` lists these columns with their value, None where all cells
        are missing. There are no `rows`.

    Examples
    --------
    >>> from skclean.inspection import constant_columns
    >>> constant_columns([["a", 1.5], ["a", 2.5], ["a", 3.5]]).verdict
    "1 of 2 columns is constant: '0'."
    """
    view = TableView.with_columns(X)
    findings = []
    for j, name in enumerate(view.names):
        missing = view.missing(j)
        if missing.all():
            findings.append({"column": str(name), "value": None, "missing": True})
        elif not missing.any():
            column = view.column(j)
            texts = None if isinstance(column, np.ndarray) else column.texts
            if len(texts) == 1 if texts is not None else column.min() == column.max():
                value = texts[0] if texts is not None else column[0]
                findings.append({"column": str(name), "value": value, "missing": False})
    numbers = {"n_constant": len(findings), "n_columns": len(view.names)}
    if not findings:
        return passed("Every column has at least two values.", numbers=numbers)
    verb = "is" if len(findings) == 1 else "are"
    names = listed(line["column"] for line in findings)
    verdict = f"{len(findings):,} of {counted(len(view.names), 'column')} {verb} constant: {names}."
    return tip(verdict, numbers=numbers, findings=findings)
