"""Rows that are written: their cells as they stand in the file, and further columns."""

import numpy as np

from skclean._cli._layout import text_layout
from skclean._cli._tables import read_cells
from skclean.inspection._row_keys import row_checksums

__all__ = ["doubtful_rows", "free_name", "review_rows"]

# Columns of the audit table that are written, where it has them.
_FOUND = ("given", "suggested", "quality", "reason", "tier", "chance_wrong", "flagged")
# What detectors of other kinds of labels add: what a wrong number looks like, and what is wrong of an event and a time.
_FURTHER = ("slip", "kind")


def doubtful_rows(arguments, frame, doubtful, features):
    """Return doubtful rows with what was found.

    Parameters
    ----------
    arguments : argparse.Namespace
    frame : pandas.DataFrame
        The table that was audited.
    doubtful : pandas.DataFrame
        Lines of the audit table in the order that is wanted, under the positions of the rows.
    features : pandas.DataFrame
        What a row is known by when decisions on it come back.
    """
    names = [*(_FOUND if "tier" in doubtful else _FOUND[:4]), *(name for name in _FURTHER if name in doubtful)]
    found = {"row": doubtful.index.to_numpy()} | {name: doubtful[name].to_numpy() for name in names}
    result = _cells(arguments, frame, found["row"])
    one = getattr(arguments, "more_labels", None) is None and arguments.label is not None
    if arguments.file is not None and one and all(isinstance(cell, str) for cell in result[arguments.label]):
        # text in the file, though some labels are judged as numbers
        found |= {name: doubtful[name].astype(str).to_numpy() for name in ("given", "suggested")}
    found["check"] = np.array(row_checksums(features, found["row"]), dtype=object)
    return _joined(result, found)


def review_rows(arguments, frame, rows):
    """Return rows to review, with an empty column for the right label. What was found is not shown to reviewers.

    Parameters
    ----------
    arguments, frame
        As in :func:`doubtful_rows`.
    rows : ndarray of int
        Positions.
    """
    return _joined(_cells(arguments, frame, rows), {"row": rows, "reviewed": np.full(len(rows), "", dtype=object)})


def free_name(name, taken):
    """Return a name for a further column of a table with columns `taken`."""
    free = name if name not in taken else f"audit_{name}"
    while free in taken:
        free += "_"
    return free


def _cells(arguments, frame, rows):
    if arguments.file is None:
        return frame.iloc[rows].reset_index(drop=True)
    return read_cells(arguments.file, rows, text=text_layout(arguments))


def _joined(result, found):
    taken = set(result.columns)
    for name, values in found.items():
        free = free_name(name, taken)
        while free in result.columns:  # two of the further columns
            free += "_"
        result[free] = values
    return result
