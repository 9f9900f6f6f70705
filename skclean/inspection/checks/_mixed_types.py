"""SKC013: columns in which a few cells are of another type than all others."""

from collections import Counter

import numpy as np

from skclean.inspection.checks._check import CheckResult, check, issue, passed
from skclean.inspection.checks._inputs import TableView
from skclean.inspection.checks._words import counted, listed
from skclean.preprocessing._cells._kinds import _MISSING
from skclean.utils._typing import Params, Positions, Table

__all__ = ["mixed_types"]

# Up to this share of the cells are strays; above it, the column is one of texts that has numbers too.
STRAY = 0.1
MAX_SHOWN = 5
READ_KINDS = ("number", "date", "duration", "flag")


@check("SKC013", title="Mixed types")
def mixed_types(X: Table) -> CheckResult:
    """Find cells that do not read as the type of their column: "twelve" among numbers, "soon" among dates.

    Words for a missing value, such as "n/a", are no strays. The state is "issue" where there are strays: models read
    such a cell as missing, or the whole column as text.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        The table.

    Returns
    -------
    result : CheckResult
        `numbers` are n_cells and n_columns. `findings` lists the columns with their type, the number of strays and some
        of them; `rows` are the rows with strays.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.inspection import mixed_types
    >>> price = [str(number) for number in range(99)] + ["twelve"]
    >>> mixed_types(np.array([[text] for text in price], dtype=object)).verdict
    "1 cell does not read as the type of its column: 'twelve' in '0'."
    """
    view = TableView.with_columns(X)
    findings: list[Params] = []
    rows: list[Positions] = []
    for j, name in enumerate(view.names):
        column = view.column(j)
        if isinstance(column, np.ndarray) or view.kind(j) not in READ_KINDS:
            continue
        strays = _strays(column, view.reader(j))
        cells = np.flatnonzero(np.isin(column.codes, strays)) if strays else np.empty(0, dtype=np.intp)
        if 0 < len(cells) <= STRAY * column.n_present:
            often = Counter(column.codes[cells].tolist()).most_common(MAX_SHOWN)
            shown = [column.texts[code] for code, _ in often]
            line = {"column": str(name), "type": view.kind(j), "cells": len(cells)}
            findings.append({**line, "examples": ", ".join(map(repr, shown))})
            rows.append(cells)
    n_cells = sum(line["cells"] for line in findings)
    numbers = {"n_cells": n_cells, "n_columns": len(findings)}
    if not findings:
        return passed("All cells of a column read as the same type.", numbers=numbers)
    first = findings[0]["examples"].split(", ")[0]
    verb, its = ("does", "its") if n_cells == 1 else ("do", "their")
    verdict = (
        f"{counted(n_cells, 'cell')} {verb} not read as the type of {its} column: {first} in "
        f"{listed(line['column'] for line in findings)}."
    )
    return issue(verdict, numbers=numbers, findings=findings, rows=np.unique(np.concatenate(rows)))


def _strays(column, reader):
    """Codes of the texts that a reader does not understand, without words for missing."""
    values = reader(column._replace(codes=np.arange(len(column.texts))))[:, 0]
    unread = np.flatnonzero(np.isnan(values))
    return [int(code) for code in unread if column.texts[code].strip().lower() not in _MISSING]
