"""Repeated cross-validation: one door, behind it an engine for each kind of estimator.

Importing an engine registers it.
"""

from skclean.evidence._repeats._centroids import Centroids
from skclean.evidence._repeats._closed_form import has_closed_form
from skclean.evidence._repeats._discriminants import LinearDiscriminant, QuadraticDiscriminant
from skclean.evidence._repeats._door import ENGINES, repeated_cv
from skclean.evidence._repeats._folds import DrawnFolds, SplitterFolds, make_folds
from skclean.evidence._repeats._least_squares import LeastSquares, LeastSquaresClassifier
from skclean.evidence._repeats._naive_bayes import BernoulliBayes, GaussianBayes, MultinomialBayes

__all__ = [
    "ENGINES",
    "BernoulliBayes",
    "Centroids",
    "DrawnFolds",
    "GaussianBayes",
    "LeastSquares",
    "LeastSquaresClassifier",
    "LinearDiscriminant",
    "MultinomialBayes",
    "QuadraticDiscriminant",
    "SplitterFolds",
    "has_closed_form",
    "make_folds",
    "repeated_cv",
]
