"""How probable it is that a row is of a known class: rows of training against rows drawn in a box around them."""

import numpy as np
from scipy.special import expit
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression

from skclean.preprocessing import PointEncoder

__all__ = ["KnownRows", "odds_against"]

N_TREES = 100
# By which share of its range a column is wider in the box that outliers are drawn in.
BOX_MARGIN = 0.25


class KnownRows:
    """Tell rows like those of training from rows drawn at random around them, by an isolation forest."""

    def fit(self, X, rng):
        """Learn from a table, at least two rows of it.

        Parameters
        ----------
        X : table of n_rows rows
        rng : RandomState
        """
        self._encoder = PointEncoder().fit(X)
        points = np.asarray(self._encoder.transform(X), dtype=np.float64)
        half = rng.permutation(len(points))
        grown, held = points[half[len(half) // 2 :]], points[half[: max(1, len(half) // 2)]]
        self._forest = IsolationForest(n_estimators=N_TREES, random_state=rng).fit(grown)
        low, high = points.min(axis=0), points.max(axis=0)
        margin = BOX_MARGIN * (high - low)
        drawn = rng.uniform(low - margin, high + margin, held.shape)
        scores = self._forest.score_samples(np.vstack([held, drawn]))
        known = np.repeat([1, 0], [len(held), len(drawn)])
        odds = LogisticRegression(class_weight="balanced").fit(scores[:, None], known)
        self._slope, self._offset = float(max(odds.coef_[0, 0], 0)), float(odds.intercept_[0])
        return self

    def proba(self, X):
        """Probability that each row is of a known class, at even odds: ndarray of shape (n_rows,)."""
        points = np.asarray(self._encoder.transform(X), dtype=np.float64)
        return expit(self._slope * self._forest.score_samples(points) + self._offset)


def odds_against(known):
    """Odds that a row is of no known class: ndarray like `known`, the probabilities that it is of one."""
    return np.clip(1 - known, 1e-6, 1) / np.clip(known, 1e-6, 1)
