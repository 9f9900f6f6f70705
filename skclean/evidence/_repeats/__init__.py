"""Repeated cross-validation: one door, behind it an engine for each kind of estimator."""

from skclean.evidence._repeats import (  # noqa: F401 - importing an engine registers it
    _centroids,
    _discriminants,
    _least_squares,
    _logistic,
    _naive_bayes,
    _neighbours,
)
from skclean.evidence._repeats._aggregates import AGGREGATIONS, FoldTally
from skclean.evidence._repeats._closed_form import has_closed_form
from skclean.evidence._repeats._door import ENGINES, repeated_cv
from skclean.evidence._repeats._folds import DrawnFolds, SplitterFolds, TemperedFolds, make_folds
from skclean.evidence._repeats._row_scores import RowScores

__all__ = [
    "AGGREGATIONS",
    "ENGINES",
    "DrawnFolds",
    "FoldTally",
    "RowScores",
    "SplitterFolds",
    "TemperedFolds",
    "has_closed_form",
    "make_folds",
    "repeated_cv",
]
