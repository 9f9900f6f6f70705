"""Evidence: an estimator, X and y → out-of-sample class probabilities, columns in the order of the sorted classes."""

from skclean.evidence._cross_fit import cross_fit_proba, split_rows
from skclean.evidence._default import default_estimator
from skclean.evidence._gather import out_of_sample_proba
from skclean.evidence._linear_influence import LinearInfluence, default_linear_model, linear_influence
from skclean.evidence._out_of_bag import has_out_of_bag, out_of_bag_proba
from skclean.evidence._points import as_points
from skclean.evidence._repeats import AGGREGATIONS, ENGINES, FoldTally, TemperedFolds, make_folds, repeated_cv
from skclean.evidence._staged import default_staged_model, staged_scores
from skclean.evidence._table import TableEncoder, is_table

__all__ = [
    "AGGREGATIONS",
    "ENGINES",
    "FoldTally",
    "LinearInfluence",
    "TableEncoder",
    "TemperedFolds",
    "as_points",
    "cross_fit_proba",
    "default_estimator",
    "default_linear_model",
    "default_staged_model",
    "has_out_of_bag",
    "is_table",
    "linear_influence",
    "make_folds",
    "out_of_bag_proba",
    "out_of_sample_proba",
    "repeated_cv",
    "split_rows",
    "staged_scores",
]
