"""Labels of one class a row, and the checks that there are two classes, and that they are no numbers or codes."""

import warnings
from typing import Any, NamedTuple

import numpy as np

from skclean._kernels import RowSummary, class_sizes
from skclean.exceptions import UnusualLabelsWarning
from skclean.utils._typing import Array, Bools, Codes, Floats, Positions
from skclean.utils._values import shortened

__all__ = [
    "UNLABELLED",
    "ClassTarget",
    "check_two_classes",
    "class_totals",
    "decode_labels",
    "judgeable_rows",
    "refuse_one_class",
]

# The code of a row without a label.
UNLABELLED = -1


class ClassTarget(NamedTuple):
    """One class a row, as codes.

    Attributes
    ----------
    codes : ndarray of shape (n_samples,), int32
        Position of each label in `classes`; -1 where the label is missing.
    classes : ndarray of shape (n_classes,)
        The distinct labels, sorted, in the caller's own type.

    Examples
    --------
    >>> from skclean.targets import encode_labels
    >>> target = encode_labels(["yes", "no", None])
    >>> target.kind, target.n_rows, target.known.tolist()
    ('class', 3, [True, True, False])
    >>> target.replaced([0], [0]).as_y().tolist()
    ['no', 'no', None]
    """

    codes: Codes
    classes: Array

    @property
    def kind(self) -> str:
        """Return "class"."""
        return "class"

    @property
    def n_rows(self) -> int:
        """Number of rows."""
        return len(self.codes)

    @property
    def known(self) -> Bools:
        """ndarray of shape (n_samples,), bool: rows that have a label."""
        return np.not_equal(self.codes, UNLABELLED)

    @property
    def n_strata(self) -> int:
        """Number of classes."""
        return len(self.classes)

    @property
    def has_classes(self) -> bool:
        """Return True."""
        return True

    @property
    def given(self) -> Codes:
        """The codes: ndarray of shape (n_samples,), int32."""
        return self.codes

    def strata(self) -> Codes:
        """Return the codes: ndarray of shape (n_samples,), int32."""
        return self.codes

    def as_y(self) -> Array:
        """Return the labels in the caller's type, with a missing one where there is none: ndarray of (n_samples,)."""
        return decode_labels(self.codes, self.classes)

    def decode(self, given: Codes) -> Array:
        """Return the labels of other codes in the caller's type: ndarray of the shape of the codes."""
        return decode_labels(given, self.classes)

    def entries(self, given: Codes) -> Array:
        """Return labels for a table, None where there is none: ndarray of shape (n_rows,)."""
        labels = self.classes[given]
        missing = given == UNLABELLED
        if missing.any():
            labels = labels.astype(object)
            labels[missing] = None
        return labels

    def for_fit(self) -> Array:
        """Return labels of the caller's type, any label where one is missing: such rows are never trained on."""
        return self.classes[self.codes]

    def replaced(self, rows: Positions | Bools, codes: int | Codes) -> "ClassTarget":
        """Return the same target with other codes in some rows: ClassTarget.

        Parameters
        ----------
        rows : ndarray of int or of bool
        codes : int or ndarray of shape (n_replaced,)
            The new codes.
        """
        changed = self.codes.copy()
        changed[rows] = codes
        return ClassTarget(changed, self.classes)


def class_totals(
    codes: Codes, n_classes: int, weight: Floats | None = None, *, summary: RowSummary | None = None
) -> Floats:
    """Number, or total weight, of the rows given each class: ndarray of shape (n_classes,), float64."""
    if weight is None:
        return class_sizes(codes, n_classes, summary=summary).astype(np.float64)
    totals: Any = np.bincount(codes + 1, weights=weight, minlength=n_classes + 1)  # of floats, as the weights are
    return np.asarray(totals[1:])


def decode_labels(codes: Codes, classes: Array) -> Array:
    """Labels of codes, with a missing one where the code is -1: ndarray of shape (n_samples,).

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int32
    classes : ndarray of shape (n_classes,)
        The label of each code.

    Returns
    -------
    labels : ndarray of shape (n_samples,)
        Of the type of `classes` where nothing is missing or the type has a missing value of its own; objects otherwise.
    """
    labels = classes[codes]
    missing = codes == UNLABELLED
    if not missing.any():
        return labels
    if labels.dtype.kind in "mM":
        labels[missing] = np.array("NaT", dtype=labels.dtype)
    else:
        labels = labels.astype(np.float64 if labels.dtype.kind == "f" else object)
        labels[missing] = np.nan if labels.dtype.kind == "f" else None
    return labels


# So many classes or more, with fewer than two rows each in the mean, look like identifiers or numbers.
MANY_CLASSES = 20


def check_two_classes(labels: ClassTarget, weight: Floats | None) -> None:
    """Refuse labels of one class, of which none can be judged, and warn of labels that are probably no classes."""
    _warn_of_unusual(*labels)
    refuse_one_class(labels, weight)


def refuse_one_class(labels: ClassTarget, weight: Floats | None, *, after: str = "") -> None:
    """Refuse labels of one class; `after` says what was done to them."""
    codes, classes = labels
    totals = class_totals(codes, len(classes), weight)
    if np.count_nonzero(totals) < 2:
        only = classes.item(np.argmax(totals))
        where = " among the rows of positive sample_weight" if weight is not None else ""
        raise ValueError(f"y has one class only{where}{after}, {shortened(only)}; at least two are needed.")


def judgeable_rows(codes: Codes, n_classes: int) -> Bools | None:
    """False for the only member of a class: no model that predicts it has seen its class. None if there is none."""
    alone = np.append(class_totals(codes, n_classes) == 1, False)  # code -1 reads the last place
    return ~alone[codes] if alone.any() else None


def _warn_of_unusual(codes: Codes, classes: Array) -> None:
    """Warn of as many classes as prices or identifiers have, and of the code -1 for unlabelled rows."""
    n_labelled = int(np.count_nonzero(codes != UNLABELLED))
    if len(classes) >= MANY_CLASSES and 2 * len(classes) > n_labelled:
        warnings.warn(
            f"y has {len(classes)} distinct values in {n_labelled} labelled rows; it looks like an identifier or a "
            "continuous target. Bin it into classes first, or merge rare classes.",
            UnusualLabelsWarning,
            stacklevel=4,
        )
    # -1 and 1 alone are an ordinary coding of two classes
    if classes.dtype.kind in "if" and len(classes) > 2 and np.array_equal(classes, np.arange(-1, len(classes) - 1)):
        warnings.warn(
            "-1 is read as a class of its own; pass None or NaN for an unlabelled row.",
            UnusualLabelsWarning,
            stacklevel=4,
        )
