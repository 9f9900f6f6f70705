"""Rows that an audit wrote to a file, as the summary that a review page shows."""

import json
import re
from collections.abc import Iterable
from typing import Any

from skclean.utils._typing import Params, Table
from skclean.utils._values import is_missing

__all__ = ["issues_summary", "read_summary"]

# Further columns of a file of issues, as `skclean audit --out` writes them behind those of the table.
FOUND = ("row", "given", "suggested", "quality", "reason", "tier", "chance_wrong", "flagged", "check")
NEEDED = ("row", "given")
SCHEMA = 1
_TRUTH = {"true": True, "false": False}


def issues_summary(
    issues: Table, *, index: str | None = None, labels: Iterable[object] = (), title: str = "Doubtful labels"
) -> Params:
    """Return rows that an audit wrote, as the summary of a review page.

    Parameters
    ----------
    issues : pandas.DataFrame
        What ``skclean audit --out`` wrote: the columns of the table, then row, given and what was found.
    index : str or None, default=None
        Column that names the rows; None means their numbers.
    labels : iterable of labels, default=()
        Labels that may be chosen beside those that were given or suggested.
    title : str, default="Doubtful labels"
        Of the page.

    Returns
    -------
    summary : dict
        schema, title; labels: list of texts; rows: one dict a row, with row, name, check, given, suggested, quality,
        chance_wrong, tier, flagged, reason, and values, a dict of column and value each; None where one is not known.

    Raises
    ------
    ValueError
        If the columns row and given, or `index`, are not there.

    Examples
    --------
    >>> import pandas as pd
    >>> from skclean.review import issues_summary
    >>> issues = pd.DataFrame({"x": [0.5], "y": ["no"], "row": [7], "given": ["no"], "suggested": ["yes"]})
    >>> summary = issues_summary(issues)
    >>> summary["labels"], summary["rows"][0]["row"], summary["rows"][0]["values"][0]
    (['no', 'yes'], 7, {'column': 'x', 'value': '0.5'})
    """
    places = _places(list(map(str, issues.columns)))
    missing = [name for name in NEEDED if name not in places]
    if missing:
        raise ValueError(
            f"these are no rows of an audit: the columns {', '.join(missing)} are missing; write them with skclean "
            "audit FILE --label COLUMN --out issues.csv"
        )
    own = [place for place in range(issues.shape[1]) if place not in places.values()]
    columns = [str(issues.columns[place]) for place in own]
    if index is not None and index not in columns:
        raise ValueError(f"there is no column {index!r} among {', '.join(columns[:20])}")
    names = columns.index(index) if index is not None else None
    cells = [issues.iloc[:, place].tolist() for place in range(issues.shape[1])]
    rows = [
        _row(position, cells, places, dict(zip(own, columns, strict=True)), names) for position in range(len(issues))
    ]
    found = [label for row in rows for label in (row["given"], row["suggested"]) if label]
    texts = dict.fromkeys([*map(str, labels), *sorted(found)])
    return {"schema": SCHEMA, "title": title, "labels": list(texts), "rows": rows}


def _places(columns):
    """The positions of the further columns: where the table has a column of that name, they were given another one."""
    places = {}
    for name in FOUND:
        pattern = re.compile(rf"{name}|audit_{name}_*")
        found = [place for place, column in enumerate(columns) if pattern.fullmatch(column)]
        if found:
            places[name] = found[-1]
    return places


def _row(
    position: int, cells: list[list[Any]], places: dict[str, int], own: dict[int, str], names: int | None
) -> Params:
    def of(name):
        value = cells[places[name]][position] if name in places else None
        return None if is_missing(value) or value == "" else value

    values = [{"column": column, "value": _text(cells[place][position])} for place, column in own.items()]
    row = int(float(of("row")))
    return {
        "row": row,
        "name": str(row) if names is None else values[names]["value"],
        "check": str(of("check") or ""),
        "given": None if of("given") is None else str(of("given")),
        "suggested": None if of("suggested") is None else str(of("suggested")),
        "quality": _number(of("quality")),
        "chance_wrong": _number(of("chance_wrong")),
        "tier": None,  # a page that splits tiers also says how many errors each holds, which the file does not
        "flagged": _TRUTH.get(str(of("flagged")).lower()),
        "reason": str(of("reason") or ""),
        "values": values,
    }


def _text(value):
    return "" if is_missing(value) else str(value)


def _number(value):
    return None if value is None else float(value)


def read_summary(text: str) -> Params:
    """Read the JSON of a report.

    Parameters
    ----------
    text : str
        What ``skclean audit --json`` or ``AuditReport.json`` wrote.

    Returns
    -------
    summary : dict

    Raises
    ------
    ValueError
        If it is no report.

    Examples
    --------
    >>> from skclean.review import read_summary
    >>> read_summary('{"rows": [{"row": 1, "given": "no"}], "labels": ["no", "yes"]}')["labels"]
    ['no', 'yes']
    """
    try:
        summary = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("this is no JSON") from None
    rows = summary.get("rows") if isinstance(summary, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) and {"row", "given"} <= {*row} for row in rows):
        raise ValueError("this is no report of an audit: its rows are missing; write one with skclean audit --json")
    if not isinstance(summary.get("labels"), list):
        raise ValueError("this is no report of an audit: its labels are missing")
    return summary
