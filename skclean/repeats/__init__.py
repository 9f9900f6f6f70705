"""Repeated cross-validation: designs of folds, engines that compute their scores, aggregation to one number per row."""

from skclean.repeats._repeated_cv import ENGINES, repeated_cv
from skclean.repeats._row_scores import RowScores
from skclean.repeats.aggregation._aggregates import AGGREGATIONS, FoldTally
from skclean.repeats.designs._folds import DrawnFolds, SplitterFolds, TemperedFolds, make_folds
from skclean.repeats.engines import (  # noqa: F401 - importing an engine registers it
    _centroids,
    _discriminants,
    _least_squares,
    _logistic,
    _naive_bayes,
    _neighbours,
)
from skclean.repeats.engines._closed_form import has_closed_form

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
