"""What every kind of target can do."""

from typing import Any, Protocol

from skclean.utils._typing import Array, Bools, Codes, Positions

__all__ = ["Target"]


class Target(Protocol):
    """What was given for each row.

    :class:`ClassTarget`, :class:`OrdinalTarget`, :class:`NumericTarget`, :class:`MultilabelTarget` and
    :class:`SurvivalTarget` follow this protocol.

    Attributes
    ----------
    kind : str
        "class", "ordinal", "numeric", "tags", "survival", or "records" for other structured arrays.
    has_classes : bool
        Whether each row has one class, so that `strata` are codes.
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

    @property
    def has_classes(self) -> bool:
        """Return whether each row has one class."""

    @property
    def classes(self) -> Array | None:
        """Return the labels, or the names of the tags, in the caller's own type; None where there are none."""

    @property
    def given(self) -> Array:
        """What was given as this target holds it (codes, numbers, cells): ndarray of shape (n_samples, ...)."""

    def strata(self) -> Codes:
        """Return the group of each row, -1 where nothing was given: ndarray of shape (n_samples,), int32."""

    def as_y(self) -> Any:
        """Return what was given, in the caller's type."""

    def decode(self, given: Array) -> Any:
        """Return other values of the kind of `given` in the caller's type."""

    def entries(self, given: Array) -> Array:
        """Return one value a row for a table, None where there is none: ndarray of shape (n_samples,)."""

    def replaced(self, rows: Positions | Bools, given: Any) -> "Target":
        """Return the same target with other values in some rows."""

    def for_fit(self) -> Array:
        """Return an array to index the training rows from; anything stands where nothing was given."""
