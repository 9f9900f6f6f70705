"""Evidence: an estimator, X and y → out-of-sample class probabilities, columns in the order of the sorted classes."""

from skclean.evidence._bin_points import BinPoints
from skclean.evidence._class_gaussians import class_log_odds, elliptic_points, fit_class_shapes
from skclean.evidence._class_shapes import class_shape_proba
from skclean.evidence._cross_fit import cross_fit_proba, split_rows
from skclean.evidence._cross_split import cross_split_proba
from skclean.evidence._default import (
    default_committee,
    default_estimator,
    default_forest,
    default_proba,
    leaf_forest,
    requesting_weights,
)
from skclean.evidence._divergence import label_divergence
from skclean.evidence._final_estimator import last_step
from skclean.evidence._label_features import LabelFeatures, log_odds
from skclean.evidence._label_walk import walk_shares
from skclean.evidence._leaf_votes import leaf_vote_proba
from skclean.evidence._leaks import Leak, find_leaks
from skclean.evidence._limits import SeenClasses, find_limits, limit_by_skill, limit_by_weight
from skclean.evidence._linear_influence import LinearInfluence, default_linear_model, linear_influence
from skclean.evidence._members import mix_with_members
from skclean.evidence._out_of_bag import has_out_of_bag, out_of_bag_proba, out_of_sample_proba
from skclean.evidence._prototypes import prototype_shares
from skclean.evidence._resampling import Draw, SubsetSums, sum_over_draws, sum_over_partitions, sum_over_subsets
from skclean.evidence._responses import MIN_PROBA, fit_predict_proba, fit_predict_steps, fit_predict_votes
from skclean.evidence._skill import ENOUGH, ENOUGH_OF_A_CLASS, Skill, measure_skill
from skclean.evidence._staged import default_staged_model, staged_scores
from skclean.evidence._table_forest import TableForest, fit_out_of_bag
from skclean.evidence._tail_selection import select_in_two_dimensions
from skclean.evidence._two_groups import TwoGroups, split_by_class, two_groups
from skclean.evidence._votes import class_votes, distance_weights, strongest_other, voting_neighbours, voting_rows

__all__ = [
    "ENOUGH",
    "ENOUGH_OF_A_CLASS",
    "MIN_PROBA",
    "BinPoints",
    "Draw",
    "LabelFeatures",
    "Leak",
    "LinearInfluence",
    "SeenClasses",
    "Skill",
    "SubsetSums",
    "TableForest",
    "TwoGroups",
    "class_log_odds",
    "class_shape_proba",
    "class_votes",
    "cross_fit_proba",
    "cross_split_proba",
    "default_committee",
    "default_estimator",
    "default_forest",
    "default_linear_model",
    "default_proba",
    "default_staged_model",
    "distance_weights",
    "elliptic_points",
    "find_leaks",
    "find_limits",
    "fit_class_shapes",
    "fit_out_of_bag",
    "fit_predict_proba",
    "fit_predict_steps",
    "fit_predict_votes",
    "has_out_of_bag",
    "label_divergence",
    "last_step",
    "leaf_forest",
    "leaf_vote_proba",
    "limit_by_skill",
    "limit_by_weight",
    "linear_influence",
    "log_odds",
    "measure_skill",
    "mix_with_members",
    "out_of_bag_proba",
    "out_of_sample_proba",
    "prototype_shares",
    "requesting_weights",
    "select_in_two_dimensions",
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
