"""One grade a row: classes that have an order."""

from typing import Any

import numpy as np

from skclean.targets._class_target import UNLABELLED, ClassTarget
from skclean.targets._encode import codes_of, encode_labels
from skclean.utils._typing import Array, Bools, Codes, Labels1d, Positions
from skclean.utils._values import is_missing

__all__ = ["OrdinalTarget", "ordered_categories", "read_grades"]


class OrdinalTarget(ClassTarget):
    """One grade a row, as codes; `classes` are in order, from the lowest to the highest grade.

    Examples
    --------
    >>> from skclean.targets import read_grades
    >>> target = read_grades(["low", "high", None], ["low", "middle", "high"])
    >>> target.kind, target.codes.tolist(), target.classes.tolist()
    ('ordinal', [0, 2, -1], ['low', 'middle', 'high'])
    """

    __slots__ = ()

    @property
    def kind(self) -> str:
        """Return "ordinal"."""
        return "ordinal"

    def replaced(self, rows: Positions | Bools, given: int | Codes | Array) -> "OrdinalTarget":
        """Return the same target with other codes in some rows: OrdinalTarget."""
        return OrdinalTarget(*super().replaced(rows, given))


def read_grades(y: Labels1d, order: Labels1d | None = None) -> OrdinalTarget:
    """Read one grade a row.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels of any type; a missing one (None, NaN) means unlabelled.
    order : array-like of shape (n_classes,) or None, default=None
        The grades from the lowest to the highest. None means the categories of an ordered pandas Categorical, else the
        order of the numbers in `y`, which may have fractions, such as half stars.

    Returns
    -------
    target : OrdinalTarget
        Grades of `order` that no row has are kept.

    Raises
    ------
    ValueError
        If `y` holds texts and no order is known, a label that is not in `order`, or numbers that are no grades.
    """
    if order is None:
        order = ordered_categories(y)
    steps = _in_steps(y)
    if steps is not None:
        return steps if order is None else _reordered(steps, np.asarray(order))
    if order is None:
        codes, classes = encode_labels(y)
        if classes.dtype.kind not in "iufb":
            raise ValueError(
                "the grades in y are texts, and their order is not known; pass order=[lowest, …, highest], or an "
                "ordered pandas Categorical."
            )
        return OrdinalTarget(codes, classes)
    return OrdinalTarget(codes_of(y, order), np.asarray(order))


def ordered_categories(y: Any) -> Labels1d | None:
    """Return the categories of an ordered Categorical or of a Series of them; None for anything else."""
    dtype = getattr(y, "dtype", None)
    ordered = getattr(dtype, "ordered", False) and hasattr(dtype, "categories")
    return np.asarray(dtype.categories) if ordered else None  # type: ignore[union-attr]


# Numbers with fractions are grades where the mean grade has at least so many rows.
MIN_ROWS_A_GRADE = 5


def _in_steps(y: Any) -> OrdinalTarget | None:
    """Read grades such as 3.5; None where `y` has no numbers with a fraction, or as many as a measurement has."""
    dtype = getattr(y, "dtype", None)
    if getattr(dtype, "kind", "O") not in "fO" or hasattr(dtype, "categories"):
        return None
    try:
        column = np.asarray(y, dtype=object).ravel()
        values = np.array([np.nan if is_missing(value) else value for value in column], dtype=np.float64)
    except (TypeError, ValueError):
        return None
    known = ~np.isnan(values)
    grades, codes = np.unique(values[known], return_inverse=True)
    in_fractions = bool((grades != np.floor(grades)).any())
    if not in_fractions or np.isinf(values).any() or len(grades) * MIN_ROWS_A_GRADE > known.sum():
        return None
    found = np.full(len(values), UNLABELLED, dtype=np.int32)
    found[known] = codes
    return OrdinalTarget(found, grades)


def _reordered(target: OrdinalTarget, order: Array) -> OrdinalTarget:
    """Return the same grades in the order that was given."""
    places = {grade: place for place, grade in enumerate(order.tolist())}
    missing = [grade for grade in target.classes.tolist() if grade not in places]
    if missing:
        raise ValueError(f"y has the grade {missing[0]}, which is not in order={order.tolist()}; add it.")
    lookup = np.array([places[grade] for grade in target.classes.tolist()] + [UNLABELLED], dtype=np.int32)
    return OrdinalTarget(lookup[target.codes], order)
