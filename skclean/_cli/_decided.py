"""Decisions of reviewers as evidence for an audit of the same table, or of the table that they were applied to."""

from typing import NamedTuple

import numpy as np

from skclean._cli._apply import read_decisions_file
from skclean._cli._errors import UsageError, one_line, say
from skclean.review import Decisions
from skclean.review._locate import locate
from skclean.utils._matching import same_text

__all__ = ["Decided", "decided_labels", "merged_flags"]


class Decided(NamedTuple):
    """Decisions on the rows of a table.

    Attributes
    ----------
    decisions : Decisions
        Under the positions in this table.
    reviewed : ndarray of shape (n_rows,), dtype object, or None
        Right labels of a table that was not changed since it was reviewed.
    verified : ndarray of shape (n_rows,), bool, or None
        Rows that are never flagged: of a table that the decisions were applied to those with a label known to be right
        (it no longer shows what was wrong before), else those that are to be removed.
    """

    decisions: Decisions
    reviewed: object = None
    verified: object = None


def decided_labels(arguments, columns):
    """Read the decisions that were named, and find their rows in the table.

    Parameters
    ----------
    arguments : argparse.Namespace
    columns : Columns

    Returns
    -------
    decided : Decided or None
        None where no decisions were named.
    """
    if arguments.decisions is None:
        return None
    read = read_decisions_file(arguments.decisions, "--decisions")
    labels = columns.labels.tolist()
    names = columns.names if arguments.index is not None else None
    located = locate(read, len(labels), names=names, X=columns.features)
    if located.lost:
        say(f"warning: {len(located.lost):,} decisions are on rows that are not there any more, and are left out")
    if not located.found:
        raise UsageError(f"--decisions: none of the rows of {arguments.decisions} is in {arguments.file}")
    decisions = Decisions(made._replace(row=row) for row, made in located.found.items())
    applied = any(
        made.decision == "change" and not same_text(made.label, made.given) and same_text(labels[row], made.label)
        for row, made in located.found.items()
    )
    try:
        if applied or located.gone:
            say("the table follows the decisions already, so its reviewed labels count as known to be right")
            return Decided(decisions, verified=decisions.verified(columns.labels))
        removed = np.zeros(len(labels), dtype=bool)
        removed[decisions.of_kind("remove")] = True  # they need no second look
        return Decided(decisions, decisions.reviewed_labels(columns.labels), removed if removed.any() else None)
    except ValueError as error:
        raise UsageError(f"--decisions: {one_line(error)}") from None


def merged_flags(first, second):
    """Rows that are known to be right by either of two sources; None where neither says anything."""
    if first is None or second is None:
        return second if first is None else first
    return np.asarray(first) | np.asarray(second)
