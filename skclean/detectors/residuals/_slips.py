"""Kinds of slips that turn a right number into a wrong one, and the right one that each would imply.

A slip is named where undoing it brings the number much nearer to its prediction than chance would. A kind with several
ways to undo it has more chances, so it must come nearer.
"""

import math
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skclean.utils._typing import Array, Floats

__all__ = ["NamedSlips", "name_slips"]

# Numbers within so many scales of their prediction are not looked at, and an undone slip must come so near.
SUSPICIOUS, NEAR = 2.0, 2.0
# Chance that one of the ways to undo a kind of slip comes as near to the prediction by accident.
MAX_CHANCE = 0.25
POWERS = {"factor 10": 10.0, "factor 100": 100.0, "factor 1000": 1000.0}
# What is multiplied by mistake: given in the first unit, recorded as if in the second.
UNITS = {
    "unit: inches and centimetres": 2.54,
    "unit: feet and metres": 0.3048,
    "unit: pounds and kilograms": 0.45359237,
    "unit: miles and kilometres": 1.609344,
}
# Digits are looked at in so many suspicious rows.
MAX_READ = 20_000
# Neighbouring rows are no copies where more rows than this have the number of the row before, by nature; and rounded
# numbers are no slip where more than this are.
USUAL = 0.02
# Suspicious rows in a run that the shift by one row explains.
MIN_RUN = 3


class NamedSlips(NamedTuple):
    """What may have happened to each number.

    Attributes
    ----------
    slips : ndarray of shape (n_samples,), object
        Kind of slip; an empty text where none explains the number.
    suggested : ndarray of shape (n_samples,), float64
        The number before the slip, else the predicted one.
    """

    slips: NDArray[np.object_]
    suggested: Floats


def name_slips(y: Floats, predicted: Floats, scale: Floats) -> NamedSlips:
    """Name the slips of suspicious numbers.

    Parameters
    ----------
    y, predicted, scale : ndarrays of shape (n_samples,), float64
        Given numbers, their predictions, and expected sizes of residuals.

    Returns
    -------
    named : NamedSlips
    """
    slips = np.full(len(y), "", dtype=object)
    suggested = predicted.copy()
    rows = np.flatnonzero(np.abs(y - predicted) > SUSPICIOUS * scale)
    given, expected, near = y[rows], predicted[rows], NEAR * scale[rows]
    best = np.full(len(rows), MAX_CHANCE)
    for kind, undone, n_ways in _undone(given):
        miss = np.abs(undone - expected)
        chance = n_ways * miss / np.abs(given - expected)
        found = (miss <= near) & (chance < best)
        if kind in UNITS or kind == "swapped digits":
            found &= _frequent(np.where(miss <= near, chance, 1.0))
        best[found] = chance[found]
        slips[rows[found]], suggested[rows[found]] = kind, undone[found]
    _name_shifts(y, predicted, scale, slips, suggested)
    left = rows[slips[rows] == ""]
    slips[left[_copied(y, left)]] = "copied neighbour"
    left = rows[slips[rows] == ""]
    slips[left[_rounded(y, left)]] = "rounding"
    return NamedSlips(slips, suggested)


def _frequent(chance):
    """Rows with chances so small, or so many of them, that most are no accident (Benjamini, Hochberg): bool."""
    order = np.sort(chance)
    enough = order[order <= MAX_CHANCE * np.arange(1, len(order) + 1) / max(1, len(order))]
    return chance <= enough[-1] if enough.size else np.zeros(len(chance), dtype=bool)


def _undone(given):
    """Yield kinds of slips, the number before each (NaN where there is none), and in how many ways it is undone."""
    for kind, factor in POWERS.items():
        yield kind, given / factor, 2
        yield kind.replace(" ", " 1/"), given * factor, 2
    yield "sign", -given, 1
    for kind, factor in UNITS.items():
        yield kind, given * factor, 2 * len(UNITS)
        yield kind, given / factor, 2 * len(UNITS)
    swaps = [_swapped(number) for number in given[:MAX_READ].tolist()]
    most = max(map(len, swaps), default=0)
    n_ways = np.array([max(1, len(ways)) for ways in swaps] + [1] * (len(given) - len(swaps)))
    for place in range(most):
        undone = np.full(len(given), np.nan)
        undone[: len(swaps)] = [ways[place] if place < len(ways) else np.nan for ways in swaps]
        yield "swapped digits", undone, n_ways


def _swapped(number: float) -> list[float]:
    """Return the numbers with two neighbouring digits of this one swapped, as it is written: list of float."""
    text = repr(number)
    if "e" in text:
        return []
    text = text.removesuffix(".0")
    places = [place for place, sign in enumerate(text) if sign.isdigit()]
    found = []
    for first, second in pairwise(places[:6]):
        if text[first] != text[second]:
            signs = list(text)
            signs[first], signs[second] = signs[second], signs[first]
            found.append(float("".join(signs)))
    return found


def _name_shifts(y, predicted, scale, slips, suggested):
    """Name runs of rows that have the number of the row before or after them."""
    for step in (1, -1):
        undone = np.roll(y, -step)
        off = np.abs(y - predicted) > scale
        fits = (np.abs(undone - predicted) < scale) & off
        fits[len(y) - 1 if step == 1 else 0] = False
        doubted = np.abs(y - predicted) > SUSPICIOUS * scale
        for start, end in _runs(fits):
            if end - start >= MIN_RUN and 2 * np.count_nonzero(doubted[start:end]) > end - start:
                slips[start:end], suggested[start:end] = "shifted row", undone[start:end]


def _runs(mask):
    """Return where runs of True begin and end: ndarray of shape (n_runs, 2)."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]])))
    return edges.reshape(-1, 2)


def _copied(y: Floats, rows: Array) -> Array:
    """Rows with the very number of the row before, in a column where that is rare: ndarray of bool."""
    same = np.zeros(len(y), dtype=bool)
    same[1:] = y[1:] == y[:-1]
    return same[rows] & (same.mean() < USUAL)


def _rounded(y: Floats, rows: Array) -> Array:
    """Rows with fewer digits than nearly all: ndarray of bool."""
    if not rows.size or not np.any(y):
        return np.zeros(len(rows), dtype=bool)
    step = 10.0 ** math.floor(math.log10(max(float(np.quantile(np.abs(y), 0.9)), 1e-300)))
    for size in (step / 100, step / 10, step):  # the finest that is rare
        coarse = np.isclose(y / size, np.round(y / size), rtol=0, atol=1e-9)
        if coarse.mean() < USUAL:
            return coarse[rows]
    return np.zeros(len(rows), dtype=bool)
