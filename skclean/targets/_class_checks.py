"""Checks of classes: there are two of them, and they are no identifiers, numbers or codes."""

import warnings

import numpy as np

from skclean.exceptions import UnusualLabelsWarning
from skclean.targets._class_target import UNLABELLED, class_totals
from skclean.utils._values import shortened

__all__ = ["check_two_classes", "judgeable_rows", "refuse_one_class"]

# So many classes or more, with fewer than two rows each in the mean, look like identifiers or numbers.
MANY_CLASSES = 20


def check_two_classes(labels, weight):
    """Refuse labels of one class, of which none can be judged, and warn of labels that are probably no classes."""
    _warn_of_unusual(*labels)
    refuse_one_class(labels, weight)


def refuse_one_class(labels, weight, *, after=""):
    """Refuse labels of one class; `after` says what was done to them."""
    codes, classes = labels
    totals = class_totals(codes, len(classes), weight)
    if np.count_nonzero(totals) < 2:
        only = classes.item(np.argmax(totals))
        where = " among the rows of positive sample_weight" if weight is not None else ""
        raise ValueError(
            f"y has one class only{where}{after}, {shortened(only)}; at least two are needed to judge labels."
        )


def judgeable_rows(codes, n_classes):
    """False for the only member of a class: no model that judges it has seen its class. None if there is none."""
    alone = np.append(class_totals(codes, n_classes) == 1, False)  # code -1 reads the last place
    return ~alone[codes] if alone.any() else None


def _warn_of_unusual(codes, classes):
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
