"""How many rows of each kind to abstain from, so that groups are treated alike: an integer program.

Rows of one group, label and prediction are alike but for their confidence, so a program over counts is enough. A rate
such as the true-positive rate is a ratio of counts. With a common level fixed, "all rates lie in [level, level + eps]"
is linear in the counts, so the program is solved for levels on a grid, and the best solution is taken.
"""

from typing import NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

__all__ = ["RATES", "Kinds", "Plan", "accuracies_of", "bound_to_loosen", "rates_of", "solve"]

RATES = ("tpr", "fpr", "selection")
LEVELS = 41
TIME_LIMIT = 10.0  # seconds, at each level
# Bounds give way by this much, for rounding.
ROUNDING = 1e-9


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
    return _ratio(kinds.chosen, kinds.among, kinds.group, taken, n_groups, empty=np.nan)


def accuracies_of(kinds, taken, n_groups):
    """Accuracy of each group on the rows that are kept: ndarray of shape (n_groups,); 0 where none is kept."""
    return _ratio(kinds.right, kinds.kept, kinds.group, taken, n_groups, empty=0.0)


def _ratio(numerator, denominator, group, taken, n_groups, *, empty):
    top = np.bincount(group[taken], numerator[taken], minlength=n_groups)
    bottom = np.bincount(group[taken], denominator[taken], minlength=n_groups)
    return np.divide(top, bottom, out=np.full(n_groups, empty), where=bottom > 0)


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
    fixed = _fixed_bounds(kinds, accuracy, max_abstention, n_groups)
    objective = (kinds.kept - kinds.right) - cost * kinds.kept
    best, best_value = None, np.inf
    for level in [None] if max_gap is None or n_groups == 1 else np.linspace(0, 1, LEVELS):
        more = [] if level is None else _rate_bounds(kinds, level, max_gap, n_groups)
        rows, least, most = zip(*fixed, *more, strict=True)
        found = milp(
            objective,
            integrality=np.ones(len(objective)),
            bounds=Bounds(0, 1),
            constraints=LinearConstraint(np.array(rows), least, most),
            options={"time_limit": TIME_LIMIT},
        )
        if found.x is not None and found.fun < best_value:
            best, best_value = np.flatnonzero(found.x > 0.5), found.fun
    if best is None:
        return None
    rates = rates_of(kinds, best, n_groups)
    known = rates[~np.isnan(rates)]
    return Plan(best, float(np.ptp(known)) if len(known) else 0.0)


def _fixed_bounds(kinds, accuracy, max_abstention, n_groups):
    """One option a cell, and the bounds that hold at any level of the rate: list of (row, least, most)."""
    whole = np.zeros(kinds.cell.max() + 1)
    np.maximum.at(whole, kinds.cell, kinds.kept)
    bounds = [((kinds.cell == cell).astype(float), 1, 1) for cell in range(len(whole))]
    for group in range(n_groups):
        own = kinds.group == group
        if accuracy is not None:
            bounds.append((own * (kinds.right - accuracy[group] * kinds.kept), -ROUNDING, np.inf))
        if max_abstention is not None:
            size = whole[np.unique(kinds.cell[own])].sum()
            bounds.append((own * kinds.kept, (1 - max_abstention) * size - ROUNDING, np.inf))
    return bounds


def _rate_bounds(kinds, level, max_gap, n_groups):
    """The rate of each group is between `level` and `level + max_gap`: list of (row, least, most)."""
    bounds = []
    for group in range(n_groups):
        own = kinds.group == group
        bounds.append((own * (kinds.chosen - level * kinds.among), -ROUNDING, np.inf))
        bounds.append((own * (kinds.chosen - (level + max_gap) * kinds.among), -np.inf, ROUNDING))
    return bounds


def bound_to_loosen(kinds, bounds, *, cost):
    """Return a sentence that names the bound without which there would be a solution: str.

    Parameters
    ----------
    kinds : Kinds
    bounds : dict
        `accuracy`, `max_gap` and `max_abstention`, which no solution meets together.
    cost : float
    """

    def solvable_without(name):
        return solve(kinds, **(bounds | {name: None}), cost=cost) is not None

    for name in ("max_gap", "max_abstention"):
        if bounds[name] is not None and solvable_without(name):
            return f"no abstention meets all bounds, but without {name}={bounds[name]} one does: raise it."
    if solvable_without("accuracy"):
        return (
            "no abstention meets all bounds: to make the rates alike, some group would be predicted less accurately "
            "than before. Raise max_gap or max_abstention."
        )
    return "no abstention meets all bounds; raise max_gap and max_abstention together."
