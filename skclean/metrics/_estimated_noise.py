"""Which class each row is truly of, as far as labels and the default model tell, and how certain this is.

A score on true labels needs, for each row and class, how much the row counts as a member of that class. Two ways are
known. Row `codes` of the inverse of the transition matrix is unbiased where the matrix is right, whatever the model
says, and varies much. The posterior of the default model varies little, and is biased where the model is. Their mean
has the smaller error, and chooses better among models (``examples/benchmarks/noisy_scores.py``). Neither has a part of
the model that is scored.
"""

import warnings
from copy import copy
from functools import cached_property

import numpy as np
from scipy.special import softmax

from skclean.evidence import default_estimator, default_proba
from skclean.exceptions import UnidentifiableNoiseWarning
from skclean.noise.transition._noisy_logit import NoisyLogit, centred_logs, fit_calibration, fit_noisy_logit
from skclean.targets import ClassTarget, codes_of
from skclean.utils._typing import Array, Floats, RandomState, Table

__all__ = ["MODEL_ERROR", "N_DRAWS", "EstimatedNoise"]

# Share of the posterior in the membership; the rest is the inverse of the matrix. With more, one table in 16 has a
# choice that is much worse than that of plain accuracy; with less, the error is larger.
POSTERIOR_SHARE = 0.25
# Draws of the rows that the error is computed from.
N_DRAWS = 50
# Noise rates at which the likelihood is compared, and the power of it that weighs them. Where probabilities have no
# skill all rates are as likely, and a bootstrap does not show it: the fit stays where it starts.
N_RATES, MOST_OF_TWO, MOST_OF_MORE = 10, 0.45, 0.55
POWER = 0.5
# What the correction changes is known to this share of itself, since the model of noise is off. With it, and the power,
# 95 % intervals held the true score in 96 and 94 % of the cases over 18 and 9 tables.
MODEL_ERROR = 0.2
# Rows of one draw; of more rows the variance is scaled.
MAX_DRAWN = 5_000
# Below this smallest singular value of the matrix, its inverse is not used.
LEAST_SINGULAR = 0.1


class EstimatedNoise:
    """The noise of the labels of some rows, by "em" behind the out-of-bag probabilities of the default model.

    Parameters
    ----------
    proba : ndarray of shape (n_samples, n_classes)
        Out-of-sample probabilities.
    labels : ClassTarget
        Codes and classes; unlabelled rows are left out.
    share : float, default=POSTERIOR_SHARE
        Share of the posterior in the membership, in [0, 1].

    Attributes
    ----------
    labels : ClassTarget
    rows : ndarray of shape (n_rows,), int
        Positions of the labelled rows.
    fitted : NoisyLogit
    """

    def __init__(self, proba: Array, labels: ClassTarget, *, share: float = POSTERIOR_SHARE) -> None:
        self.labels, self.share, self.n_draws = labels, share, N_DRAWS
        self.rows = np.flatnonzero(labels.known)
        self._codes = labels.codes[self.rows]
        self._logs = centred_logs(proba[self.rows])
        self.fitted = fit_noisy_logit(self._logs, self._codes, np.ones(len(self.rows)))
        if np.linalg.svd(self.fitted.matrix, compute_uv=False)[-1] < LEAST_SINGULAR:
            warnings.warn(
                "The estimated transition matrix is nearly singular: corrected scores vary widely. Look at their "
                "standard errors, or have labels checked.",
                UnidentifiableNoiseWarning,
                stacklevel=4,
            )

    @classmethod
    def of_table(cls, X: Table, labels: ClassTarget, *, random_state: RandomState = 0) -> "EstimatedNoise":
        """Estimate from a table: EstimatedNoise."""
        forest = default_estimator(X, n_classes=len(labels.classes))
        return cls(default_proba(forest, X, labels, random_state=random_state), labels)

    def with_draws(self, n_draws: int) -> "EstimatedNoise":
        """Return the same noise with another number of draws; with 0 its variance is NaN, and costs no time."""
        if n_draws == self.n_draws:
            return self
        other = copy(self)
        other.n_draws = n_draws
        other.__dict__.pop("_draws", None)
        return other

    def scaled(self, factor: float) -> "EstimatedNoise":
        """Return the noise with all flips `factor` times as frequent, and the calibration fitted anew."""
        eye = np.eye(len(self.fitted.matrix))
        matrix = np.maximum(eye + factor * (self.fitted.matrix - eye), 1e-9)
        other = self.with_draws(0)
        other.fitted, _ = fit_calibration(self._logs, self._codes, np.ones(len(self._codes)), self.fitted, matrix)
        return other

    def matrix(self, classes: Array) -> Floats:
        """Return the transition matrix of other classes; one without a label is taken to be recorded as itself."""
        places = codes_of(self.labels.classes, classes)
        matrix = np.eye(len(classes))
        matrix[np.ix_(places, places)] = self.fitted.matrix
        return matrix

    def members(self, classes: Array) -> Floats:
        """Return how much each row counts as a member of each class: ndarray of shape (n_samples, len(classes)).

        Rows sum to 1, and entries may be negative; unlabelled rows are 0.
        """
        members = np.zeros((len(self.labels.codes), len(classes)))
        members[np.ix_(self.rows, codes_of(self.labels.classes, classes))] = self._members(
            self.fitted, slice(None), self.share
        )
        return members

    def posterior(self, proba: Array) -> Floats:
        """Return P(true class | row, given label), and P(true class | row) for rows without a label."""
        posterior = self.fitted.truth(centred_logs(proba))
        posterior[self.rows] = self.fitted.posterior(self._logs, self._codes)
        return posterior

    def variance(self, losses: Floats, weight: Floats, classes: Array) -> float:
        """Return the variance of the mean loss: that of drawing the rows, or of the noise rate where it is larger.

        Parameters
        ----------
        losses : ndarray of shape (n_samples, len(classes))
            The loss of each row if it were of each class.
        weight : ndarray of shape (n_samples,)
            Sums to 1.
        classes : ndarray
        """
        if not self.n_draws:
            return np.nan
        losses = losses[np.ix_(self.rows, codes_of(self.labels.classes, classes))]
        weight = weight[self.rows]
        means = []
        for drawn, fitted in self._draws:
            kept = np.flatnonzero(drawn)
            own = weight[kept] * drawn[kept]
            if own.sum() > 0:
                means.append(own @ self._corrected(fitted, kept, losses[kept]) / own.sum())
        of_rows = float(np.var(means, ddof=1)) * self._n_drawn / len(self.rows)
        mean = weight @ self._corrected(self.fitted, slice(None), losses)
        of_rate = [
            likely * (weight @ self._corrected(fitted, slice(None), losses) - mean) ** 2
            for likely, fitted in self._rates
        ]
        return max(of_rows, float(np.sum(of_rate)))

    def matrix_error(self, classes: Array) -> Floats:
        """Return the standard error of each entry of :meth:`matrix`, of the same three parts."""
        of_rows = np.var([fitted.matrix for _, fitted in self._draws], axis=0, ddof=1) * self._n_drawn / len(self.rows)
        own = self.fitted.matrix
        of_rate = sum((likely * (fitted.matrix - own) ** 2 for likely, fitted in self._rates), np.zeros_like(own))
        of_model = MODEL_ERROR * (own - np.eye(len(own)))
        error = np.zeros((len(classes), len(classes)))
        places = codes_of(self.labels.classes, classes)
        error[np.ix_(places, places)] = np.sqrt(np.maximum(of_rows, of_rate) + of_model**2)
        return error

    def _corrected(self, fitted, rows, losses):
        return np.einsum("ik,ik->i", self._members(fitted, rows, self.share), losses)

    def _members(self, fitted: NoisyLogit, rows, share):
        posterior = fitted.posterior(self._logs[rows], self._codes[rows])
        if np.linalg.svd(fitted.matrix, compute_uv=False)[-1] < LEAST_SINGULAR:
            return posterior
        return share * posterior + (1 - share) * np.linalg.inv(fitted.matrix)[self._codes[rows]]

    @property
    def _n_drawn(self):
        return min(len(self.rows), MAX_DRAWN)

    @cached_property
    def _draws(self):
        """How often each row is drawn, and the fit to the drawn rows: a list of pairs."""
        rng, n_rows = np.random.RandomState(0), len(self.rows)
        draws = []
        for _ in range(self.n_draws):
            drawn = np.bincount(rng.randint(n_rows, size=self._n_drawn), minlength=n_rows)
            kept = np.flatnonzero(drawn)
            fitted = fit_noisy_logit(
                self._logs[kept], self._codes[kept], drawn[kept].astype(float), start=self.fitted, tolerance=1e-3
            )
            draws.append((drawn, fitted))
        return draws

    @cached_property
    def _rates(self):
        """Noise rates as likely as the labels say, the flips going where they go: pairs of weight and fit."""
        own, n_classes = self.fitted.matrix, len(self.fitted.matrix)
        flips = own - np.eye(n_classes)
        rate = -np.trace(flips) / n_classes
        found = []
        for other in np.linspace(0, MOST_OF_TWO if n_classes == 2 else MOST_OF_MORE, N_RATES):
            matrix = np.eye(n_classes) + flips * other / rate
            if np.diag(matrix).min() > 0.1:
                matrix = np.maximum(matrix, 1e-9)
                found.append(fit_calibration(self._logs, self._codes, np.ones(len(self._codes)), self.fitted, matrix))
        likely = softmax(POWER * np.array([log_likelihood for _, log_likelihood in found]))
        return [(weight, fitted) for weight, (fitted, _) in zip(likely, found, strict=True)]
