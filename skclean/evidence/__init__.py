"""Evidence: an estimator, X and y → out-of-sample class probabilities, columns in the order of the sorted classes."""

from skclean.evidence._cross_fit import cross_fit_proba, split_rows
from skclean.evidence._default import default_estimator
from skclean.evidence._gather import out_of_sample_proba
from skclean.evidence._leaf_votes import leaf_vote_proba
from skclean.evidence._linear_influence import LinearInfluence, default_linear_model, linear_influence
from skclean.evidence._nearest import Neighbourhood, find_neighbours, neighbour_blocks
from skclean.evidence._out_of_bag import has_out_of_bag, out_of_bag_proba
from skclean.evidence._points import PointEncoder, as_points
from skclean.evidence._repeats import AGGREGATIONS, ENGINES, FoldTally, TemperedFolds, make_folds, repeated_cv
from skclean.evidence._staged import default_staged_model, staged_scores
from skclean.evidence._table import TableEncoder, is_table
from skclean.evidence._votes import class_votes, distance_weights, strongest_other, voting_neighbours, voting_rows

__all__ = [
    "AGGREGATIONS",
    "ENGINES",
    "FoldTally",
    "LinearInfluence",
    "Neighbourhood",
    "PointEncoder",
    "TableEncoder",
    "TemperedFolds",
    "as_points",
    "class_votes",
    "cross_fit_proba",
    "default_estimator",
    "default_linear_model",
    "default_staged_model",
    "distance_weights",
    "find_neighbours",
    "has_out_of_bag",
    "is_table",
    "leaf_vote_proba",
    "linear_influence",
    "make_folds",
    "neighbour_blocks",
    "out_of_bag_proba",
    "out_of_sample_proba",
    "repeated_cv",
    "split_rows",
    "staged_scores",
    "strongest_other",
    "voting_neighbours",
    "voting_rows",
]
