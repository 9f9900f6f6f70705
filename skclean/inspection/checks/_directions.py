"""Columns that speak for a class in one group and against it in another."""

from typing import Any

import numpy as np
from scipy.stats import norm

from skclean.inspection.checks._inputs import TableView
from skclean.inspection.checks._predictive import separation_of
from skclean.utils._typing import Codes, Positions

__all__ = ["turning_columns"]

LEVEL = 0.01
CLEAR = 0.2  # separation of a class in either direction
MIN_MEMBERS = 15  # of the class and of all others, in a group
MAX_COLUMNS = 200
ORDERED = ("number", "date", "duration", "flag")


def turning_columns(view: TableView, rows: Positions, codes: Codes, groups: Codes) -> dict[int, tuple[int, int]]:
    """Find numbers that speak for the most frequent class where they are large in one group, and against it in another.

    Parameters
    ----------
    view : TableView
    rows : ndarray of int
        Rows that are read.
    codes, groups : ndarray of shape (n_rows,), int
        Their classes, and their groups; -1 where a row has none.

    Returns
    -------
    turning : dict of int to (int, int)
        Of each column a group where large values speak for the class, and one where they speak against it. Both are
        certain at 1 % in all (Bonferroni), and clear: ``2 * AUC - 1`` is beyond 0.2 either way.
    """
    own = codes == np.bincount(codes).argmax()
    parts = [np.flatnonzero(groups == group) for group in range(int(groups.max(initial=-1)) + 1)]
    large = [
        group
        for group, part in enumerate(parts)
        if min(np.count_nonzero(own[part]), np.count_nonzero(~own[part])) >= MIN_MEMBERS
    ]
    columns = [j for j in range(len(view.names)) if view.kind(j) in ORDERED][:MAX_COLUMNS]
    limit = norm.isf(LEVEL / (2 * max(1, len(columns) * len(large))))
    found: dict[int, tuple[int, int]] = {}
    for j in columns:
        numbers = view.numbers(j)[rows]
        effects = {group: _effect(numbers[parts[group]], own[parts[group]]) for group in large}
        clear = {group: effect for group, (effect, z) in effects.items() if abs(z) > limit and abs(effect) > CLEAR}
        if clear and max(clear.values()) > 0 > min(clear.values()):
            found[j] = max(clear, key=lambda group: clear[group]), min(clear, key=lambda group: clear[group])
    return found


def _effect(numbers: Any, own: Any) -> tuple[float, float]:
    """Separation of a class by a column, and how many standard errors it is away from 0."""
    known = ~np.isnan(numbers)
    numbers, own = numbers[known], own[known]
    n_own, n_other = np.count_nonzero(own), np.count_nonzero(~own)
    if not n_own or not n_other:
        return 0.0, 0.0
    effect = separation_of(numbers, own)
    return effect, effect / float(np.sqrt((n_own + n_other + 1) / (3 * n_own * n_other)))
