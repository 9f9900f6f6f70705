"""Decisions into a table: all of them, or none where the table is not the one that was reviewed."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy as np

from skclean.exceptions import StaleDecisionsError
from skclean.review._decision import Decision
from skclean.review._decisions import Decisions
from skclean.review._locate import locate
from skclean.utils._matching import KnownValues, same_text
from skclean.utils._typing import Positions, Table
from skclean.utils._values import is_missing

__all__ = ["Applied", "Plan", "apply_decisions", "plan_changes"]

MAX_NAMED = 10
NO_LABEL = ("", "(missing)")  # how a file of rows and a report write it


class Plan(NamedTuple):
    """Changes that decisions ask for.

    Attributes
    ----------
    labels : dict of int -> object
        The new label of each position where the label changes.
    removed : ndarray of int
        Positions of rows that go, sorted.
    done : int
        Decisions that the table follows already.
    kept, unsure : int
        Decisions that change nothing.
    log : list of dict
        One line for each change: row (in the table that was read), name, given, label ("" where the row is removed),
        decision, note, reviewer, time.
    """

    labels: dict[int, Any]
    removed: Positions
    done: int
    kept: int
    unsure: int
    log: list[dict[str, Any]]


class Applied(NamedTuple):
    """A table to which decisions were applied.

    Attributes
    ----------
    frame : pandas.DataFrame
        A new one; the table that was passed is as it was.
    plan : Plan
        What was changed.
    """

    frame: Any
    plan: Plan


def apply_decisions(
    frame: Table,
    decisions: Decisions,
    *,
    label: str,
    index: str | None = None,
    drop: Iterable[str] = (),
    new_labels: bool = False,
) -> Applied:
    """Apply decisions of reviewers to a table.

    Parameters
    ----------
    frame : pandas.DataFrame
    decisions : Decisions
        "change" sets the label, "remove" drops the row, "keep" and "unsure" change nothing.
    label : str
        Column of the labels.
    index : str or None, default=None
        Column that names the rows; decisions are found by it. None means by row number, and the other columns must
        have the values that were reviewed.
    drop : iterable of str, default=()
        Columns that were not audited, and so may have other values now.
    new_labels : bool, default=False
        Whether labels that the column does not have are allowed.

    Returns
    -------
    applied : Applied
        A second application to the new table changes nothing.

    Raises
    ------
    StaleDecisionsError
        If a row, or its given label, is another one than was reviewed. Nothing is changed then.
    ValueError
        If a column is missing or a label is unknown.

    Examples
    --------
    >>> import pandas as pd
    >>> from skclean.review import Decisions, apply_decisions
    >>> frame = pd.DataFrame({"x": [1, 2, 3], "y": ["no", "yes", "yes"]})
    >>> decisions = Decisions([
    ...     {"row": 0, "given": "no", "decision": "change", "label": "yes"},
    ...     {"row": 2, "given": "yes", "decision": "remove"},
    ... ])
    >>> apply_decisions(frame, decisions, label="y").frame["y"].tolist()
    ['yes', 'yes']
    """
    drop = list(drop)
    for name in (label, *drop, *([] if index is None else [index])):
        if name not in frame.columns:
            raise ValueError(f"the table has no column {name!r}; it has {', '.join(map(str, frame.columns[:20]))}")
    names = None if index is None else frame[index].tolist()
    features = frame.drop(columns=[label, *drop, *([] if index is None else [index])])
    plan = plan_changes(frame[label].tolist(), decisions, names=names, X=features, new_labels=new_labels)
    fixed = frame.copy()
    if plan.labels:
        column = fixed[label].astype(object)
        column.iloc[list(plan.labels)] = list(plan.labels.values())
        known = set(column.dropna().unique()) <= set(frame[label].dropna().unique())
        fixed[label] = column.astype(frame[label].dtype) if known else column
    return Applied(fixed.drop(index=fixed.index[plan.removed]) if _unique(fixed) else _without(fixed, plan), plan)


def _unique(frame):
    return frame.index.is_unique


def _without(frame, plan):
    """The frame without some positions; a name in the index may be there twice."""
    kept = np.ones(len(frame), dtype=bool)
    kept[plan.removed] = False
    return frame[kept]


def plan_changes(
    labels: Sequence[Any],
    decisions: Decisions,
    *,
    names: Sequence[object] | None = None,
    X: Table = None,
    new_labels: bool = False,
) -> Plan:
    """Find out what decisions change in a table, without changing it.

    Parameters
    ----------
    labels : sequence of length n_rows
        Given labels, None or NaN where one is missing.
    decisions : Decisions
    names : sequence of length n_rows, or None, default=None
        Names of the rows, by which decisions are found.
    X : table of shape (n_rows, n_features), or None, default=None
        Feature values. Without `names` their checksums must be those of the decisions.
    new_labels : bool, default=False
        Whether labels that are none of `labels` are allowed; they are set as the text that they are.

    Returns
    -------
    plan : Plan

    Raises
    ------
    StaleDecisionsError
        If a row, or its given label, is another one than was reviewed.
    ValueError
        If a label is unknown.

    Examples
    --------
    >>> from skclean.review import Decisions, plan_changes
    >>> decisions = Decisions([{"row": 0, "given": "no", "decision": "change", "label": "yes"}])
    >>> plan_changes(["no", "yes"], decisions).labels
    {0: 'yes'}
    """
    located = locate(decisions, len(labels), names=names, X=X)
    stale = [(made, why) for made, why in located.lost.items() if made.decision not in ("keep", "unsure")]
    classes = list(dict.fromkeys(value for value in labels if not is_missing(value)))
    known, unknown = KnownValues(classes), {}
    changes, removed, log, done = {}, [], [], len(located.gone)
    for row, made in sorted(located.found.items()):
        value = labels[row]
        as_given = made.given.strip() in NO_LABEL if is_missing(value) else same_text(value, made.given)
        if made.decision == "unsure":
            continue
        if made.decision == "change":
            new, is_known = _known_label(made.label, classes, known)
            if not is_known and not new_labels:
                unknown[made.label] = made.row
                continue
            if not is_missing(value) and same_text(value, new):
                done += 1
                continue
            changes[row] = new
        if not as_given:
            stale.append((made, f"its label is {'missing' if is_missing(value) else repr(str(value))} now"))
            continue
        if made.decision == "remove":
            removed.append(row)
        if made.decision != "keep":
            log.append(_log_line(row, made))
    _raise_unknown(unknown, classes)
    if stale:
        raise StaleDecisionsError(_stale_message(stale), rows=[(made.row, made.name, why) for made, why in stale])
    counts = decisions.counts
    return Plan(changes, np.array(removed, dtype=np.intp), done, counts["keep"], counts["unsure"], log)


def _known_label(text, classes, known):
    """The label of the table that has this text, and whether there is one; else the text."""
    found = known.find(text)
    return (classes[found[0]], True) if len(found) == 1 else (text, False)


def _log_line(row: int, made: Decision) -> dict[str, Any]:
    names = ("name", "given", "label", "decision", "note", "reviewer", "time")
    return {"row": row, **{name: getattr(made, name) for name in names}}


def _raise_unknown(unknown, classes):
    if not unknown:
        return
    shown = ", ".join(f"{label!r} (row {row})" for label, row in list(unknown.items())[:MAX_NAMED])
    raise ValueError(
        f"the decisions hold labels that the table does not have: {shown}; it has {', '.join(map(str, classes[:20]))}. "
        "Correct them, or allow new labels"
    )


def _stale_message(stale):
    shown = "; ".join(
        f"row {made.row}{f' ({made.name})' if made.name else ''}: {why}" for made, why in stale[:MAX_NAMED]
    )
    more = f"; and {len(stale) - MAX_NAMED:,} more" if len(stale) > MAX_NAMED else ""
    return f"{len(stale)} rows are not as they were when they were reviewed, so nothing is changed: {shown}{more}"
