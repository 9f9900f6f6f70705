"""What every kind of target can do."""

from typing import Protocol

from skclean.utils._typing import Array, Bools, Codes

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

    @property
    def kind(self) -> str:
        """Return the kind."""

    @property
    def n_rows(self) -> int:
        """Return the number of rows."""

    @property
    def n_strata(self) -> int:
        """Return the number of groups."""

    @property
    def known(self) -> Bools:
        """ndarray of shape (n_samples,), bool: rows for which something was given."""

    def strata(self) -> Codes:
        """Return the group of each row, -1 where nothing was given: ndarray of shape (n_samples,), int32."""

    def as_y(self) -> Array:
        """Return what was given, in the caller's type: ndarray of shape (n_samples,)."""

    def for_fit(self) -> Array:
        """Return an array to index the training rows from; anything stands where nothing was given."""
