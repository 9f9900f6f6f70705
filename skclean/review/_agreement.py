"""How far two reviewers agree on the rows that both of them decided, and which rows a second one should see."""

from typing import Any, NamedTuple

import numpy as np
from sklearn.utils import check_random_state

from skclean.review._decisions import Decisions
from skclean.utils._texts import text_key
from skclean.utils._typing import Positions, RandomState

__all__ = ["Agreement", "agreement", "second_review"]

NO_LABEL = {"unsure": "(unsure)", "remove": "(remove)"}


class Agreement(NamedTuple):
    """Agreement of two reviewers.

    Attributes
    ----------
    n_both : int
        Rows that both decided, and found a label for.
    agreed : float
        Share of these rows on which they found the same label; NaN where there is none.
    kappa, low, high : float
        Cohen's kappa, agreement beyond chance, with a 90 % bootstrap interval; NaN where one label alone was found.
    differ : ndarray of int
        Rows on which they differ, also where one of them was unsure or removed the row.
    settled : dict of int -> str
        Labels that the second reviewer found in rows that left the first unsure.
    """

    n_both: int
    agreed: float
    kappa: float
    low: float
    high: float
    differ: Positions
    settled: dict[int, str]


def agreement(
    first: Decisions, second: Decisions, *, n_bootstrap: int = 1000, random_state: RandomState = 0
) -> Agreement:
    """Compare the decisions of two reviewers.

    Parameters
    ----------
    first, second : Decisions
        On the same table.
    n_bootstrap : int, default=1000
        Draws of rows, for the interval.
    random_state : int, RandomState instance or None, default=0
        Seed.

    Returns
    -------
    agreement : Agreement

    References
    ----------
    Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 1960.

    Examples
    --------
    >>> from skclean.review import Decisions, agreement
    >>> def keep(row, given):
    ...     return {"row": row, "given": given, "decision": "keep"}
    >>> first = Decisions([keep(0, "a"), keep(1, "b"), keep(2, "a"), keep(3, "b")])
    >>> second = Decisions([keep(0, "a"), keep(1, "b"), keep(2, "a"),
    ...                     {"row": 3, "given": "b", "decision": "change", "label": "a"}])
    >>> found = agreement(first, second)
    >>> found.agreed, found.kappa, found.differ.tolist()
    (0.75, 0.5, [3])
    """
    ours, theirs = first.latest, second.latest
    both = [row for row in ours if row in theirs]
    labelled = [row for row in both if ours[row].right_label and theirs[row].right_label]
    differ = [row for row in both if _finding(ours[row]) != _finding(theirs[row])]
    settled = {
        row: str(theirs[row].right_label)
        for row in both
        if ours[row].decision == "unsure" and theirs[row].right_label is not None
    }
    keys = [(_finding(ours[row]), _finding(theirs[row])) for row in labelled]
    numbers = {key: place for place, key in enumerate(dict.fromkeys(key for pair in keys for key in pair))}
    pairs = np.array([[numbers[one], numbers[other]] for one, other in keys], dtype=np.intp).reshape(-1, 2)
    agreed = float(np.mean(pairs[:, 0] == pairs[:, 1])) if len(pairs) else float("nan")
    rng = check_random_state(random_state)
    kappa = _kappa(pairs, len(numbers))
    drawn = [rng.randint(len(pairs), size=len(pairs)) for _ in range(n_bootstrap)] if np.isfinite(kappa) else []
    draws = np.array([_kappa(pairs[rows], len(numbers)) for rows in drawn])
    known = draws[np.isfinite(draws)]
    low, high = np.quantile(known, [0.05, 0.95]) if len(known) else (float("nan"), float("nan"))
    return Agreement(len(labelled), agreed, kappa, float(low), float(high), np.array(differ, dtype=np.intp), settled)


def _finding(made):
    label = made.right_label
    return NO_LABEL[made.decision] if label is None else text_key(label)


def _kappa(pairs, n_labels):
    """Cohen's kappa; NaN where chance alone would agree always."""
    if not len(pairs):
        return float("nan")
    shares = [np.bincount(pairs[:, side], minlength=n_labels) / len(pairs) for side in (0, 1)]
    by_chance = float(shares[0] @ shares[1])
    if by_chance > 1 - 1e-12:
        return float("nan")
    return float((np.mean(pairs[:, 0] == pairs[:, 1]) - by_chance) / (1 - by_chance))


def second_review(first: Decisions, *, share: float = 0.1, random_state: RandomState = 0) -> Positions:
    """Return the rows that a second reviewer should see: those that left the first unsure, and some others.

    Parameters
    ----------
    first : Decisions
    share : float, default=0.1
        Share of the other rows, drawn at random, in [0, 1]: they tell how far two reviewers agree.
    random_state : int, RandomState instance or None, default=0
        Seed.

    Returns
    -------
    rows : ndarray of int
        Sorted.

    Examples
    --------
    >>> from skclean.review import Decisions, second_review
    >>> kinds = ["keep"] * 3 + ["unsure"] + ["keep"] * 5
    >>> first = Decisions([{"row": row, "given": "a", "decision": kind} for row, kind in enumerate(kinds)])
    >>> 3 in second_review(first, share=0.25), len(second_review(first, share=0.25))
    (True, 3)
    """
    if not 0 <= share <= 1:
        raise ValueError(f"share must be between 0 and 1, got {share!r}.")
    others = first.of_kind("keep", "change", "remove")
    drawn = check_random_state(random_state).permutation(others)[: round(share * len(others))]
    rows: Any = np.sort(np.concatenate([first.of_kind("unsure"), drawn]))
    return rows.astype(np.intp)
