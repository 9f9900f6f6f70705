"""Base of the engines of repeated cross-validation without refitting."""

from dataclasses import dataclass, replace
from functools import singledispatch

import numpy as np
from scipy import sparse

from skclean.repeats.engines._scoring import FoldScorer
from skclean.targets import UNLABELLED

__all__ = ["ClosedForm", "Problem", "closed_form", "has_closed_form"]


@dataclass(frozen=True, eq=False)
class Problem:
    """Checked numbers that an engine reads in place of what the caller gave.

    Parameters
    ----------
    X : ndarray or CSR matrix of shape (n_samples, n_features), float64
    y : ndarray of shape (n_samples,)
        Codes of the sorted classes (int32) for classifiers, the target (float64) for regressors.
    classes : ndarray of shape (n_classes,) or None
        Sorted labels, None for regressors.
    scorer : FoldScorer
    sample_weight : ndarray of shape (n_samples,) or None
    active : ndarray of shape (n_samples,), bool
        False for unlabelled rows, which are in no fold (their fold is 255), nor in any training set.
    n_jobs : int or None
    one_step : bool
        Stop after the first step, where an engine iterates.
    """

    X: np.ndarray | sparse.csr_matrix
    y: np.ndarray
    classes: np.ndarray | None
    scorer: FoldScorer
    sample_weight: np.ndarray | None = None
    active: np.ndarray | None = None
    n_jobs: int | None = None
    one_step: bool = False

    def of_rows(self, active):
        """The same problem with fewer rows that take part."""
        y = self.y if self.classes is None else np.where(active, self.y, np.int32(UNLABELLED))
        return replace(self, y=y, active=active)


@singledispatch
def closed_form(estimator, problem):
    """The engine for this type of estimator with these parameters, or None if there is none.

    Each engine's file registers its estimators. `repeated_cv` looks up the exact type, since a subclass may do
    something else.

    Parameters
    ----------
    estimator : estimator
        Unfitted.
    problem : Problem

    Returns
    -------
    engine : ClosedForm or None
    """
    return None


def has_closed_form(estimator: object) -> bool:
    """Return whether some engine knows this very type of estimator."""
    return type(estimator) in closed_form.registry and type(estimator) is not object


class ClosedForm:
    """Fold scores of many repeats without fitting the estimator again.

    Subclasses write ``predict(fold, n_splits)`` or override ``fold_scores``. They must be safe to call from several
    threads: whatever a call needs to write, it makes for itself.

    Parameters
    ----------
    problem : Problem

    Attributes
    ----------
    repeats_a_block : int or None
        How many repeats the engine would like to score at once; None leaves it to `repeated_cv`.
    """

    repeats_a_block = None

    def __init__(self, problem):
        self.problem = problem

    def of_rows(self, active):
        """The engine for repeats in which fewer rows take part; this one, where it heeds fold 255 as it comes.

        Parameters
        ----------
        active : ndarray of shape (n_samples,), bool
        """
        return self

    def prepare(self, n_splits):
        """Do, before blocks run side by side, what all of them need; called with all threads at hand."""

    def fold_scores(self, folds, n_splits):
        """Scores of all folds of a block of repeats.

        Parameters
        ----------
        folds : ndarray of shape (n_repeats, n_samples), uint8
            The fold of every row in every repeat; 255 for rows that take no part.
        n_splits : int

        Returns
        -------
        scores : ndarray of shape (n_repeats, n_splits), float64
        """
        scores = np.empty((len(folds), n_splits))
        for row, fold in enumerate(folds):
            predicted, present = self.predict(fold, n_splits)
            scores[row] = self.problem.scorer(predicted, fold, n_splits, present)
        return scores

    def predict(self, fold, n_splits):
        """Return what the model trained without a row's fold says of the row, for all rows in one repeat.

        Returns
        -------
        predicted : ndarray of shape (n_samples,) or (n_samples, n_classes)
            Whatever ``problem.scorer.response`` asks for: "predict" means codes for classifiers; "decision_function"
            of two classes and "predict" have no second axis. Rows that take no part may hold anything.
        present : ndarray of shape (n_splits, n_classes), bool, or None
            Which classes each fold's model has seen; None means all, and for regressors.
        """
        raise NotImplementedError
