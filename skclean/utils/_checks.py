"""Checks of what comes from outside, row by row; every message names the argument, the place and the remedy."""

from typing import Any

import numpy as np
from sklearn.utils.metadata_routing import get_routing_for_object

from skclean.utils._compat import (
    check_feature_names,
    check_sample_weight,
    get_tags,
    num_features,
    num_samples,
    routing_enabled,
)
from skclean.utils._typing import Bools, Floats, Numbers
from skclean.utils._values import is_missing

__all__ = [
    "accept_any_table",
    "check_classifies",
    "check_groups_given",
    "check_row_flags",
    "check_same_order",
    "check_trust",
    "check_weights",
    "record_features",
    "row_index",
    "weight_unit",
]

# Weights with a mean in this range are left as they are.
MIN_MEAN, MAX_MEAN = 1e-6, 1e6
# What a positive weight counts at least, beside the largest.
MIN_RATIO = 1e-30


def check_classifies(estimator, owner):
    """Raise where a model of numbers would be fitted to codes of classes; `owner` is the estimator that holds it."""
    if isinstance(estimator, type):
        name = estimator.__name__
        raise TypeError(f"estimator must be an instance, got the class {name}; write {name}().")
    if get_tags(estimator).estimator_type == "regressor":
        raise ValueError(
            f"the estimator of {type(owner).__name__}, {type(estimator).__name__}, is a regressor; pass a classifier."
        )


def check_row_flags(flags: Numbers | None, n_samples: int, *, name: str) -> Bools | None:
    """A boolean per row, or None; what is missing (None, NaN, ``pandas.NA``) counts as False.

    Raises
    ------
    ValueError
        If `flags` has another length or holds anything but booleans or 0 and 1.
    """
    if flags is None:
        return None
    try:
        values = np.asarray(flags.filled(False) if np.ma.isMaskedArray(flags) else flags)
    except (OverflowError, ValueError):
        raise ValueError(f"{name} must have shape ({n_samples},), one flag per row.") from None
    if values.shape != (n_samples,):
        raise ValueError(f"{name} must have shape ({n_samples},), one flag per row, got {values.shape}.")
    if values.dtype.kind in "Of":
        values = np.where(np.fromiter(map(is_missing, values), dtype=bool, count=n_samples), False, values)
    as_bool = values.astype(bool) if values.dtype.kind in "bifuO" else None
    if as_bool is None or not bool((values == as_bool).all()):
        raise ValueError(f"{name} must hold booleans (True where the label is known to be right).")
    return as_bool


def check_trust(verified: Numbers | None, n_samples: int) -> tuple[Bools | None, Floats | None]:
    """Which labels are known to be right, and how far each label is trusted.

    Returns
    -------
    verified : ndarray of shape (n_samples,), bool, or None
        True where the trust is 1.
    trust : ndarray of shape (n_samples,), float64, or None
        In [0, 1]; 0 where it is missing. None where nothing lies between 0 and 1.

    Raises
    ------
    ValueError
        If `verified` has another length, or holds anything but booleans and numbers in [0, 1].
    """
    values = None if verified is None else np.asarray(verified)
    if values is None or values.dtype.kind not in "Of" or values.shape != (n_samples,):
        return check_row_flags(verified, n_samples, name="verified"), None
    missing = np.fromiter(map(is_missing, values), dtype=bool, count=n_samples)
    try:
        trust = np.where(missing, 0, values).astype(np.float64)
    except (OverflowError, TypeError, ValueError):
        trust = np.full(n_samples, -1.0)
    if not ((trust >= 0) & (trust <= 1)).all():
        raise ValueError(
            "verified must hold booleans (True where the label is known to be right), or numbers in [0, 1]: how far "
            "each label is trusted."
        )
    known = trust == 1
    return known, trust if ((trust > 0) & ~known).any() else None


def check_weights(sample_weight: Numbers | None, X: Any) -> Floats | None:
    """Sample weights as float64 of shape (n_samples,), or None.

    Weights with a mean outside 1e-6 … 1e6 are divided by it, so that no sum or square of them overflows or vanishes
    later. A positive weight counts at least 1e-30 of the largest.

    Raises
    ------
    ValueError
        If the shape is wrong, a weight is negative, NaN or infinite, or all are zero.
    """
    if sample_weight is None:
        return None
    try:
        weights = np.array(sample_weight, dtype=None if isinstance(sample_weight, np.ndarray) else np.float64)
        weights = weights.astype(np.float64, casting="unsafe" if weights.dtype.kind == "O" else "same_kind")
    except (OverflowError, TypeError, ValueError):
        raise ValueError("sample_weight must hold one number per row, each of which float64 can hold.") from None
    if weights.size == 0:
        raise ValueError(f"sample_weight is empty; pass one weight per row, {num_samples(X)} in all.")
    weights = check_sample_weight(weights, np.empty((num_samples(X), 1)), dtype=np.float64)
    if (weights < 0).any():
        row = int(np.flatnonzero(weights < 0)[0])
        raise ValueError(f"sample_weight is negative in row {row}; weights must be at least 0.")
    if weights.max() > np.finfo(np.float64).max / len(weights):
        raise ValueError("sample_weight sums to infinity; scale the weights to a mean of 1.")
    if not (weights > 0).any():
        raise ValueError("sample_weight is zero for every row; at least one weight must be positive.")
    return _rescaled(weights)


def _rescaled(weights):
    positive = weights > 0
    if not MIN_MEAN <= weights[positive].mean() <= MAX_MEAN:
        with np.errstate(over="ignore"):  # older NumPy warns of numbers beside the array
            weights /= weights.max()
        weights /= weights[positive].mean()
    return np.maximum(weights, MIN_RATIO * weights.max(), where=positive, out=weights)


def weight_unit(sample_weight, weights):
    """Return what the weight 1 of `check_weights` was before it was rescaled: float, 1.0 where it was not."""
    return 1.0 if weights is None else float(np.max(np.asarray(sample_weight, dtype=np.float64)) / weights.max())


def accept_any_table(tags):
    """Say in the tags of an estimator that it takes text, categories, missing values and sparse matrices."""
    for name in ("sparse", "allow_nan", "string", "categorical"):
        setattr(tags.input_tags, name, True)


def check_same_order(**parts):
    """Refuse tables and columns of pandas that have the same index in another order: their rows were shuffled apart.

    Parameters
    ----------
    **parts : array-likes of n_samples rows, or None
        Under the names of the arguments; the first one with an index is what the others are compared with.

    Raises
    ------
    ValueError
        With both remedies.
    """
    first, index = None, None
    for name, part in parts.items():
        other = getattr(part, "index", None)
        if not hasattr(other, "isin"):  # a list has a method of this name
            continue
        if index is None:
            first, index = name, other
        elif len(index) == len(other) and not index.equals(other) and _same_members(index, other):
            row = int(np.flatnonzero(np.asarray(index != other))[0])
            raise ValueError(
                f"{first} and {name} have the same index in another order: row {row} is {index[row]} in {first} and "
                f"{other[row]} in {name}. If rows belong together by the index, pass {name}.loc[{first}.index]; if "
                f"they belong together by their position, pass {name}.to_numpy()."
            )


def _same_members(index, other):
    try:
        return bool(index.isin(other).all() and other.isin(index).all())
    except TypeError:  # values that cannot be hashed or compared
        return False


def row_index(X, y):
    """The index of the DataFrame X, else of the Series y, else positions: array of shape (n_samples,)."""
    for part in (X, y):
        index = getattr(part, "index", None)
        if index is not None and not callable(index) and len(index) == num_samples(X):
            return index
    return np.arange(num_samples(X))


def record_features(estimator, X):
    """Set ``n_features_in_`` and ``feature_names_in_`` where X has columns; forget those of an earlier fit."""
    for name in ("n_features_in_", "feature_names_in_"):
        estimator.__dict__.pop(name, None)
    try:
        estimator.n_features_in_ = num_features(X)
    except TypeError:  # rows without columns, such as a list of texts
        return
    check_feature_names(estimator, X, reset=True)


def check_groups_given(cv, groups):
    """Refuse a splitter of groups without any.

    Parameters
    ----------
    cv : splitter
    groups : array-like of shape (n_samples,) or None

    Raises
    ------
    ValueError
        With the remedy.
    """
    if groups is not None or not get_routing_for_object(cv).consumes("split", ["groups"]):
        return
    routed = " Where a search hands them on, request them with set_fit_request(groups=True)." * routing_enabled()
    raise ValueError(
        f"cv={cv!r} keeps groups of rows together, but fit got no groups; pass groups=, one value per row, or a "
        f"splitter without groups, such as StratifiedKFold(5, shuffle=True).{routed}"
    )
