"""Rules between tags that hold in nearly all rows: implied, exclusive and identical tags, and rows that break them."""

from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from sklearn.utils import check_scalar

from skclean.targets import UNLABELLED, MultilabelTarget, read_tags
from skclean.utils._proba import as_matrix
from skclean.utils._short_repr import short_repr
from skclean.utils._typing import Bools, Floats, Numbers

__all__ = ["LabelRules", "TagRule", "label_rules"]

Z = 1.96  # of a 95 % interval
# Two tags exclude each other where they occur together at most this often of what independent tags would, and
# independent ones would in so many rows.
MOST_TOGETHER, EXPECTED_ROWS = 0.01, 5
# What the probabilities may add to a change: they decide between repairs of as many changes.
TIE = 1e-3


class TagRule(NamedTuple):
    """One rule between two tags.

    Attributes
    ----------
    kind : {"implied", "exclusive", "identical"}
        "implied": a row with `tag` has `other`.
    tag, other : object
        Names of the tags.
    n_rows : int
        Rows that the rule speaks of: those with `tag`, for the two others those with either.
    share : float
        Share of these rows that obey it.
    """

    kind: str
    tag: Any
    other: Any
    n_rows: int
    share: float


@dataclass(frozen=True, eq=False)
class LabelRules:
    """Rules between tags, and which rows break them.

    Attributes
    ----------
    rules : list of TagRule
        Those with most rows first. Tags that imply each other are one "identical" rule.
    coherence : ndarray of shape (n_samples,), float64
        Share of the rules that speak of a row which it obeys, in [0, 1]; 1 where none does.
    broken : ndarray of shape (n_samples, n_tags), bool
        Cells that take part in a broken rule.
    """

    rules: list[TagRule]
    coherence: Floats
    broken: Bools
    pairs: NDArray[np.int64]
    target: MultilabelTarget
    __repr__ = short_repr

    def repair(self, Y_proba: Numbers | None = None) -> Any:
        """Return Y with the fewest cells changed so that every row obeys every rule.

        Parameters
        ----------
        Y_proba : array-like of shape (n_samples, n_tags) or None, default=None
            Out-of-sample probabilities of tags; they choose between repairs of as many changes. Without them, an
            implied tag is added rather than that the other one is taken away.

        Returns
        -------
        repaired : of the type of Y
            Cells that are unknown stay so, and bind nothing.
        """
        cells = self.target.cells.copy()
        gain = np.full(cells.shape, 0.5) if Y_proba is None else as_matrix(Y_proba, "Y_proba") - 0.5
        if gain.shape != cells.shape:
            raise ValueError(f"Y_proba has the shape {gain.shape}, and Y {cells.shape}; pass one for each cell.")
        for row in np.flatnonzero(self.broken.any(axis=1)):
            cells[row] = _repaired(cells[row], self.pairs, gain[row])
        return self.target.decode(cells)


def label_rules(Y: Any, *, confidence: float = 0.98, min_rows: int = 20) -> LabelRules:
    """Find tags that imply, exclude or repeat each other.

    Parameters
    ----------
    Y : array-like, sparse matrix or DataFrame of shape (n_samples, n_tags), or list of n_samples sets of tags
        NaN, None and -1 mean "unknown".
    confidence : float, default=0.98
        The lower end of a 95 % interval (Wilson's) of P(other | tag) from which on `tag` implies `other`, in (0, 1). It
        allows for errors: with 5 % of wrong cells take 0.9.
    min_rows : int, default=20
        Rows with `tag` that an implication needs, at least 1.

    Returns
    -------
    rules : LabelRules

    Notes
    -----
    After rules learned from label sets: an implication by a bound on its confidence, an exclusion where tags occur
    together in at most 1 % of the rows in which independent tags would, and these are at least 5. The repair of a row
    is an integer program. A tag that nearly all rows have is not said to be implied.

    References
    ----------
    Agrawal, Imielinski, Swami, "Mining Association Rules between Sets of Items in Large Databases", SIGMOD 1993.
    Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", JASA 1927.

    Examples
    --------
    >>> from skclean.inspection import label_rules
    >>> found = label_rules([{"dog", "animal"}] * 400 + [{"car"}] * 400 + [{"dog"}])
    >>> [(rule.kind, rule.tag, rule.other) for rule in found.rules]
    [('exclusive', 'car', 'dog'), ('exclusive', 'animal', 'car'), ('identical', 'animal', 'dog')]
    >>> float(found.coherence[-1]), sorted(found.repair()[-1])
    (0.5, ['animal', 'dog'])
    """
    check_scalar(confidence, "confidence", Real, min_val=0, max_val=1, include_boundaries="neither")
    check_scalar(min_rows, "min_rows", Integral, min_val=1)
    target = read_tags(Y)
    present, absent = target.cells == 1, target.cells == 0
    both = _counts(present, present)
    alone = _counts(present, absent)  # has the first, has not the second
    implied = _implied(both, alone, confidence, min_rows)
    implied &= present.sum(axis=0) < confidence * np.maximum((present | absent).sum(axis=0), 1)
    exclusive = _exclusive(target.cells, both)
    first, second = np.nonzero(implied)
    apart = np.argwhere(np.triu(exclusive, 1))
    pairs = np.vstack(
        [
            np.column_stack([np.zeros(len(first), dtype=np.int64), first, second]),
            np.column_stack([np.ones(len(apart), dtype=np.int64), apart]),
        ]
    )
    broken, coherence = _broken(target.cells, pairs)
    return LabelRules(_named(target.classes, implied, exclusive, both, alone), coherence, broken, pairs, target)


def _counts(first, second):
    return first.T.astype(np.float64) @ second.astype(np.float64)


def _implied(both, alone, confidence, min_rows):
    """Tags of rows imply tags of columns: ndarray of shape (n_tags, n_tags), bool."""
    n_rows = np.maximum(both + alone, 1)
    share = both / n_rows
    centre = share + Z**2 / (2 * n_rows)
    width = Z * np.sqrt(share * (1 - share) / n_rows + Z**2 / (4 * n_rows**2))
    lower = (centre - width) / (1 + Z**2 / n_rows)
    implied = (lower >= confidence) & (both + alone >= min_rows)
    np.fill_diagonal(implied, False)
    return implied


def _exclusive(cells, both):
    known = (cells != UNLABELLED).astype(np.float64)
    together = known.T @ known
    present = (cells == 1).astype(np.float64).T @ known  # rows with the first where the second is known
    expected = present * present.T / np.maximum(together, 1)
    exclusive = (expected >= EXPECTED_ROWS) & (both <= MOST_TOGETHER * expected)
    np.fill_diagonal(exclusive, False)
    return exclusive


def _broken(cells, pairs):
    """Cells of broken rules, and the share of rules that each row obeys."""
    broken = np.zeros(cells.shape, dtype=bool)
    spoken, failed = np.zeros((2, len(cells)))
    for kind, tag, other in pairs.tolist():
        fails = (cells[:, tag] == 1) & (cells[:, other] == (1 if kind else 0))
        speaks = (cells[:, [tag, other]] != UNLABELLED).all(axis=1)
        speaks &= (cells[:, [tag, other]] == 1).any(axis=1) if kind else cells[:, tag] == 1
        broken[np.ix_(fails, [tag, other])] = True
        spoken += speaks
        failed += fails
    return broken, 1 - failed / np.maximum(spoken, 1)


def _named(names, implied, exclusive, both, alone):
    """The rules by name, those of most rows first."""
    names, rules = names.tolist(), []
    for tag, other in np.argwhere(implied | np.triu(exclusive, 1)).tolist():
        together, left, right = both[tag, other], alone[tag, other], alone[other, tag]
        if exclusive[tag, other]:
            rules.append(_rule("exclusive", names[tag], names[other], left + right, left + right + together))
        elif implied[tag, other] and not implied[other, tag]:
            rules.append(_rule("implied", names[tag], names[other], together, together + left))
        elif implied[tag, other] and tag < other:
            rules.append(_rule("identical", names[tag], names[other], together, together + left + right))
    return sorted(rules, key=lambda rule: -rule.n_rows)


def _rule(kind, tag, other, obeyed, n_rows):
    return TagRule(kind, tag, other, int(n_rows), float(obeyed / n_rows))


def _repaired(cells, pairs, gain):
    """One row with the fewest changes; unknown cells have no part."""
    known = np.flatnonzero(cells != UNLABELLED)
    place = {tag: number for number, tag in enumerate(known.tolist())}
    used = [pair for pair in pairs.tolist() if pair[1] in place and pair[2] in place]
    rules, most = np.zeros((len(used), len(known))), np.zeros(len(used))
    for number, (kind, tag, other) in enumerate(used):
        rules[number, place[tag]] = 1.0
        rules[number, place[other]] = 1.0 if kind else -1.0
        most[number] = 1.0 if kind else 0.0
    given = cells[known]
    cost = np.where(given == 1, -1.0, 1.0) - TIE * gain[known]
    found = milp(
        cost,
        constraints=LinearConstraint(rules, -np.inf, most),
        integrality=np.ones(len(known)),
        bounds=Bounds(0, 1),
    )
    repaired = cells.copy()
    repaired[known] = np.round(found.x).astype(np.int8)
    return repaired
