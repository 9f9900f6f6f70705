"""Repeated cross-validation: one door, behind it an engine for each kind of estimator."""

from skclean.evidence._repeats._closed_form import has_closed_form
from skclean.evidence._repeats._door import ENGINES, repeated_cv
from skclean.evidence._repeats._folds import DrawnFolds, SplitterFolds, make_folds
from skclean.evidence._repeats._logistic import LogisticRepeats

__all__ = ["ENGINES", "DrawnFolds", "LogisticRepeats", "SplitterFolds", "has_closed_form", "make_folds", "repeated_cv"]
