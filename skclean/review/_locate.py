"""The place of each decided row in a table that may have been cleaned before."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from skclean.inspection._row_keys import row_checksums
from skclean.review._decision import Decision
from skclean.review._decisions import Decisions
from skclean.utils._matching import KnownValues
from skclean.utils._typing import Table

__all__ = ["Located", "locate"]


class Located(NamedTuple):
    """Where the decided rows are.

    Attributes
    ----------
    found : dict of int -> Decision
        Under the position in the table.
    gone : list of Decision
        Removals of rows that are not there any more.
    lost : dict of Decision -> str
        Why a row was not found.
    """

    found: dict[int, Decision]
    gone: list[Decision]
    lost: dict[Decision, str]


def locate(decisions: Decisions, n_rows: int, *, names: Sequence[object] | None = None, X: Table = None) -> Located:
    """Find decided rows by name, or else by row number and checksum.

    Parameters
    ----------
    decisions : Decisions
    n_rows : int
        Of the table.
    names : sequence of length n_rows, or None, default=None
        Names of the rows. They alone decide where they are given.
    X : table of shape (n_rows, n_features), or None, default=None
        Feature values. Their checksums are compared; None means that row numbers alone decide.

    Returns
    -------
    located : Located
        A table from which the rows were removed already is recognised: rows below them moved up.
    """
    latest = list(decisions.latest.values())
    if names is not None:
        return _by_name(latest, KnownValues(names))
    if X is None or not any(made.check for made in latest):
        return _by_number(latest, n_rows, lambda row, made: True)
    rows = sorted({row for made in latest for row in (made.row, _moved_up(made.row, latest)) if row < n_rows})
    checks = dict(zip(rows, row_checksums(X, rows), strict=True))

    def fits(row, made):
        return not made.check or checks[row] == made.check

    located = _by_number(latest, n_rows, fits)
    if not located.lost:
        return located
    rest = [made for made in latest if made.decision != "remove"]
    moved = [made._replace(row=_moved_up(made.row, latest)) for made in rest]
    after = _by_number(moved, n_rows, fits)
    if 0 < len(rest) < len(latest) and not after.lost:
        found = dict(zip(after.found, rest, strict=True))
        return Located(found, [made for made in latest if made.decision == "remove"], {})
    return _by_checksum(located, X, n_rows)


def _moved_up(row, latest):
    """The place of a row once the rows to remove are gone."""
    return row - sum(made.decision == "remove" and made.row < row for made in latest)


def _by_name(latest, known):
    found, gone, lost = {}, [], {}
    for made in latest:
        rows = known.find(made.name)
        if len(rows) == 1 and rows[0] not in found:
            found[rows[0]] = made
        elif not rows and made.decision == "remove":
            gone.append(made)
        else:
            lost[made] = "no row has this name" if not rows else "several rows have this name"
    return Located(found, gone, lost)


def _by_number(latest, n_rows, fits):
    found, lost = {}, {}
    for made in latest:
        if made.row >= n_rows:
            lost[made] = f"the table has {n_rows} rows"
        elif not fits(made.row, made):
            lost[made] = "its values are others than those that were reviewed"
        else:
            found[made.row] = made
    return Located(found, [], lost)


def _by_checksum(located, X, n_rows):
    """Rows that are not where they were, by their checksum where one row alone has it."""
    found, gone, lost = dict(located.found), [], {}
    known = {}
    for row, check in enumerate(row_checksums(X, np.arange(n_rows))):
        known.setdefault(check, []).append(row)
    for made, why in located.lost.items():
        rows = known.get(made.check, [])
        if len(rows) == 1 and rows[0] not in found:
            found[rows[0]] = made
        elif not rows and made.decision == "remove":
            gone.append(made)
        else:
            lost[made] = why if not rows else f"{len(rows)} rows have its values"
    return Located(found, gone, lost)
