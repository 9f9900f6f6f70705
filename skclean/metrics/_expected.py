"""What a model's score on each row would be for each true class, and what is expected of it from the noisy label."""

from typing import Any, Literal, NamedTuple

import numpy as np
from sklearn.utils.validation import check_is_fitted

from skclean.evidence import default_estimator, default_proba
from skclean.metrics._estimated_noise import EstimatedNoise
from skclean.preprocessing import is_table
from skclean.targets import UNLABELLED, check_class_rows, codes_of, encode_labels, label_array
from skclean.utils._typing import Array, Codes, Floats, Labels1d, RandomState, Table

__all__ = ["ROW_METRICS", "RowMetric", "ScoredRows", "in_order", "scored_rows"]

RowMetric = Literal["accuracy", "neg_log_loss", "neg_brier_score"]
ROW_METRICS = ("accuracy", "neg_log_loss", "neg_brier_score")
# Probabilities are at least this in a log loss, as in corrected_log_loss.
LEAST = 1e-6


class ScoredRows(NamedTuple):
    """Scores of rows, greater is better.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
    codes : ndarray of shape (n_samples,), int32
        Noisy labels; -1 where there is none.
    values : ndarray of shape (n_samples, n_classes)
        The score of each row if it were of each class.
    posterior : ndarray of shape (n_samples, n_classes)
        P(true class | row, noisy label) by the default model and "em"; it has no part of the model that is scored
        where X is a table.
    """

    classes: Array
    codes: Codes
    values: Floats
    posterior: Floats

    @property
    def expected(self) -> Floats:
        """Expected score of each row: ndarray of shape (n_samples,)."""
        return np.einsum("ik,ik->i", self.posterior, self.values)

    @property
    def spread(self) -> Floats:
        """Variance of the score of each row under the posterior: ndarray of shape (n_samples,)."""
        away = self.values - self.expected[:, None]
        return np.einsum("ik,ik->i", self.posterior, away**2)

    def of_codes(self, rows: Array, codes: Codes) -> Floats:
        """Return the scores of some rows with these classes: ndarray of shape (n_rows,)."""
        return self.values[rows, codes]


def scored_rows(
    model: Any, X: Table, y: Labels1d, metric: str, *, others: Any = (), random_state: RandomState = 0
) -> ScoredRows:
    """Score each row as each class: ScoredRows.

    Parameters
    ----------
    model : fitted classifier
    X : array-like of shape (n_samples, ...)
    y : array-like of shape (n_samples,)
        Noisy labels, missing where there is none.
    metric : str
        One of :data:`ROW_METRICS`.
    others : iterable of labels
        Further labels that a row may have.
    random_state : int, RandomState instance or None, default=0
        Seeds the default model.

    Raises
    ------
    ValueError
        If the metric is unknown or `y` has one class.
    """
    if metric not in ROW_METRICS:
        raise ValueError(f"metric must be one of {', '.join(map(repr, ROW_METRICS))}; got {metric!r}.")
    check_is_fitted(model)
    X, noisy = check_class_rows(X, y)
    if len(noisy.classes) < 2:
        raise ValueError("y has one class only; noisy labels of at least two classes are needed.")
    own = np.asarray(model.classes_)
    classes = encode_labels([*noisy.classes.tolist(), *own.tolist(), *others]).classes
    codes = np.where(noisy.known, codes_of(noisy.classes, classes)[noisy.codes], UNLABELLED).astype(np.int32)
    posterior = np.zeros((noisy.n_rows, len(classes)))
    posterior[:, codes_of(noisy.classes, classes)] = _posterior(model, X, noisy, random_state)
    return ScoredRows(classes, codes, _values(model, X, classes, metric), posterior)


def _posterior(model, X, noisy, random_state):
    if is_table(X):
        forest = default_estimator(X, n_classes=len(noisy.classes))
        proba = default_proba(forest, X, noisy, random_state=random_state)
    else:  # only the width of an interval depends on it
        proba = in_order(model.predict_proba(X), model.classes_, noisy.classes)
    return EstimatedNoise(proba, noisy, share=1.0).posterior(proba)


def _values(model, X, classes, metric):
    if metric == "accuracy":
        predicted = codes_of(label_array(model.predict(X)), classes)
        return (predicted[:, None] == np.arange(len(classes))).astype(np.float64)
    proba = in_order(model.predict_proba(X), model.classes_, classes)
    if metric == "neg_log_loss":
        return np.log(np.clip(proba, LEAST, 1))
    losses = (proba**2).sum(axis=1, keepdims=True) - 2 * proba + 1
    return -(losses / 2 if len(classes) == 2 else losses)


def in_order(proba: Array, own: Array, wanted: Array) -> Floats:
    """Return columns of probabilities in another order of classes; a class that the model does not know has 0."""
    place = {label: column for column, label in enumerate(np.asarray(own).tolist())}
    result = np.zeros((len(proba), len(wanted)))
    for column, label in enumerate(np.asarray(wanted).tolist()):
        if label in place:
            result[:, column] = np.asarray(proba)[:, place[label]]
    return result
