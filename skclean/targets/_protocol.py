"""What every kind of target can do."""

from typing import Protocol

import numpy as np

__all__ = ["Target"]


class Target(Protocol):
    """What was given for each row: :class:`ClassTarget` and :class:`NumericTarget` follow this protocol.

    Attributes
    ----------
    kind : str
        "class", "numeric" or "records".
    n_rows : int
        Number of rows.
    n_strata : int
        Number of groups that a rule never empties: classes, or 1.
    """

    kind: str
    n_rows: int
    n_strata: int

    @property
    def known(self) -> np.ndarray:
        """ndarray of shape (n_samples,), bool: rows for which something was given."""

    def strata(self) -> np.ndarray:
        """Return the group of each row, -1 where nothing was given: ndarray of shape (n_samples,), int32."""

    def as_y(self) -> np.ndarray:
        """Return what was given, in the caller's type: ndarray of shape (n_samples,)."""

    def for_fit(self) -> np.ndarray:
        """Return an array to index the training rows from; anything stands where nothing was given."""
