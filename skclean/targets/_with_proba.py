"""Labels beside class probabilities, weights or class names that come from outside."""

from collections.abc import Callable
from typing import Any

import numpy as np

from skclean._kernels import RowSummary
from skclean.targets._class_target import UNLABELLED
from skclean.targets._columns import label_array, listed
from skclean.targets._encode import codes_of, encode_labels
from skclean.utils._checks import check_weights
from skclean.utils._proba import as_matrix, check_proba
from skclean.utils._typing import Array, Bools, Codes, Floats, Labels1d, Numbers, Proba

__all__ = ["check_label_weights", "check_labels_and_proba", "check_trusted", "mean_weight"]


def check_labels_and_proba(
    y: Labels1d, y_proba: Numbers, *, classes: Labels1d | None = None, n_jobs: int | None = None
) -> tuple[Codes, Array, Proba, RowSummary]:
    """Labels as codes beside checked probabilities whose columns follow the classes.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Given labels; a missing one means unlabelled.
    y_proba : array-like of shape (n_samples, n_classes)
        Out-of-sample probabilities.
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each column. None means the names of the columns, where `y_proba` is a DataFrame and they hold all
        labels in `y`, numbers also as text; else the sorted labels in `y`. Where these are fewer than the columns and
        are integers within 0 … n_classes - 1, a label is taken as the number of its column.
    n_jobs : int or None, default=None
        Threads that read blocks of rows.

    Returns
    -------
    codes : ndarray of shape (n_samples,), int32
    classes : ndarray of shape (n_classes,)
    y_proba : ndarray of shape (n_samples, n_classes)
    summary : RowSummary
        What later steps need of each row.
    """
    if classes is None:
        codes, labels = encode_labels(y)
        named = _labels_in_columns(y_proba, labels)
    else:
        named = label_array(classes)
    if named is not None:
        codes, labels = codes_of(y, named), named
    proba = as_matrix(y_proba, "y_proba")
    n_columns = proba.shape[1]
    if len(labels) != n_columns:
        by_position = labels.dtype.kind in "iu" and labels.min() >= 0 and labels.max() < n_columns
        if not by_position:
            raise ValueError(
                f"y_proba has {n_columns} columns but there are {len(labels)} classes, {listed(labels)}; pass the "
                "label of each column as classes=, for example estimator.classes_."
            )
        codes = np.where(codes == UNLABELLED, UNLABELLED, labels[codes]).astype(np.int32)
        fits = n_columns - 1 <= np.iinfo(labels.dtype).max
        labels = np.arange(n_columns, dtype=labels.dtype if fits else np.int64)
    proba, summary = check_proba(proba, codes, n_jobs=n_jobs)
    return codes, labels, proba, summary


def _labels_in_columns(y_proba: Any, classes: Array) -> Array | None:
    """The column names of a DataFrame where all labels are among them, in another order or beside others; or None.

    Read by position such columns would give every label the probability of another one, without a word.
    """
    names = getattr(y_proba, "column_names", None)  # pyarrow
    names = list(getattr(y_proba, "columns", ()) if names is None else names)
    labels = classes.tolist()
    if isinstance(labels[0], (int, float)) and all(isinstance(name, str) for name in names):
        names = _read_as(type(labels[0]), names)
    if names == labels or not set(labels) <= set(names):
        return None
    named = np.asarray(names)
    return named if named.tolist() == names else np.array(names, dtype=object)  # 1 beside "a" would become "1"


def _read_as(kind: type, names: list[str]) -> list[Any]:
    """Texts as numbers or truth values, for polars and csv files have no other names; as they are where that fails."""
    read: Callable[[str], Any] = {"False": False, "True": True}.__getitem__ if kind is bool else kind
    try:
        return [read(name) for name in names]
    except (KeyError, ValueError):
        return names


def check_trusted(trusted_classes: Labels1d | None, classes: Array) -> Bools | None:
    """Return which classes are never given by mistake: ndarray of shape (n_classes,), bool, or None.

    Raises
    ------
    ValueError
        If a label is not among `classes`.
    """
    if trusted_classes is None or np.shape(trusted_classes) == (0,):
        return None
    trusted = np.zeros(len(classes), dtype=bool)
    trusted[codes_of(trusted_classes, classes, name="trusted_classes")] = True
    return trusted


def check_label_weights(sample_weight: Numbers | None, codes: Codes) -> Floats | None:
    """As `check_weights`, where a row with a label has to count.

    Parameters
    ----------
    sample_weight : array-like of shape (n_samples,) or None
    codes : ndarray of shape (n_samples,), int32
        Given classes; -1 where a row is unlabelled.

    Returns
    -------
    weights : ndarray of shape (n_samples,), float64, or None

    Raises
    ------
    ValueError
        As `check_weights`, or if all rows that have a label weigh nothing.
    """
    weights = check_weights(sample_weight, codes)
    if weights is not None and not weights[codes != UNLABELLED].any():
        raise ValueError("sample_weight is zero for every row with a label; at least one must be positive.")
    return weights


def mean_weight(weight: Floats, codes: Codes) -> float:
    """Mean weight of the labelled rows that weigh anything: what one row is where a rule adds pseudo-rows.

    So neither the scale of the weights matters, nor whether a row is left out or weighs nothing.

    Parameters
    ----------
    weight : ndarray of shape (n_samples,), float64, at least 0
    codes : ndarray of shape (n_samples,), int32
        -1 where a row is unlabelled.

    Returns
    -------
    mean : float, above 0
    """
    counted = weight[(codes != UNLABELLED) & (weight > 0)]
    return float(counted.mean()) if counted.size else 1.0
