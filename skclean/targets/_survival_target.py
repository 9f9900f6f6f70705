"""One event and one time a row."""

from typing import Any, NamedTuple

import numpy as np

from skclean.targets._class_target import UNLABELLED
from skclean.targets._kinds import other_kinds
from skclean.utils._typing import Array, Bools, Codes, Floats, Positions

__all__ = ["SurvivalTarget", "is_event_and_time", "read_survival"]


class SurvivalTarget(NamedTuple):
    """Whether the event was seen in each row, and the time until it or until the end of observation.

    Attributes
    ----------
    event : ndarray of shape (n_samples,), bool
        True where the event was seen, False where observation ended before it (censored).
    time : ndarray of shape (n_samples,), float64
        Not negative; NaN where nothing was given.
    names : tuple of str
        The names of the two fields in the caller's structured array.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.targets import read_survival
    >>> y = np.array([(True, 3.0), (False, 5.0)], dtype=[("died", bool), ("days", float)])
    >>> target = read_survival(y)
    >>> target.kind, target.event.tolist(), target.time.tolist()
    ('survival', [True, False], [3.0, 5.0])
    """

    event: Bools
    time: Floats
    names: tuple[str, str] = ("event", "time")

    @property
    def kind(self) -> str:
        """Return "survival"."""
        return "survival"

    @property
    def has_classes(self) -> bool:
        """Return False."""
        return False

    @property
    def classes(self) -> None:
        """Return None: there are none."""

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.time)

    @property
    def n_strata(self) -> int:
        """Return 1: there are no classes."""
        return 1

    @property
    def known(self) -> Bools:
        """ndarray of shape (n_samples,), bool: rows that have a time."""
        return ~np.isnan(self.time)

    @property
    def given(self) -> Array:
        """Events and times as a structured array of shape (n_samples,)."""
        return self.as_y()

    def strata(self) -> Codes:
        """Return 0 for rows that have a time and -1 for others: ndarray of shape (n_samples,), int32."""
        return np.where(self.known, np.int32(0), np.int32(UNLABELLED))

    def as_y(self) -> Array:
        """Return a structured array of shape (n_samples,), with the caller's names of fields."""
        y = np.empty(self.n_rows, dtype=[(self.names[0], bool), (self.names[1], np.float64)])
        y[self.names[0]], y[self.names[1]] = self.event, self.time
        return y

    def for_fit(self) -> Array:
        """Return the structured array; rows without a time are never trained on."""
        return self.as_y()

    def decode(self, given: Array) -> Array:
        """Return other events and times of these rows as they are: structured array of shape (n_samples,)."""
        return given

    def entries(self, given: Array) -> Array:
        """Return tuples (event, time) for a table, None where there is none: ndarray of shape (n_samples,)."""
        column = np.empty(len(given), dtype=object)
        column[:] = given.tolist()
        column[~self.known] = None
        return column

    def replaced(self, rows: Positions | Bools, given: Array) -> "SurvivalTarget":
        """Return the same target with other events and times in some rows: SurvivalTarget.

        Parameters
        ----------
        rows : ndarray of int or of bool
        given : structured array of shape (n_replaced,)
        """
        event, time = self.event.copy(), self.time.copy()
        event[rows], time[rows] = given[self.names[0]], given[self.names[1]]
        return SurvivalTarget(event, time, self.names)


def is_event_and_time(y: Any) -> bool:
    """Return whether y is a DataFrame of two columns, one of bools and one of other numbers."""
    if not hasattr(y, "columns") or not hasattr(y, "dtypes") or len(y.columns) != 2:
        return False
    kinds = sorted(str(getattr(dtype, "kind", "")) for dtype in y.dtypes)
    return kinds[0] == "b" and kinds[1] in "iuf"


def read_survival(y: Any) -> SurvivalTarget:
    """Read events and times.

    Parameters
    ----------
    y : structured array of shape (n_samples,), or DataFrame with two columns
        One field of bools (the event was seen) and one of numbers (the time), as scikit-survival has them; a time of
        NaN means "not given".

    Returns
    -------
    target : SurvivalTarget

    Raises
    ------
    ValueError
        If there is not one field of bools and one of numbers, or a time is negative or infinite; the row is named.
    """
    if hasattr(y, "to_records") and hasattr(y, "columns"):
        y = y.to_records(index=False)
    y = np.asarray(y)
    if y.dtype.names is None or len(y.dtype.names) != 2 or y.ndim != 1:
        raise ValueError(
            f"y must have one event and one time a row, got {_what(y)}; pass a structured array with a field of bools "
            "and one of numbers, such as sksurv.util.Surv.from_arrays(event, time) makes. For "
            f"{other_kinds('survival')}."
        )
    first, second = y.dtype.names
    event, time = (first, second) if y.dtype[first].kind == "b" else (second, first)
    if y.dtype[event].kind != "b" or y.dtype[time].kind not in "iuf":
        kinds = {name: str(y.dtype[name]) for name in y.dtype.names}
        raise ValueError(f"the fields of y must be bools (the event was seen) and numbers (the time), got {kinds}.")
    times = y[time].astype(np.float64)
    wrong = np.flatnonzero((times < 0) | np.isinf(times))
    if wrong.size:
        raise ValueError(
            f"y has the time {times[wrong[0]]} in row {wrong[0]}; times are finite and not negative. Correct it, or "
            "make it missing (NaN)."
        )
    if np.isnan(times).all():
        raise ValueError(f"y has no time at all: every one of its {len(times)} times is missing.")
    return SurvivalTarget(np.asarray(y[event], dtype=bool), times, (event, time))


def _what(y: Array) -> str:
    """Return what was given instead, as text."""
    return f"an array of shape {y.shape}" if y.dtype.names is None else f"the fields {list(y.dtype.names)}"
