"""Corrupt features on purpose."""

from numbers import Real

import numpy as np
from numpy.typing import ArrayLike
from sklearn.utils import check_array, check_random_state, check_scalar

from skclean.utils._typing import Array, Bools, RandomState
from skclean.utils._values import is_missing

__all__ = ["inject_feature_noise"]


def inject_feature_noise(X: ArrayLike, *, rate: float = 0.1, random_state: RandomState = None) -> tuple[Array, Bools]:
    """Replace a share of the cells of a table by other values of their column.

    A corrupted cell takes the value of another row, drawn among those that differ from it, so that a column keeps its
    set of values and roughly their frequencies (attribute noise in the sense of [1]_). :func:`inject_noise` flips
    labels; this function leaves them alone.

    Parameters
    ----------
    X : array-like of shape (n_samples, n_features)
        Numbers, text or categories; a missing cell is a value like others.
    rate : float, default=0.1
        Expected share of corrupted cells, in [0, 1]. A column with one value cannot be corrupted.
    random_state : int, RandomState instance or None, default=None
        Seed.

    Returns
    -------
    X_noisy : ndarray of shape (n_samples, n_features)
        A copy with corrupted cells.
    corrupted : ndarray of shape (n_samples, n_features), bool
        True where the cell was changed.

    Raises
    ------
    ValueError
        If `rate` is outside [0, 1] or `X` is not a table.
    TypeError
        If `X` is sparse, or `rate` is no number.

    References
    ----------
    .. [1] Zhu and Wu, "Class Noise vs. Attribute Noise: A Quantitative Study", Artificial Intelligence Review 2004.

    Examples
    --------
    >>> import numpy as np
    >>> from skclean.noise import inject_feature_noise
    >>> X = np.arange(2000).reshape(1000, 2)
    >>> X_noisy, corrupted = inject_feature_noise(X, rate=0.2, random_state=0)
    >>> bool(0.16 < corrupted.mean() < 0.24), bool(((X_noisy != X) == corrupted).all())
    (True, True)
    """
    check_scalar(rate, "rate", Real)
    if not 0 <= rate <= 1:
        raise ValueError(f"rate must be in [0, 1], got {rate}.")
    X = X.to_numpy() if hasattr(X, "to_numpy") else X  # a frame knows best what holds all its columns
    X = np.array(check_array(X, dtype=None, ensure_all_finite=False))  # what frames hand out may be read-only
    rng = check_random_state(random_state)
    corrupted = rng.uniform(size=X.shape) < rate
    for column in range(X.shape[1]):
        _corrupt_column(X[:, column], corrupted[:, column], rng)
    return X, corrupted


def _corrupt_column(values, corrupted, rng):
    """Draw a new value for each marked cell among the rows of other values; both arrays are changed in place."""
    codes = _codes_of(values)
    order = np.argsort(codes, kind="stable")
    counts = np.bincount(codes)
    if len(counts) == 1:
        corrupted[:] = False
        return
    cells = np.flatnonzero(corrupted)
    own, starts = counts[codes[cells]], (np.cumsum(counts) - counts)[codes[cells]]
    drawn = rng.randint(len(values) - own)  # a place among the rows sorted by value, with the own value cut out
    values[cells] = values[order[np.where(drawn >= starts, drawn + own, drawn)]]


def _codes_of(values):
    """Number each distinct value; all missing values are one."""
    if values.dtype.kind != "O":
        return np.unique(values, return_inverse=True)[1].ravel()
    number = {}
    missing = object()
    keys = (missing if is_missing(value) else value for value in values.tolist())
    return np.array([number.setdefault(key, len(number)) for key in keys])
