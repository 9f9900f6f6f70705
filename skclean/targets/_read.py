"""Read y once for each call of a user, by its kind, or by what the estimator takes."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.utils import check_consistent_length, indexable
from sklearn.utils.multiclass import type_of_target

from skclean._kernels import check_format
from skclean.targets._class_target import ClassTarget
from skclean.targets._encode import encode_labels
from skclean.targets._multilabel_target import is_tags, read_tags
from skclean.targets._numeric_target import read_numbers, read_values
from skclean.targets._ordinal_target import read_grades
from skclean.targets._protocol import Target
from skclean.targets._survival_target import is_event_and_time, read_survival
from skclean.utils._compat import num_samples
from skclean.utils._typing import Estimator, Labels1d, Table
from skclean.utils._values import is_missing

__all__ = ["check_class_rows", "check_rows", "check_table", "kind_of_target", "read_target"]


def kind_of_target(y: Any, estimator: Estimator | None = None) -> str:
    """Return the kind of y: "class", "ordinal", "numeric", "tags" or "survival".

    Parameters
    ----------
    y : array-like
        Several columns, or sets, are tags; a structured array is of events and times; an ordered pandas Categorical is
        ordinal; otherwise :func:`sklearn.utils.multiclass.type_of_target` decides, so that numbers are "numeric" where
        one of them is not whole.
    estimator : estimator or None, default=None
        A regressor makes numbers of what would be classes, and a classifier leaves them.

    Examples
    --------
    >>> from skclean.targets import kind_of_target
    >>> [kind_of_target(y) for y in (["a", "b"], [0.5, 2.0, None], [[0, 1], [1, 1]], [{"a"}, {"a", "b"}])]
    ['class', 'numeric', 'tags', 'tags']
    """
    if estimator is not None and is_regressor(estimator) and getattr(getattr(y, "dtype", None), "names", None) is None:
        return "numeric"
    if is_tags(y):
        return "tags"
    dtype = getattr(y, "dtype", None)
    if getattr(dtype, "names", None) is not None or is_event_and_time(y):
        return "survival"
    if getattr(dtype, "ordered", False):
        return "ordinal"
    return "numeric" if _has_fractions(y, dtype) else "class"


def _has_fractions(y: Any, dtype: Any) -> bool:
    """Return whether type_of_target calls y continuous; its missing values are left out."""
    if getattr(dtype, "kind", "O") not in "fO":
        return False
    values = np.asarray(y).ravel()
    if values.dtype.kind == "f":
        known = values[~np.isnan(values)]
    elif values.dtype.kind == "O":
        first = next((value for value in values if not is_missing(value)), "")
        known = np.array([] if isinstance(first, str) else [value for value in values if not is_missing(value)])
    else:
        return False
    return (
        known.dtype.kind == "f"
        and len(known) > 0
        and bool(np.isfinite(known).all())
        and type_of_target(known).startswith("continuous")
    )


_READERS: dict[str, Callable[[Any], Target]] = {
    "class": encode_labels,
    "ordinal": read_grades,
    "numeric": read_numbers,
    "tags": read_tags,
    "survival": read_survival,
}


def read_target(y: Any, estimator: Estimator | None = None, *, kind: str | None = None) -> Target:
    """Read y.

    Parameters
    ----------
    y : array-like of shape (n_samples,) or (n_samples, n_tags)
        Labels of any type, numbers, tags or records; missing values mean "not given".
    estimator : estimator or None, default=None
        Without `kind`: a classifier, or None, gets classes; what other estimators get is handed on.
    kind : {"class", "ordinal", "numeric", "tags", "survival", "auto"} or None, default=None
        What y is; "auto" asks :func:`kind_of_target`.

    Returns
    -------
    target : Target

    Raises
    ------
    ValueError
        If `y` is empty, not of this kind, has no value at all, or labels of mixed types.

    Examples
    --------
    >>> from skclean.targets import read_target
    >>> read_target(["yes", "no", None]).classes.tolist()
    ['no', 'yes']
    >>> read_target([0.5, 1.0], kind="auto").kind
    'numeric'
    """
    if kind is not None:
        return _READERS[kind_of_target(y, estimator) if kind == "auto" else kind](y)
    return encode_labels(y) if estimator is None or is_classifier(estimator) else read_values(y)


def check_rows(X: Table, target: Target) -> Any:
    """Return X with rows that can be indexed, one for each row of the target.

    Raises
    ------
    ValueError
        As of :func:`check_table`, or if lengths differ.
    """
    X = check_table(X)
    check_consistent_length(X, target.strata())
    return X


def check_class_rows(X: Table, y: Labels1d) -> tuple[Any, ClassTarget]:
    """Check X and y together, and read y as classes: (indexable, ClassTarget).

    Raises
    ------
    ValueError
        As :func:`check_rows`.
    """
    X = check_table(X)
    target = encode_labels(y)
    return check_rows(X, target), target


def check_table(X: Table) -> Any:
    """Return X with rows that can be indexed.

    Parameters
    ----------
    X : array-like of shape (n_samples, ...)
        Not converted, unless it is sparse in a format with rows that cannot be indexed.

    Returns
    -------
    X : indexable

    Raises
    ------
    ValueError
        If X has no row or no column, or is a malformed sparse matrix.
    """
    if num_samples(X) == 0:
        raise ValueError("X is empty: found 0 samples while a minimum of 1 is required.")
    if len(getattr(X, "shape", ())) == 2 and X.shape[1] == 0:
        raise ValueError(f"X is empty: found 0 feature(s) (shape={tuple(X.shape)}) while a minimum of 1 is required.")
    check_format("X", X)
    return indexable(X)[0]
