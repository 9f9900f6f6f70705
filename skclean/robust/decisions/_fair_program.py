"""How many rows of each kind to abstain from, so that groups are treated alike: an integer program.

Rows of one group, label and prediction are alike but for their confidence, so a program over counts is enough. A rate
such as the true-positive rate is a ratio of counts. With a common level fixed, "all rates lie in [level, level + eps]"
is linear in the counts, so the program is solved for levels on a grid, and the best solution is taken.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

__all__ = ["RATES", "Kinds", "Plan", "rates_of", "solve"]

RATES = ("tpr", "fpr", "selection")
LEVELS = 41
TIME_LIMIT = 10.0


class Kinds(NamedTuple):
    """Counts that an option of a group changes.

    Each option is a set of rows of one group and one prediction that could be kept; exactly one of each is taken.

    Attributes
    ----------
    cell : ndarray of shape (n_options,), int
        Which (group, prediction) the option is for.
    group : ndarray of shape (n_options,), int
    kept : ndarray of shape (n_options,)
        Rows kept.
    right : ndarray of shape (n_options,)
        Of these, rows that are predicted right.
    chosen, among : ndarrays of shape (n_options,)
        Numerator and denominator of the rate that is to be alike.
    """

    cell: np.ndarray
    group: np.ndarray
    kept: np.ndarray
    right: np.ndarray
    chosen: np.ndarray
    among: np.ndarray


class Plan(NamedTuple):
    """A solution.

    Attributes
    ----------
    taken : ndarray of int
        Positions of the options taken, one a cell.
    gap : float
        Largest difference of the rate between groups.
    """

    taken: np.ndarray
    gap: float


def rates_of(kinds, taken, n_groups):
    """Rate of each group: ndarray of shape (n_groups,); NaN where nothing is left to measure it on."""
    chosen = np.bincount(kinds.group[taken], kinds.chosen[taken], minlength=n_groups)
    among = np.bincount(kinds.group[taken], kinds.among[taken], minlength=n_groups)
    return np.divide(chosen, among, out=np.full(n_groups, np.nan), where=among > 0)


def solve(kinds, *, accuracy, max_gap, max_abstention, cost):
    """Choose one option a cell: fewest errors kept plus `cost` for each abstention.

    Parameters
    ----------
    kinds : Kinds
    accuracy : ndarray of shape (n_groups,) or None
        Least accuracy among kept rows of each group; None for no such bound.
    max_gap : float or None
        Largest difference of rates; None for no such bound.
    max_abstention : float or None
        Largest share of abstentions of each group; None for no such bound.
    cost : float

    Returns
    -------
    plan : Plan or None
        None where no solution meets all bounds.
    """
    n_groups = int(kinds.group.max()) + 1
    cells, whole = kinds.cell.max() + 1, np.zeros(kinds.cell.max() + 1)
    np.maximum.at(whole, kinds.cell, kinds.kept)
    rows, low, high = [], [], []

    def bound(row, least, most):
        rows.append(row)
        low.append(least)
        high.append(most)

    for cell in range(cells):
        bound((kinds.cell == cell).astype(float), 1, 1)
    for group in range(n_groups):
        own = kinds.group == group
        size = sum(whole[cell] for cell in np.unique(kinds.cell[own]))
        if accuracy is not None:
            bound(own * (kinds.right - accuracy[group] * kinds.kept), -1e-9, np.inf)
        if max_abstention is not None:
            bound(own * kinds.kept, (1 - max_abstention) * size - 1e-9, np.inf)
    objective = (kinds.kept - kinds.right) - cost * kinds.kept
    best, best_value = None, np.inf
    levels = [None] if max_gap is None or n_groups == 1 else np.linspace(0, 1, LEVELS)
    for level in levels:
        more = []
        if level is not None:
            for group in range(n_groups):
                own = kinds.group == group
                more.append((own * (kinds.chosen - level * kinds.among), -1e-9, np.inf))
                more.append((own * (kinds.chosen - (level + max_gap) * kinds.among), -np.inf, 1e-9))
        matrix = np.array(rows + [row for row, _, _ in more])
        least, most = low + [a for _, a, _ in more], high + [b for _, _, b in more]
        found = milp(
            objective,
            integrality=np.ones(len(objective)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(matrix, least, most),
            options={"time_limit": TIME_LIMIT},
        )
        if found.x is not None and found.fun < best_value:
            best, best_value = np.flatnonzero(found.x > 0.5), found.fun
    if best is None:
        return None
    rates = rates_of(kinds, best, n_groups)
    known = rates[~np.isnan(rates)]
    return Plan(best, float(np.ptp(known)) if len(known) else 0.0)
