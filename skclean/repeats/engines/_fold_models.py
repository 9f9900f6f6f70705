"""Engines that solve the models of all folds from sums, and fit those that cannot be trusted."""

import numpy as np
from scipy.special import expit, logsumexp
from sklearn.base import clone

from skclean._kernels import NO_FOLD, compact_rows, multiply_groups
from skclean.repeats.engines._closed_form import ClosedForm
from skclean.repeats.engines._moments import as_groups
from skclean.utils._proba import class_columns, predicted_codes

__all__ = ["FoldModels", "LinearFoldModels", "are_complete", "if_trusted", "is_prior"]

# Rounding of logarithms of this size leaves a probability so close to 1 in doubt, with a wide margin.
UNRESOLVED = 1e-11


class FoldModels(ClosedForm):
    """Models of all folds of a repeat from the sums over their training parts.

    Subclasses write ``models`` and ``values``. Where they cannot vouch for the model of a fold, because it lacks
    classes or is nearly singular, the estimator itself is fitted, and raises what it raises.

    Parameters
    ----------
    estimator : estimator
        Unfitted.
    problem : Problem
    moments : Moments
    """

    def __init__(self, estimator, problem, moments):
        super().__init__(problem)
        self.estimator = estimator
        self.moments = moments

    def predict(self, fold, n_splits):
        training = self.moments.training(fold, n_splits)
        models, trusted = self.models(training)
        values = self.values(models, as_groups(fold))
        if self.problem.classes is None:
            predicted, present = values[:, 0], None
        else:
            present = training.present
            predicted = self.respond(values, fold, present)
            if self.problem.scorer.response == "predict_proba":
                trusted = trusted & self._has_resolved(values, predicted, fold, n_splits)
        for f in np.flatnonzero(~trusted):
            self._fit(fold, f, predicted)
        return predicted, present

    def models(self, training):
        """Models from the sums over training parts.

        Parameters
        ----------
        training : TrainingMoments

        Returns
        -------
        models : tuple of ndarrays
            What ``values`` needs; the first axis counts folds.
        trusted : ndarray of shape (k,), bool
        """
        raise NotImplementedError

    def values(self, models, group):
        """Return what the model of each row's fold says of it: ndarray of shape (n_samples, 1 or n_classes).

        Parameters
        ----------
        models : tuple of ndarrays
            From ``models``.
        group : ndarray of shape (n_samples,), int32
            The fold of each row, -1 for those that take no part.
        """
        raise NotImplementedError

    def respond(self, values, fold, present):
        """Return what the scorer asks for, from values that rise with the odds of a class.

        A single column is the log odds of the second of two classes; classes that a model has not seen are out.
        """
        response = self.problem.scorer.response
        if values.shape[1] == 1:
            odds = values[:, 0]
            if response == "predict":
                return (odds > 0).astype(np.int32)
            return odds if response == "decision_function" else np.column_stack([1 - expit(odds), expit(odds)])
        if not present.all():
            unseen = ~present[np.minimum(fold, len(present) - 1)]
            values = np.where(unseen, -np.inf, values)
        if response == "predict":
            return values.argmax(axis=1).astype(np.int32)
        if response == "predict_proba":
            return np.exp(values - logsumexp(values, axis=1, keepdims=True))
        return values[:, 1] - values[:, 0] if values.shape[1] == 2 else values

    def _has_resolved(self, values, proba, fold, n_splits):
        """Return whether rounding cannot reorder the rows of a fold: none is given a wrong class with near
        certainty.

        Close to 1, probabilities of naive Bayes differ by rounding only. Where they all are right nobody minds.
        """
        certain = 1 - proba.max(axis=1) < UNRESOLVED * (1 + np.abs(values).max(axis=1))
        wrong = certain & (proba.argmax(axis=1) != self.problem.y) & (fold != NO_FOLD)
        return np.bincount(fold[wrong], minlength=n_splits)[:n_splits] == 0

    def _fit(self, fold, f, predicted):
        """Fill in what the estimator itself says of fold `f`."""
        problem = self.problem
        target = problem.y if problem.classes is None else problem.classes[problem.y]
        train, test = np.flatnonzero((fold != f) & (fold != NO_FOLD)), np.flatnonzero(fold == f)
        weight = {} if problem.sample_weight is None else {"sample_weight": np.asarray(problem.sample_weight)[train]}
        model = clone(self.estimator).fit(problem.X[train], target[train], **weight)
        predictions = getattr(model, problem.scorer.response)(problem.X[test])
        if problem.classes is None:
            predicted[test] = predictions
        elif problem.scorer.response == "predict":
            predicted[test] = predicted_codes(predictions, problem.classes)
        else:
            predicted[test] = self._among_all_classes(predictions, model.classes_, predicted[test])

    def _among_all_classes(self, predictions, seen, like):
        """Return what a model that may have seen some classes only says, in the shape of `like`, which has all of
        them."""
        if predictions.ndim == like.ndim == 1:
            # Scorers of scikit-learn take a decision on a single class for that class's own.
            flipped = len(seen) == 1 and self.problem.scorer.formula is not None
            return -predictions if flipped else predictions
        if predictions.shape == like.shape:
            return predictions
        among = np.zeros_like(like)
        if predictions.ndim == 1 or like.shape[1] == 2:  # no score of several classes is defined for such a model
            among[:] = np.nan
        else:
            among[:, class_columns(seen, self.problem.classes)] = predictions
        return among


class LinearFoldModels(FoldModels):
    """Models whose values are linear in a row: ``models`` gives coefficients (k, m, d) and intercepts (k, m).

    Parameters
    ----------
    estimator : estimator
        Unfitted.
    problem : Problem
    moments : Moments
    rows : ndarray or CSR matrix or None, default=None
        What the coefficients belong to, in place of ``problem.X``.
    """

    def __init__(self, estimator, problem, moments, rows=None):
        super().__init__(estimator, problem, moments)
        # Not the shifted rows of `moments`: equal rows of different classes must get equal values, to the last bit.
        self._rows = compact_rows(problem.X if rows is None else rows)

    def values(self, models, group):
        coef, intercept = models
        return multiply_groups(self._rows, group, coef) + intercept[group]


def if_trusted(engine):
    """The engine, or None if even the model of all rows cannot be trusted."""
    _, trusted = engine.models(engine.moments.whole())
    return engine if trusted.all() else None


# A class with a smaller sum of weights counts as empty.
MIN_WEIGHT = 1e-6


def are_complete(training, priors):
    """Return which training parts have at least two classes of some weight, and all classes if there are priors for
    all.

    Parameters
    ----------
    training : TrainingMoments
    priors : array-like of shape (n_classes,) or None

    Returns
    -------
    complete : ndarray of shape (k,), bool
    """
    present = training.present
    heavy = (training.weights > MIN_WEIGHT) | ~present
    return heavy.all(axis=1) & ((present.sum(axis=1) > 1) if priors is None else present.all(axis=1))


def is_prior(priors, n_classes):
    """Return whether priors are left to the data, or there is a positive one for every class."""
    if priors is None:
        return True
    priors = np.asarray(priors)
    return priors.shape == (n_classes,) and priors.dtype.kind in "iuf" and bool((priors > 0).all())
