"""Decisions on many rows, in the order in which they were made."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from skclean.review._decision import DECISIONS, Decision, make_decision
from skclean.targets import UNLABELLED, ClassTarget, encode_labels, listed
from skclean.utils._matching import KnownValues, same_text
from skclean.utils._typing import Bools, Labels1d, Positions

__all__ = ["Decisions"]

MAX_NAMED = 10


class Decisions:
    """Decisions of reviewers on rows of a table.

    Parameters
    ----------
    decisions : iterable of Decision or dict, default=()
        In the order in which they were made; a later decision on a row replaces an earlier one. Dictionaries are
        checked.

    Raises
    ------
    ValueError
        If a dictionary is no decision.

    Examples
    --------
    >>> from skclean.review import Decisions
    >>> decisions = Decisions([
    ...     {"row": 0, "given": "no", "decision": "change", "label": "yes"},
    ...     {"row": 2, "given": "no", "decision": "unsure"},
    ...     {"row": 2, "given": "no", "decision": "keep"},
    ... ])
    >>> decisions
    Decisions on 2 rows: 1 keep, 1 change
    >>> decisions.reviewed_labels(["no", "yes", "no"]).tolist()
    ['yes', None, 'no']
    """

    def __init__(self, decisions: Iterable[Decision | dict[str, Any]] = ()) -> None:
        self._made: list[Decision] = []
        for decision in decisions:
            self.append(decision)

    def append(self, decision: Decision | dict[str, Any]) -> Decision:
        """Add a decision; one on the same row is replaced.

        Parameters
        ----------
        decision : Decision or dict

        Returns
        -------
        decision : Decision
            As it was checked.
        """
        checked = make_decision(decision._asdict() if isinstance(decision, Decision) else decision)
        self._made.append(checked)
        return checked

    @property
    def made(self) -> list[Decision]:
        """All decisions, also those that were replaced: list of Decision."""
        return list(self._made)

    @property
    def latest(self) -> dict[int, Decision]:
        """The decision that counts for each row, in the order of the rows: dict of int -> Decision."""
        found = {decision.row: decision for decision in self._made}
        return dict(sorted(found.items()))

    @property
    def counts(self) -> dict[str, int]:
        """How many rows were decided in each way: dict of str -> int, all four ways."""
        found = Counter(decision.decision for decision in self.latest.values())
        return {name: found[name] for name in DECISIONS}

    def of_kind(self, *kinds: str) -> Positions:
        """Return the rows with one of these decisions: ndarray of int, sorted."""
        return np.array([row for row, made in self.latest.items() if made.decision in kinds], dtype=np.intp)

    def check(self, y: Labels1d, *, new_labels: bool = False) -> None:
        """Raise unless the decisions are on rows of y, and their labels are known.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Given labels.
        new_labels : bool, default=False
            Whether labels that y does not have are allowed.

        Raises
        ------
        ValueError
            Names the rows and the labels.
        """
        target = encode_labels(y)
        self._check_rows(len(target.codes))
        if not new_labels:
            self._known_codes(target)

    def reviewed_labels(self, y: Labels1d) -> np.ndarray:
        """Return the right label of each row that was reviewed, for ``fit(X, y, reviewed=...)``.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            The labels that were reviewed, or those after the decisions were applied.

        Returns
        -------
        reviewed : ndarray of shape (n_samples,), dtype object
            In the type of y; None where no reviewer looked, where the reviewer was unsure, and where the row is to be
            removed.

        Raises
        ------
        ValueError
            If a row is not in y, a label is none of y, or y has another label now than the one that was reviewed.
        """
        target = encode_labels(y)
        self._check_rows(len(target.codes))
        codes, changed = self._known_codes(target), []
        reviewed = np.full(len(target.codes), None, dtype=object)
        classes = target.classes.tolist()
        for row, code in codes.items():
            now = target.codes[row]
            if now != code and not _is_given(self.latest_given(row), now, classes):
                changed.append(row)
            reviewed[row] = classes[code]
        if changed:
            raise ValueError(
                f"the labels of {len(changed)} rows are others than those that were reviewed: rows {_some(changed)}; "
                "pass the labels that were reviewed, or take these rows out of the decisions"
            )
        return reviewed

    def verified(self, y: Labels1d) -> Bools:
        """Return where y has the label that a reviewer found to be right, for ``fit(X, y, verified=...)``.

        Parameters
        ----------
        y : array-like of shape (n_samples,)
            Labels after the decisions were applied.

        Returns
        -------
        verified : ndarray of shape (n_samples,), bool
        """
        target = encode_labels(y)
        self._check_rows(len(target.codes))
        verified = np.zeros(len(target.codes), dtype=bool)
        for row, code in self._known_codes(target).items():
            verified[row] = target.codes[row] == code
        return verified

    def latest_given(self, row: int) -> str:
        """Return the text of the label that a row had when it was decided last; "" where it had none."""
        return self.latest[row].given

    def _check_rows(self, n_rows: int) -> None:
        beyond = [row for row in self.latest if row >= n_rows]
        if beyond:
            raise ValueError(
                f"the decisions are on {len(beyond)} rows that are not there: {_some(beyond)}; the table has {n_rows} "
                "rows, counted from 0"
            )

    def _known_codes(self, target: ClassTarget) -> dict[int, int]:
        """The code of the right label of each row that has one: dict of int -> int."""
        known = KnownValues(target.classes.tolist())
        found: dict[int, int] = {}
        unknown: dict[str, int] = {}
        for row, decision in self.latest.items():
            label = decision.right_label
            if not label:  # unsure, removed, or kept without a label
                continue
            codes = known.find(label)
            if len(codes) == 1:
                found[row] = codes[0]
            else:
                unknown.setdefault(label, row)
        if unknown:
            raise ValueError(
                f"the labels {_some(map(repr, unknown))} of the decisions are none of {listed(target.classes)}; the "
                f"first is in row {next(iter(unknown.values()))}"
            )
        return found

    def __len__(self) -> int:
        return len(self.latest)

    def __iter__(self) -> Iterator[Decision]:
        return iter(self.latest.values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Decisions) and self._made == other._made

    def __repr__(self) -> str:
        counts = ", ".join(f"{count:,} {name}" for name, count in self.counts.items() if count)
        return f"Decisions on {len(self):,} rows" + (f": {counts}" if counts else "")


def _is_given(given, code, classes):
    """Return whether the label of a row is still the one that was reviewed."""
    return given.strip() in ("", "(missing)") if code == UNLABELLED else same_text(given, classes[code])


def _some(values):
    texts = list(map(str, values))
    return ", ".join(texts[:MAX_NAMED]) + (f" and {len(texts) - MAX_NAMED:,} more" if len(texts) > MAX_NAMED else "")
