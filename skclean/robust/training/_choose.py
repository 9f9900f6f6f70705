"""Choose a setting by its log loss on true labels, estimated from noisy ones in folds."""

import numpy as np

from skclean.metrics import CorrectedScore

__all__ = ["Choice", "CorrectedLoss"]

# Probabilities are at least this in the loss, as one sure mistake would otherwise decide.
LEAST = 1e-3
# Below this smallest singular value of the matrix, labels say too little for a correction: the plain loss decides.
LEAST_SINGULAR = 0.05


class CorrectedLoss:
    """Log loss on true labels of probabilities that were predicted out of sample.

    Parameters
    ----------
    codes : ndarray of shape (n_samples,), int
        Given labels; -1 leaves a row out.
    matrix : ndarray of shape (n_classes, n_classes)
        P(observed j | true i) in [i, j].
    weight : ndarray of shape (n_samples,) or None
    """

    def __init__(self, codes, matrix, weight=None):
        if np.linalg.svd(matrix, compute_uv=False)[-1] < LEAST_SINGULAR:
            matrix = np.eye(len(matrix))
        weight = np.ones(len(codes)) if weight is None else np.asarray(weight, dtype=np.float64)
        rows = np.flatnonzero((codes >= 0) & (weight > 0))
        self._rows, self._share = rows, weight[rows] / weight[rows].sum()
        self._members = np.linalg.inv(matrix)[codes[rows]]  # how much a row counts as one of each class

    def of(self, proba):
        """CorrectedScore: loss and standard error of probabilities of shape (n_samples, n_classes)."""
        return self._score(self._losses(proba))

    def gap(self, proba, other):
        """CorrectedScore of how much larger the loss of the first is, row by row."""
        return self._score(self._losses(proba) - self._losses(other))

    def _losses(self, proba):
        return -np.log(np.clip(proba[self._rows], LEAST, 1))

    def _score(self, losses):
        values = np.einsum("ik,ik->i", self._members, losses)
        mean = float(self._share @ values)
        n_effective = 1 / float(self._share @ self._share)
        variance = float(self._share**2 @ (values - mean) ** 2) * n_effective / max(n_effective - 1, 1)
        return CorrectedScore(mean, float(np.sqrt(variance)))


class Choice:
    """The best of several settings so far, beside the first, which stays unless another is surely better.

    Parameters
    ----------
    loss : CorrectedLoss
    n_errors : float
        By how many standard errors of the difference another setting has to be better than the first.
    """

    def __init__(self, loss, n_errors=1.0):
        self.loss, self.n_errors = loss, n_errors
        self.scores = {}
        self._first = self._best = None

    def add(self, setting, proba):
        """Record out-of-sample probabilities of a setting, which can be a key of a dict."""
        self.scores[setting] = self.loss.of(proba)
        if self._first is None:
            self._first = self._best = (setting, proba)
        elif self.scores[setting].score < self.scores[self._best[0]].score:
            self._best = (setting, proba)

    @property
    def best(self):
        """The setting to take."""
        gap = self.loss.gap(self._first[1], self._best[1])
        return self._best[0] if gap.score > self.n_errors * gap.standard_error else self._first[0]
