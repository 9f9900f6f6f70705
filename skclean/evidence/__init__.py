"""Evidence: an estimator, X and y → out-of-sample class probabilities, columns in the order of the sorted classes."""

from skclean.evidence._asked import LEAST_PROBA, ask_proba, ask_steps, ask_votes
from skclean.evidence._cross_fit import cross_fit_proba, split_rows
from skclean.evidence._cross_split import cross_split_proba
from skclean.evidence._default import default_committee, default_estimator, default_forest, requesting_weights
from skclean.evidence._draws import sum_over_draws, sum_over_partitions
from skclean.evidence._gather import out_of_sample_proba
from skclean.evidence._out_of_bag import has_out_of_bag, out_of_bag_proba
from skclean.evidence._points import as_points
from skclean.evidence._repeats import AGGREGATIONS, ENGINES, FoldTally, TemperedFolds, make_folds, repeated_cv
from skclean.evidence._subsampled import Draw, SubsetSums, sum_over_subsets
from skclean.evidence._table import TableEncoder, as_numbers, is_table

__all__ = [
    "AGGREGATIONS",
    "ENGINES",
    "LEAST_PROBA",
    "Draw",
    "FoldTally",
    "SubsetSums",
    "TableEncoder",
    "TemperedFolds",
    "as_numbers",
    "as_points",
    "ask_proba",
    "ask_steps",
    "ask_votes",
    "cross_fit_proba",
    "cross_split_proba",
    "default_committee",
    "default_estimator",
    "default_forest",
    "has_out_of_bag",
    "is_table",
    "make_folds",
    "out_of_bag_proba",
    "out_of_sample_proba",
    "repeated_cv",
    "requesting_weights",
    "split_rows",
    "sum_over_draws",
    "sum_over_partitions",
    "sum_over_subsets",
]
