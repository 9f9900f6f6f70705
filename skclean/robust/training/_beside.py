"""Further columns beside X, whatever its container."""

import numpy as np
from scipy import sparse

from skclean.utils._compat import check_feature_names, num_features, num_samples

__all__ = ["beside", "check_columns"]

# Name of the first added column of a DataFrame.
PREFIX = "known in training"


def beside(X, columns):
    """Append columns of numbers to rows.

    Parameters
    ----------
    X : DataFrame, sparse matrix or array-like of shape (n_samples, n_features)
    columns : ndarray of shape (n_samples, n_added), float64

    Returns
    -------
    joined : container of the kind of X
        A DataFrame has the names "known in training 0", "known in training 1" and so on.

    Raises
    ------
    ValueError
        If X is no table of rows and columns.
    """
    names = [f"{PREFIX} {number}" for number in range(columns.shape[1])]
    if hasattr(X, "assign"):  # pandas
        if all(isinstance(name, (int, np.integer)) for name in X.columns):  # names of one type, as models want them
            names = list(range(int(max(X.columns, default=-1)) + 1, int(max(X.columns, default=-1)) + 1 + len(names)))
        added = type(X)(columns, index=X.index, columns=names)
        return X.join(added)
    if hasattr(X, "hstack"):  # polars
        return X.with_columns(**dict(zip(names, columns.T, strict=True)))
    if sparse.issparse(X):
        return sparse.hstack([X, sparse.csr_array(columns)], format="csr")
    X = np.asarray(X)
    if X.ndim != 2:
        raise ValueError(
            f"X must be a table of rows and columns, to which others are appended, got shape {X.shape} for "
            f"{num_samples(X)} rows. Reshape your data, or leave the other columns out."
        )
    return np.concatenate([X, columns.astype(X.dtype if X.dtype.kind in "fO" else np.float64)], axis=1)


def check_columns(estimator, X):
    """Refuse rows with other columns than `estimator` was fitted on, before further columns are appended."""
    check_feature_names(estimator, X, reset=False)
    if len(getattr(X, "shape", (0, 0))) != 2 or not hasattr(estimator, "n_features_in_"):
        return  # :func:`beside` or the model says what is wrong
    if num_features(X) != estimator.n_features_in_:
        raise ValueError(
            f"X has {num_features(X)} features, but {type(estimator).__name__} is expecting "
            f"{estimator.n_features_in_} features as input."
        )
