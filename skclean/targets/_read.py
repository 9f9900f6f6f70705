"""Read y once for each call of a user: classes, numbers or records, by what the estimator takes."""

from sklearn.base import is_classifier
from sklearn.utils import check_consistent_length, indexable

from skclean._kernels import check_format
from skclean.targets._encode import encode_labels
from skclean.targets._numeric_target import read_values
from skclean.utils._compat import num_samples

__all__ = ["check_rows", "check_table", "read_target"]


def read_target(y, estimator=None):
    """Read y.

    Parameters
    ----------
    y : array-like of shape (n_samples,)
        Labels of any type, numbers or records; missing values mean "not given".
    estimator : estimator or None, default=None
        A classifier, or None, gets classes; what other estimators get is handed on.

    Returns
    -------
    target : ClassTarget or NumericTarget

    Raises
    ------
    ValueError
        If `y` is empty, has several columns, no value at all, or labels of mixed types.

    Examples
    --------
    >>> from skclean.targets import read_target
    >>> read_target(["yes", "no", None]).classes.tolist()
    ['no', 'yes']
    """
    return encode_labels(y) if estimator is None or is_classifier(estimator) else read_values(y)


def check_rows(X, y, estimator=None):
    """Check X and y together, and read y.

    Parameters
    ----------
    X : array-like of shape (n_samples, ...)
        As :func:`check_table` takes it.
    y : array-like of shape (n_samples,)
        As :func:`read_target` takes it.
    estimator : estimator or None, default=None
        As in :func:`read_target`.

    Returns
    -------
    X : indexable
    target : ClassTarget or NumericTarget

    Raises
    ------
    ValueError
        As of the two functions, or if lengths differ.
    """
    X = check_table(X)
    target = read_target(y, estimator)
    check_consistent_length(X, target.strata())
    return X, target


def check_table(X):
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
