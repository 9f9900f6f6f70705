"""The target of a detector that does not ask for classes: labels, numbers, or the records of survival analysis."""

from contextlib import suppress
from typing import NamedTuple

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils import check_consistent_length, indexable

from skclean._kernels import check_format
from skclean.detectors._classes import judgeable_rows
from skclean.utils._compat import num_samples
from skclean.utils._labels import EncodedLabels
from skclean.utils._missing import is_missing
from skclean.utils._rows import check_rows

__all__ = ["Target", "check_target"]


class Target(NamedTuple):
    """Target of each row, as it was given and as numbers.

    Attributes
    ----------
    values : ndarray of shape (n_samples,)
        As estimators get it; anything where nothing was given.
    labels : EncodedLabels
        Codes and classes; for targets without classes code 0, and one class that stands for all.
    is_class : bool
        Whether the target has classes.
    """

    values: np.ndarray
    labels: EncodedLabels
    is_class: bool

    @property
    def judgeable(self):
        """As :class:`skclean.base.Audit` has it."""
        return judgeable_rows(self.labels.codes, len(self.labels.classes)) if self.is_class else None


def check_target(estimator, X, y):
    """Check X and y together.

    Parameters
    ----------
    estimator : estimator
        A classifier gets labels of any type; what others get is handed on, with None or NaN meaning "not given".
    X : array-like of shape (n_samples, ...)
    y : array-like of shape (n_samples,)

    Returns
    -------
    X : indexable
    target : Target
    """
    if is_classifier(estimator):
        X, labels = check_rows(X, y)
        return X, Target(labels.classes[labels.codes], labels, True)
    if num_samples(X) == 0:
        raise ValueError("X is empty: found 0 samples while a minimum of 1 is required.")
    check_format("X", X)
    if y is None:
        raise ValueError("a detector requires y to be passed, but the target y is None.")
    values = _as_values(y)
    check_consistent_length(X, values)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values.ravel()
    if values.ndim != 1:
        raise ValueError(
            f"y must have one column, got shape {values.shape}; judge several targets one by one, and pass the events "
            "and times of survival analysis as one structured array."
        )
    missing = np.isnan(values) if values.dtype.kind == "f" else np.zeros(len(values), dtype=bool)
    if missing.all():
        raise ValueError(f"y has no value at all: every one of its {len(values)} values is missing.")
    codes = np.where(missing, np.int32(-1), np.int32(0))
    return indexable(X)[0], Target(values, EncodedLabels(codes, np.array(["target"])), False)


def _as_values(y):
    """`y` as an array; numbers among which some are None or ``pandas.NA`` become floats."""
    values = np.asarray(y)
    if values.dtype.kind == "O" and values.ndim == 1:
        with suppress(TypeError, ValueError):  # objects of another kind are for the estimator to judge
            return np.array([np.nan if is_missing(value) else value for value in values], dtype=np.float64)
    return values
