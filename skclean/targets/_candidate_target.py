"""What was said about the class of a row: a label, a set of labels that holds the right one, or nothing."""

from typing import Any, NamedTuple

import numpy as np

from skclean.targets._class_target import UNLABELLED, ClassTarget
from skclean.targets._encode import encode_labels
from skclean.utils._typing import Array, Bools, Codes, Labels1d, Positions
from skclean.utils._values import is_missing, shortened

__all__ = ["CandidateTarget", "read_candidates"]

_SETS = (set, frozenset, list, tuple, np.ndarray)


class CandidateTarget(NamedTuple):
    """Classes that each row may be of, as far as y tells.

    Attributes
    ----------
    allowed : ndarray of shape (n_samples, n_classes), bool
        The members of a set; for a label that may be wrong, and where nothing was given, all classes.
    codes : ndarray of shape (n_samples,), int32
        Position of a given label in `classes`; -1 where a set or nothing was given.
    classes : ndarray of shape (n_classes,)
        The distinct labels, those in sets included, sorted, in the caller's own type.

    Examples
    --------
    >>> from skclean.targets import read_candidates
    >>> target = read_candidates(["a", {"b", "c"}, None])
    >>> target.codes.tolist(), target.allowed.tolist()
    ([0, -1, -1], [[True, True, True], [False, True, True], [True, True, True]])
    """

    allowed: Bools
    codes: Codes
    classes: Array

    @property
    def kind(self) -> str:
        """Return "candidates"."""
        return "candidates"

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    @property
    def n_strata(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @property
    def known(self) -> Bools:
        """ndarray of shape (n_samples,), bool: rows for which a label or a set was given."""
        said: Bools = (self.codes != UNLABELLED) | ~self.allowed.all(axis=1)
        return said

    def strata(self) -> Codes:
        """Return the class of each row that is named alone, -1 elsewhere: ndarray of shape (n_samples,), int32."""
        alone = self.allowed.sum(axis=1) == 1
        return np.where(alone, self.allowed.argmax(axis=1), self.codes).astype(np.int32)

    def as_y(self) -> Array:
        """Return labels, frozensets of labels and None: ndarray of shape (n_samples,), objects."""
        y = np.empty(self.n_rows, dtype=object)
        labels = self.classes.tolist()
        for row in np.flatnonzero(self.known):
            code = self.codes[row]
            y[row] = frozenset(self.classes[self.allowed[row]].tolist()) if code == UNLABELLED else labels[code]
        return y

    def for_fit(self) -> Array:
        """Return one label a row, any label that is allowed where none was given alone: ndarray of (n_samples,)."""
        first = self.allowed.argmax(axis=1)
        return self.classes[np.where(self.codes == UNLABELLED, first, self.codes)]

    def labels(self) -> ClassTarget:
        """Return the rows with a label of their own; others count as unlabelled: ClassTarget."""
        return ClassTarget(self.codes, self.classes)

    def verified(self, rows: Positions | Bools) -> "CandidateTarget":
        """Return this target where the labels of some rows are known to be right: each allows its own class only.

        Parameters
        ----------
        rows : ndarray of int or of bool
            Rows without a label stay as they are.
        """
        rows = np.arange(self.n_rows)[rows]
        rows = rows[self.codes[rows] != UNLABELLED]
        allowed, codes = self.allowed.copy(), self.codes.copy()
        allowed[rows] = self.codes[rows, None] == np.arange(len(self.classes))
        codes[rows] = UNLABELLED
        return CandidateTarget(allowed, codes, self.classes)


def read_candidates(y: Labels1d, *, name: str = "y") -> CandidateTarget:
    """Read labels, sets of labels and missing values.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Of each row a label of any type, a set, frozenset, list, tuple or array of labels, or None or NaN.
    name : str, default="y"
        How error messages call the argument.

    Returns
    -------
    target : CandidateTarget

    Raises
    ------
    ValueError
        As :func:`encode_labels`, and if a set is empty or holds a missing label.
    """
    values = _objects(y)
    sets = [] if values is None else [row for row, value in enumerate(values) if isinstance(value, _SETS)]
    if values is None or not sets:
        codes, classes = encode_labels(y, name=name)
        return CandidateTarget(np.ones((len(codes), len(classes)), dtype=bool), codes, classes)
    members = [_members(values[row], row, name) for row in sets]
    singles = values.copy()
    singles[sets] = None
    flat = [*singles.tolist(), *(label for group in members for label in group)]
    codes, classes = encode_labels(np.array([*flat, None], dtype=object)[:-1], name=name)
    of_sets = np.repeat(sets, [len(group) for group in members])
    allowed = np.ones((len(values), len(classes)), dtype=bool)
    allowed[sets] = False
    allowed[of_sets, codes[len(values) :]] = True
    return CandidateTarget(allowed, codes[: len(values)], classes)


def _objects(y: Any) -> Array | None:
    """The values of y as an array of objects, where it can hold sets; else None."""
    if isinstance(y, (list, tuple)) and any(isinstance(value, _SETS) for value in y):
        values = np.empty(len(y), dtype=object)
        for row, value in enumerate(y):
            values[row] = value
        return values
    if getattr(getattr(y, "dtype", None), "kind", "") == "O" and getattr(y, "ndim", 0) == 1:
        return np.asarray(y, dtype=object)
    return None


def _members(group: Any, row: int, name: str) -> list[Any]:
    members = list(group.ravel().tolist() if isinstance(group, np.ndarray) else group)
    if not members:
        raise ValueError(
            f"{name} has an empty set in row {row}: no class is possible. Give None where nothing is known."
        )
    if any(is_missing(label) for label in members):
        raise ValueError(
            f"{name} has a missing label in the set {shortened(group)} of row {row}; take it out of the set."
        )
    return members
