"""Evidence: an estimator, X and y → out-of-sample class probabilities, columns in the order of the sorted classes."""

from skclean.evidence._class_gaussians import class_log_odds, elliptic_points
from skclean.evidence._cross_fit import cross_fit_proba, split_rows
from skclean.evidence._default import default_estimator
from skclean.evidence._gather import out_of_sample_proba
from skclean.evidence._label_features import LabelFeatures, log_odds, neighbour_shares_of_classes
from skclean.evidence._nearest import nearest
from skclean.evidence._out_of_bag import has_out_of_bag, out_of_bag_proba
from skclean.evidence._points import as_points
from skclean.evidence._prototypes import prototype_shares
from skclean.evidence._repeats import AGGREGATIONS, ENGINES, FoldTally, TemperedFolds, make_folds, repeated_cv
from skclean.evidence._table import TableEncoder, is_table
from skclean.evidence._two_groups import TwoGroups, split_by_class, two_groups

__all__ = [
    "AGGREGATIONS",
    "ENGINES",
    "FoldTally",
    "LabelFeatures",
    "TableEncoder",
    "TemperedFolds",
    "TwoGroups",
    "as_points",
    "class_log_odds",
    "cross_fit_proba",
    "default_estimator",
    "elliptic_points",
    "has_out_of_bag",
    "is_table",
    "log_odds",
    "make_folds",
    "nearest",
    "neighbour_shares_of_classes",
    "out_of_bag_proba",
    "out_of_sample_proba",
    "prototype_shares",
    "repeated_cv",
    "split_by_class",
    "split_rows",
    "two_groups",
]
