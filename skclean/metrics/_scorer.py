"""A scorer for searches and cross-validation on noisy test labels."""

from collections.abc import Callable
from typing import Any, Literal

import joblib
import numpy as np

from skclean.metrics._corrected import (
    CorrectedScore,
    corrected_accuracy,
    corrected_balanced_accuracy,
    corrected_brier_score,
    corrected_log_loss,
)
from skclean.metrics._estimated_noise import N_DRAWS, EstimatedNoise
from skclean.metrics._expected import in_order
from skclean.metrics._roc_auc import corrected_roc_auc
from skclean.targets import encode_labels
from skclean.utils._compat import BaseScorer
from skclean.utils._typing import Labels1d, Numbers, Params, Table

__all__ = ["make_noise_corrected_scorer"]

# Matrices of so many sets of rows are kept: those of the folds of a search.
KEPT = 20
# Function, method of the estimator, and sign: greater is better in a scorer.
_METRICS: dict[str, tuple[Callable[..., CorrectedScore], str, int]] = {
    "accuracy": (corrected_accuracy, "predict", 1),
    "balanced_accuracy": (corrected_balanced_accuracy, "predict", 1),
    "neg_log_loss": (corrected_log_loss, "predict_proba", -1),
    "neg_brier_score": (corrected_brier_score, "predict_proba", -1),
    "roc_auc": (corrected_roc_auc, "predict_proba", 1),
}


class _NoiseCorrectedScorer(BaseScorer):
    """Scorer of :func:`make_noise_corrected_scorer`: ``scorer(estimator, X, y)`` gives a float, greater is better."""

    def __init__(self, metric, transition_matrix, classes, transition_error):
        function, method, sign = _METRICS[metric]
        super().__init__(function, sign, {}, method)
        self.metric, self.transition_matrix = metric, transition_matrix
        self.classes, self.transition_error = classes, transition_error
        self._estimated: dict[str, EstimatedNoise] = {}

    def __getstate__(self):
        return self.__dict__ | {"_estimated": {}}

    def _score(self, method_caller, estimator, X, y_true, **kwargs):
        return self._sign * self._corrected(estimator, X, y_true, 0, **kwargs).score

    def with_error(self, estimator: Any, X: Table, y: Labels1d, sample_weight: Numbers | None = None) -> CorrectedScore:
        """Return the corrected metric with its standard error, in the metric's own direction: CorrectedScore."""
        given: Params = {} if sample_weight is None else {"sample_weight": sample_weight}
        return self._corrected(estimator, X, y, N_DRAWS, **given)

    def _corrected(self, estimator, X, y, n_draws, **given):
        classes = estimator.classes_ if self.classes is None else np.asarray(self.classes)
        noise, error = self.transition_matrix, self.transition_error
        if isinstance(noise, str):
            noise = self._noise(X, y).with_draws(n_draws)
            if self.metric == "roc_auc":
                noise, error = noise.matrix(classes), noise.matrix_error(classes) if n_draws else None
        if self._response_method == "predict":
            response = estimator.predict(X)
        else:
            response = in_order(estimator.predict_proba(X), estimator.classes_, classes)
            if self.metric == "roc_auc":
                response = response[:, 1]
        return self._score_func(y, response, noise, classes=classes, transition_error=error, **given)

    def _noise(self, X: Table, y: Labels1d) -> EstimatedNoise:
        """The noise of these rows; kept for a few sets of rows, as a search scores all its models on the same ones."""
        key = joblib.hash((X, y))
        if key not in self._estimated:
            while len(self._estimated) >= KEPT:
                del self._estimated[next(iter(self._estimated))]
            self._estimated[key] = EstimatedNoise.of_table(X, encode_labels(y))
        return self._estimated[key]

    def __repr__(self) -> str:
        return f"make_noise_corrected_scorer({self.metric!r})"


def make_noise_corrected_scorer(
    metric: Literal["accuracy", "balanced_accuracy", "neg_log_loss", "neg_brier_score", "roc_auc"] = "accuracy",
    *,
    transition_matrix: Numbers | Literal["estimate"] = "estimate",
    classes: Labels1d | None = None,
    transition_error: Numbers | None = None,
) -> Any:
    """Make a scorer that estimates the score on true labels from noisy test labels.

    Parameters
    ----------
    metric : {"accuracy", "balanced_accuracy", "neg_log_loss", "neg_brier_score", "roc_auc"}, default="accuracy"
        As scikit-learn's scorers of these names. "roc_auc" is for two classes.
    transition_matrix : array-like of shape (n_classes, n_classes) or "estimate", default="estimate"
        ``[i, j]`` is P(observed j | true i). "estimate" takes "em" of
        :func:`skclean.noise.estimate_transition_matrix`, with the probabilities of the default model out of bag, from
        the rows that are scored: the price of a forest for each set of rows. X has to be a table then. A quarter of
        the score is the posterior of that model, which varies less than the inverse of the matrix. It has no part of
        the estimator that is scored: with a matrix from the estimator's own probabilities the worst of twelve models
        looked best (``examples/benchmarks/noisy_scores.py``).
    classes : array-like of shape (n_classes,) or None, default=None
        The label of each row of the matrix; None means `classes_` of the estimator.
    transition_error : array-like of shape (n_classes, n_classes) or None, default=None
        Standard error of each entry of the matrix, for ``with_error``.

    Returns
    -------
    scorer : callable
        ``scorer(estimator, X, y, sample_weight=None)`` returns a float, greater is better, for `GridSearchCV` and
        `cross_validate`. ``scorer.with_error(estimator, X, y)`` returns a CorrectedScore, which has the standard error.
        With "estimate" it counts the rows, by a bootstrap that estimates the matrix again; how likely other noise rates
        are, which is large where the default model has no skill; and a fifth of what the correction changes, for the
        error of the model of noise. Over tables, 95 % intervals then held the score on true labels in 94 to 96 %.

    Raises
    ------
    ValueError
        If `metric` is unknown, or `transition_matrix` is another text than "estimate".

    Notes
    -----
    Where the noise flips every class alike, accuracy on noisy labels is the true accuracy shrunk, and the better model
    stays the better one: correction changes the number and not the choice. It changes the choice where classes are
    flipped unequally. It is wrong where the noise depends on the record. And test rows are never cleaned: a model that
    says which test labels are wrong would grade itself.

    Examples
    --------
    >>> from sklearn.datasets import make_classification
    >>> from sklearn.linear_model import LogisticRegression
    >>> from sklearn.model_selection import cross_val_score
    >>> from skclean.metrics import make_noise_corrected_scorer
    >>> from skclean.noise import inject_noise
    >>> X, y = make_classification(2000, class_sep=2.0, flip_y=0, random_state=0)
    >>> T = [[1.0, 0.0], [0.3, 0.7]]
    >>> given, _ = inject_noise(y, kind="matrix", transition_matrix=T, random_state=0)
    >>> model = LogisticRegression()
    >>> noisy = cross_val_score(model, X, given, scoring="accuracy").mean()
    >>> corrected = cross_val_score(model, X, given, scoring=make_noise_corrected_scorer(transition_matrix=T)).mean()
    >>> bool(corrected > noisy + 0.05)
    True
    """
    if metric not in _METRICS:
        raise ValueError(f"metric must be one of {', '.join(map(repr, _METRICS))}; got {metric!r}.")
    if isinstance(transition_matrix, str) and transition_matrix != "estimate":
        raise ValueError(f"transition_matrix must be a matrix or 'estimate', got {transition_matrix!r}.")
    return _NoiseCorrectedScorer(metric, transition_matrix, classes, transition_error)
