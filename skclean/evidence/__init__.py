"""Evidence: an estimator, X and y → out-of-sample class probabilities, columns in the order of the sorted classes."""

from skclean.evidence._leaks import Leak, find_leaks, identifies_rows
from skclean.evidence._limits import SeenClasses, find_limits, limit_by_skill, limit_by_weight
from skclean.evidence._skill import ENOUGH, ENOUGH_OF_A_CLASS, Skill, measure_skill
from skclean.evidence.cross_fitting._cross_fit import cross_fit_proba, split_rows
from skclean.evidence.cross_fitting._cross_split import cross_split_proba
from skclean.evidence.cross_fitting._final_estimator import last_step
from skclean.evidence.cross_fitting._labelled_rows import CrossFitted, LabelledRows, fit_beside_folds, labelled_rows
from skclean.evidence.cross_fitting._leaf_shares import leaf_shares, share_forest
from skclean.evidence.cross_fitting._leaf_votes import leaf_vote_proba
from skclean.evidence.cross_fitting._out_of_bag import has_out_of_bag, out_of_bag_proba, out_of_sample_proba
from skclean.evidence.cross_fitting._resampling import (
    Draw,
    SubsetSums,
    sum_over_draws,
    sum_over_partitions,
    sum_over_subsets,
)
from skclean.evidence.cross_fitting._responses import MIN_PROBA, fit_predict_proba, fit_predict_steps, fit_predict_votes
from skclean.evidence.default_model._bin_points import BinPoints
from skclean.evidence.default_model._class_gaussians import class_log_odds, elliptic_points, fit_class_shapes
from skclean.evidence.default_model._class_shapes import class_shape_proba
from skclean.evidence.default_model._default import (
    default_committee,
    default_estimator,
    default_forest,
    default_proba,
    leaf_forest,
    requesting_weights,
)
from skclean.evidence.default_model._default_matrix import default_matrix, matrix_and_inverse
from skclean.evidence.default_model._default_mixin import DefaultModelMixin
from skclean.evidence.default_model._members import mix_with_members
from skclean.evidence.default_model._table_forest import TableForest, fit_out_of_bag
from skclean.evidence.geometry._divergence import label_divergence
from skclean.evidence.geometry._label_features import LabelFeatures, log_odds
from skclean.evidence.geometry._label_walk import walk_shares
from skclean.evidence.geometry._near_duplicates import (
    NearPairs,
    chance_so_near,
    distinct_rows,
    near_lists,
    near_pairs,
    off_topic_heights,
)
from skclean.evidence.geometry._prototypes import prototype_shares
from skclean.evidence.geometry._tail_selection import select_in_two_dimensions
from skclean.evidence.geometry._two_groups import TwoGroups, split_by_class, two_groups
from skclean.evidence.geometry._votes import (
    class_votes,
    distance_weights,
    strongest_other,
    voting_neighbours,
    voting_rows,
)
from skclean.evidence.numbers._number_forest import OutOfBagNumbers, TableForestRegressor, fit_numbers_out_of_bag
from skclean.evidence.numbers._out_of_sample import default_regressor, has_closed_form, out_of_sample_numbers
from skclean.evidence.numbers._robust import right_weight, robust_spread
from skclean.evidence.survival._density import Records, event_time_density
from skclean.evidence.survival._time_bins import log_times, make_time_bins
from skclean.evidence.training._linear_influence import LinearInfluence, default_linear_model, linear_influence
from skclean.evidence.training._staged import default_staged_model, staged_scores

__all__ = [
    "ENOUGH",
    "ENOUGH_OF_A_CLASS",
    "MIN_PROBA",
    "BinPoints",
    "CrossFitted",
    "DefaultModelMixin",
    "Draw",
    "LabelFeatures",
    "LabelledRows",
    "Leak",
    "LinearInfluence",
    "NearPairs",
    "OutOfBagNumbers",
    "Records",
    "SeenClasses",
    "Skill",
    "SubsetSums",
    "TableForest",
    "TableForestRegressor",
    "TwoGroups",
    "chance_so_near",
    "class_log_odds",
    "class_shape_proba",
    "class_votes",
    "cross_fit_proba",
    "cross_split_proba",
    "default_committee",
    "default_estimator",
    "default_forest",
    "default_linear_model",
    "default_matrix",
    "default_proba",
    "default_regressor",
    "default_staged_model",
    "distance_weights",
    "distinct_rows",
    "elliptic_points",
    "event_time_density",
    "find_leaks",
    "find_limits",
    "fit_beside_folds",
    "fit_class_shapes",
    "fit_numbers_out_of_bag",
    "fit_out_of_bag",
    "fit_predict_proba",
    "fit_predict_steps",
    "fit_predict_votes",
    "has_closed_form",
    "has_out_of_bag",
    "identifies_rows",
    "label_divergence",
    "labelled_rows",
    "last_step",
    "leaf_forest",
    "leaf_shares",
    "leaf_vote_proba",
    "limit_by_skill",
    "limit_by_weight",
    "linear_influence",
    "log_odds",
    "log_times",
    "make_time_bins",
    "matrix_and_inverse",
    "measure_skill",
    "mix_with_members",
    "near_lists",
    "near_pairs",
    "off_topic_heights",
    "out_of_bag_proba",
    "out_of_sample_numbers",
    "out_of_sample_proba",
    "prototype_shares",
    "requesting_weights",
    "right_weight",
    "robust_spread",
    "select_in_two_dimensions",
    "share_forest",
    "split_by_class",
    "split_rows",
    "staged_scores",
    "strongest_other",
    "sum_over_draws",
    "sum_over_partitions",
    "sum_over_subsets",
    "two_groups",
    "voting_neighbours",
    "voting_rows",
    "walk_shares",
]
