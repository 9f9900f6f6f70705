"""One grade a row: classes that have an order."""

from typing import Any

import numpy as np

from skclean.targets._class_target import ClassTarget
from skclean.targets._encode import codes_of, encode_labels
from skclean.utils._typing import Array, Bools, Codes, Labels1d, Positions

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
        order of the numbers in `y`.

    Returns
    -------
    target : OrdinalTarget
        Grades of `order` that no row has are kept.

    Raises
    ------
    ValueError
        If `y` holds texts and no order is known, or a label that is not in `order`.
    """
    if order is None:
        order = ordered_categories(y)
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
