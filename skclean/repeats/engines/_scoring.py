"""Scores of folds from what was predicted for their rows, without asking a model again."""

import numpy as np
from scipy.stats import rankdata
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, is_classifier
from sklearn.metrics import accuracy_score, get_scorer, mean_squared_error, r2_score, roc_auc_score
from sklearn.neighbors import KNeighborsClassifier

from skclean.utils._compat import BaseScorer, scorer_response
from skclean.utils._params import subset_params

__all__ = ["FoldScorer", "fold_scorer", "own_scorer"]


def own_scorer(estimator, X, y, **params):
    """Return what ``scoring=None`` means: the estimator's own ``score``."""
    return estimator.score(X, y, **params)


def fold_scorer(estimator, scoring, y, params=None):
    """The scorer of predictions that gives what `scoring` would, or None if it must see the model itself.

    Parameters
    ----------
    estimator : estimator
    scoring : str, callable or None
        As in scikit-learn.
    y : ndarray of shape (n_samples,)
        The target, for classifiers in the caller's labels.
    params : dict or None, default=None
        What the scorer requests; what has one value per row is subset with the rows.

    Returns
    -------
    scorer : FoldScorer or None
    """
    if scoring is None:
        if params:
            return None
        score = type(estimator).score
        if score in (ClassifierMixin.score, KNeighborsClassifier.score):  # the latter only adds to the docstring
            return FoldScorer("predict", _accuracy, y, None)
        return FoldScorer("predict", _r2, y, None) if score is RegressorMixin.score else None
    scorer = get_scorer(scoring) if isinstance(scoring, str) else scoring
    if not isinstance(scorer, BaseScorer):
        return None
    response = scorer_response(scorer, estimator)
    formula = None if params else _formula(scorer, is_classifier(estimator), y)
    return FoldScorer(response, formula, y, scorer, params)


def _formula(scorer, is_class, y):
    """Our own formula for the commonest scorers, None for others, and for scorers of another kind of target.

    Formulas of classes see codes; differences between codes are none between labels.
    """
    if scorer._kwargs:
        return None
    formulas = {accuracy_score: _accuracy} if is_class else {r2_score: _r2, mean_squared_error: _mean_squared_error}
    if is_class and len(np.unique(y)) == 2:
        formulas[roc_auc_score] = _auc
    formula = formulas.get(scorer._score_func)
    if formula is None or scorer._sign == 1:
        return formula
    return lambda *args: -formula(*args)


class FoldScorer:
    """Scores every fold of one repeat from predictions for all rows.

    Parameters
    ----------
    response : {"predict", "predict_proba", "decision_function"}
        What the engine has to predict.
    formula : callable or None
        ``formula(y, predicted, fold, n_splits)`` gives all scores; None calls `scorer` fold by fold.
    y : ndarray of shape (n_samples,)
        For classifiers the labels.
    scorer : scorer of scikit-learn, or None
    params : dict or None, default=None
        For `scorer`, such as weights of all rows.

    Attributes
    ----------
    reason : str or None
        What `scorer` last said of a fold that it could not score.
    """

    reason = None

    def __init__(self, response, formula, y, scorer, params=None):
        self.response = response
        self.formula = formula
        self.scorer = scorer
        self.params = params or {}
        self.classes, self.codes = None, None
        self.y = y

    @property
    def counts_hits(self):
        """Return whether the scores are shares of right predictions, so that an engine may count them itself."""
        return self.formula is _accuracy

    def for_classes(self, classes, codes):
        """The same scorer for an engine that predicts codes of sorted classes."""
        self.classes, self.codes = classes, codes
        return self

    def __call__(self, predicted, fold, n_splits, present=None):
        """Score every fold.

        Parameters
        ----------
        predicted : ndarray of shape (n_samples,) or (n_samples, n_classes)
            For each row, by the model that was trained without its fold. Codes for ``response="predict"`` of
            classifiers; one column for decision functions of two classes, the second class being the positive one.
        fold : ndarray of shape (n_samples,), uint8
        n_splits : int
        present : ndarray of shape (n_splits, n_classes), bool, or None
            Which classes the model of each fold has seen; None means all.

        Returns
        -------
        scores : ndarray of shape (n_splits,), float64
            Higher is better; NaN where a score is not defined.
        """
        target = self.y if self.codes is None else self.codes
        if self.formula is not None:
            return self.formula(target, predicted, fold, n_splits)
        return np.array([self._ask(predicted, fold, f, present) for f in range(n_splits)])

    def _ask(self, predicted, fold, f, present):
        rows = np.flatnonzero(fold == f)
        seen = slice(None) if present is None else np.flatnonzero(present[f])
        precomputed = _PrecomputedEstimator(predicted[rows], self.classes, seen, self.response)
        try:
            asked = subset_params(self.params, rows, len(self.y))
            return self.scorer(precomputed, np.arange(len(rows))[:, None], self.y[rows], **asked)
        except ValueError as error:  # not defined for these rows, as the area under a curve of one class is
            self.reason = str(error)
            return np.nan


class _PrecomputedEstimator(BaseEstimator):
    """Stands for a fitted model whose predictions are known, so that any scorer of scikit-learn can be asked."""

    def __init__(self, values, classes, seen, response):
        self.values = values
        if classes is not None:
            self.classes_ = classes[seen]
            if response == "predict":
                self.values = classes[values]
            elif values.ndim == 2:
                self.values = values[:, seen]

        def tell(X):
            return self.values

        tell.__name__ = response  # scikit-learn looks the method up by its name again
        setattr(self, response, tell)

    def __sklearn_tags__(self):
        model = _SomeClassifier() if hasattr(self, "classes_") else _SomeRegressor()
        return model.__sklearn_tags__()

    def __sklearn_is_fitted__(self):
        return True


class _SomeClassifier(ClassifierMixin, BaseEstimator):
    """Has a classifier's tags."""


class _SomeRegressor(RegressorMixin, BaseEstimator):
    """Has a regressor's tags."""


def _accuracy(y, predicted, fold, n_splits):
    sizes = np.bincount(fold, minlength=n_splits)[:n_splits]
    hits = np.bincount(fold, predicted == y, minlength=n_splits)[:n_splits]
    return _ratio(hits, sizes)


def _r2(y, predicted, fold, n_splits):
    """1 - residual sum / total sum, with scikit-learn's values for a constant target and NaN for a single row."""
    sizes = np.bincount(fold, minlength=n_splits)[:n_splits]
    means = _ratio(np.bincount(fold, y, minlength=n_splits)[:n_splits], sizes)
    here = fold < n_splits
    residual = np.bincount(fold[here], (y - predicted)[here] ** 2, minlength=n_splits)
    total = np.bincount(fold[here], (y[here] - means[fold[here]]) ** 2, minlength=n_splits)
    scores = np.where(residual == 0, 1.0, 0.0)
    np.divide(residual, total, out=scores, where=total != 0)
    scores[total != 0] = 1 - scores[total != 0]
    return np.where(sizes < 2, np.nan, scores)


def _mean_squared_error(y, predicted, fold, n_splits):
    sizes = np.bincount(fold, minlength=n_splits)[:n_splits]
    return _ratio(np.bincount(fold, (y - predicted) ** 2, minlength=n_splits)[:n_splits], sizes)


def _auc(codes, predicted, fold, n_splits):
    """Area under the curve of two classes from mid-ranks (Mann-Whitney); NaN where a fold has one class."""
    scores = predicted if predicted.ndim == 1 else predicted[:, 1]
    areas = np.full(n_splits, np.nan)
    for f in range(n_splits):
        rows = fold == f
        positive = codes[rows] == 1
        n_positive = np.count_nonzero(positive)
        n_negative = len(positive) - n_positive
        if n_positive and n_negative:
            ranks = rankdata(scores[rows])[positive].sum()
            areas[f] = (ranks - n_positive * (n_positive + 1) / 2) / (n_positive * n_negative)
    return areas


def _ratio(part, whole):
    return np.divide(part, whole, out=np.full(len(whole), np.nan), where=whole > 0)
