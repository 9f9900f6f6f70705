"""The value that means "no decision": it is not a class, and equals no label."""

from typing import Any

import numpy as np

from skclean.utils._typing import Array, Bools, Labels1d

__all__ = ["ABSTAIN", "Abstention", "is_abstain", "with_abstentions"]


class Abstention:
    """Type of :data:`ABSTAIN`. It has one object, which pickle and copy return again.

    The object equals nothing but itself, and sorts after all labels.
    """

    _only: "Abstention | None" = None

    def __new__(cls) -> "Abstention":
        if cls._only is None:
            cls._only = super().__new__(cls)
        return cls._only

    def __repr__(self) -> str:
        return "ABSTAIN"

    def __reduce__(self) -> str:
        return "ABSTAIN"

    def __copy__(self) -> "Abstention":
        return self

    def __deepcopy__(self, memo: Any) -> "Abstention":
        return self

    def __bool__(self) -> bool:
        raise TypeError("ABSTAIN is neither true nor false; compare with `is ABSTAIN`, or use is_abstain.")

    def __lt__(self, other: object) -> bool:
        return False

    def __le__(self, other: object) -> bool:
        return self is other

    def __gt__(self, other: object) -> bool:
        return self is not other

    def __ge__(self, other: object) -> bool:
        return True


# What predict returns in place of a label where no label is to be given.
ABSTAIN = Abstention()


def is_abstain(y: Labels1d) -> Bools:
    """Return where predictions abstain: ndarray of shape (n_samples,), bool.

    Parameters
    ----------
    y : array-like of shape (n_samples,)

    Examples
    --------
    >>> from skclean.robust import ABSTAIN, is_abstain
    >>> is_abstain(["yes", ABSTAIN]).tolist()
    [False, True]
    """
    return np.array([value is ABSTAIN for value in list(y)], dtype=np.bool_)  # type: ignore[arg-type]


def with_abstentions(labels: Array, abstained: Bools) -> Array:
    """Return labels with ABSTAIN in some rows: `labels` itself where there is none, else an array of objects."""
    if not abstained.any():
        return labels
    mixed = labels.astype(object)
    mixed[abstained] = ABSTAIN
    return mixed
