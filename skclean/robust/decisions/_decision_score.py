"""A score of each row that a small boosting learns from the row and from the probabilities of models."""

import numpy as np
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingRegressor

from skclean.preprocessing import PointEncoder
from skclean.utils._params import seeded_clone
from skclean.utils._typing import Params

__all__ = ["DecisionScore", "Features", "margin"]

# More columns than this are left out of the model of decisions: probabilities alone decide.
MAX_COLUMNS = 500
# A small boosting: what it learns is mostly noise, such as the difference of two models.
BOOSTING: Params = {"max_iter": 40, "max_leaf_nodes": 8, "min_samples_leaf": 20, "l2_regularization": 1.0}


class DecisionScore:
    """Predict a number for each row, such as "the prediction is wrong", from the row and its probabilities.

    Parameters
    ----------
    rng : RandomState
    """

    def __init__(self, rng):
        self._seed = rng.randint(2**31 - 1)

    def fit(self, X, proba, target, folds, weight=None):
        """Fit on all rows: the scores of the rows out of sample, ndarray of shape (n_rows,).

        Parameters
        ----------
        X : table of n_rows rows
        proba : ndarray of shape (n_rows, n_classes)
        target : ndarray of shape (n_rows,)
            What to predict.
        folds : list of (train, test), ndarrays of int
            A row that no fold predicts has the score minus infinity.
        weight : ndarray of shape (n_rows,) or None, default=None
        """
        self._features = Features().fit(X)
        self._boosting = HistGradientBoostingRegressor(**BOOSTING, random_state=self._seed)
        features, scores = self._features.of(X, proba), np.full(len(target), -np.inf)
        for train, test in folds:
            own = None if weight is None else weight[train]
            part = seeded_clone(self._boosting, None).fit(features[train], target[train], own)
            scores[test] = part.predict(features[test])
        self._boosting.fit(features, target, weight)
        return scores

    def predict(self, X, proba):
        """Scores of new rows: ndarray of shape (n_rows,)."""
        return self._boosting.predict(self._features.of(X, proba))


class Features:
    """Rows and probabilities as numbers: points of the table beside the probabilities.

    A table that is sparse or very wide is left out.
    """

    def fit(self, X):
        """Learn how to turn the table into points."""
        self._encoder = None
        if not sparse.issparse(X):
            encoder = PointEncoder().fit(X)
            if encoder.transform(X[:1] if not hasattr(X, "iloc") else X.iloc[:1]).shape[1] <= MAX_COLUMNS:
                self._encoder = encoder
        return self

    def of(self, X, *proba):
        """Features of rows: ndarray of shape (n_rows, n_features)."""
        parts = [*proba, *(margin(one)[:, None] for one in proba)]
        if self._encoder is not None:
            parts.append(np.asarray(self._encoder.transform(X), dtype=np.float64))
        return np.column_stack(parts)


def margin(proba):
    """Largest probability minus the second largest: ndarray of shape (n_rows,)."""
    ordered = np.partition(proba, -2, axis=1)
    return ordered[:, -1] - ordered[:, -2]
