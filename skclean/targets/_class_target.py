"""Labels of one class a row."""

from typing import NamedTuple

import numpy as np

from skclean._kernels import class_sizes

__all__ = ["UNLABELLED", "ClassTarget", "class_totals", "decode_labels"]

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

    codes: np.ndarray
    classes: np.ndarray

    kind = "class"

    @property
    def n_rows(self):
        """Number of rows."""
        return len(self.codes)

    @property
    def known(self):
        """ndarray of shape (n_samples,), bool: rows that have a label."""
        return self.codes != UNLABELLED

    @property
    def n_strata(self):
        """Number of classes."""
        return len(self.classes)

    def strata(self):
        """Return the codes: ndarray of shape (n_samples,), int32."""
        return self.codes

    def as_y(self):
        """Return the labels in the caller's type, with a missing one where there is none: ndarray of (n_samples,)."""
        return decode_labels(self.codes, self.classes)

    def for_fit(self):
        """Return labels of the caller's type, any label where one is missing: such rows are never trained on."""
        return self.classes[self.codes]

    def replaced(self, rows, codes):
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


def class_totals(codes, n_classes, weight=None):
    """Number, or total weight, of the rows given each class: ndarray of shape (n_classes,), float64."""
    if weight is None:
        return class_sizes(codes, n_classes).astype(np.float64)
    return np.bincount(codes + 1, weights=weight, minlength=n_classes + 1)[1:]


def decode_labels(codes, classes):
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
