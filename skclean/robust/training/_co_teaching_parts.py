"""Parts of co-teaching: the rows that are kept, models of some columns, and a truncated SVD in front of a model."""

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.decomposition import TruncatedSVD
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skclean.evidence import cross_fit_proba
from skclean.metrics import corrected_log_loss
from skclean.noise import estimate_transition_matrix
from skclean.utils._compat import safe_indexing

__all__ = ["OfColumns", "behind_svd", "kept_rows", "nested_size"]


def behind_svd(estimator, n_components, random_state):
    """Return a Pipeline of scaling, a truncated SVD and a clone of the estimator."""
    return make_pipeline(
        StandardScaler(with_mean=True), TruncatedSVD(n_components, random_state=random_state), clone(estimator)
    )


def kept_rows(codes, proba, half_of, shares):
    """Keep the rows of small loss: of each class in each half all but a share; one at least.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int32
        -1 where a row is unlabelled; it is not kept.
    proba : ndarray of shape (n_samples, n_classes)
        Of the model that chooses.
    half_of : ndarray of shape (n_samples,), int
    shares : ndarray of shape (n_classes,)
        To leave out.

    Returns
    -------
    kept : ndarray of shape (n_samples,), bool
    """
    kept = np.zeros(len(codes), dtype=bool)
    for code, share in enumerate(shares):
        for half in np.unique(half_of):
            rows = np.flatnonzero((codes == code) & (half_of == half))
            if rows.size:
                order = np.argsort(-proba[rows, code], kind="stable")
                kept[rows[order[: max(1, round((1 - share) * len(rows)))]]] = True
    return kept


def nested_size(estimator, X, labels, most, *, n_jobs=None, random_state=None):
    """Choose the number of components with the smallest log loss out of sample, corrected for noise: int.

    Parameters
    ----------
    estimator : classifier with predict_proba
    X : array-like of shape (n_samples, n_features)
        Numbers.
    labels : ClassTarget
    most : int
        Largest number; the others are powers of two.
    n_jobs : int or None, default=None
    random_state : int, RandomState instance or None, default=None
    """
    y, losses, matrix = labels.as_y(), {}, None
    sizes = [size for size in 2 ** np.arange(12) if size < most] + [most]
    for size in reversed(sizes):
        model = behind_svd(estimator, int(size), random_state)
        proba = cross_fit_proba(model, X, labels, cv=3, random_state=0, n_jobs=n_jobs)
        if matrix is None:
            matrix = estimate_transition_matrix(y, proba, method="em", classes=labels.classes)
        losses[int(size)] = corrected_log_loss(y, proba, matrix, classes=labels.classes).score
    return min(losses, key=losses.__getitem__)


class OfColumns(ClassifierMixin, BaseEstimator):
    """A fitted model that reads some columns of X."""

    def __init__(self, model, columns):
        self.model = model
        self.columns = columns
        self.classes_ = model.classes_

    def __sklearn_is_fitted__(self):
        return True

    def predict_proba(self, X):
        """Return the probabilities of the model: ndarray of shape (n_samples, n_classes)."""
        return self.model.predict_proba(safe_indexing(X, self.columns, axis=1))

    def predict(self, X):
        """Labels of the model: ndarray of shape (n_samples,)."""
        return self.model.predict(safe_indexing(X, self.columns, axis=1))
