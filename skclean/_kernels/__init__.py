"""Compiled loops over class codes and probabilities, behind functions that check their arguments.

Codes are integers in -1..K-1, where -1 means "skip this row". Matrices are float32 or float64 of
shape (n, K) in any memory order, read-only or memory-mapped: they are neither changed, copied
whole nor converted. `n_jobs` counts threads and never changes a result.

The matrix may be much larger than a cache, so a caller that wants several of these answers
should read it once: `bad, rows = scan_rows(codes, proba)` checks every row
and summarises it, and `self_confidence_sums`, `confident_classes`, `confident_joint`,
`label_quality` and `noise_counts_mask` take that summary as `summary=summary`, with the same results bit for bit.
`rows.predicted` is the first maximum of each row. `rows.rivals_of(some)` names the rivals of some rows,
`rows.rival_code` those of all; both read again the rows whose rival is far behind.
"""

from skclean._kernels import _compiled as _compiled  # first: it says what is missing
from skclean._kernels._contenders import Contenders, find_contenders
from skclean._kernels._folds import (
    MAX_FOLDS,
    NO_FOLD,
    count_fold_extremes,
    draw_even_folds,
    draw_folds,
    group_rows,
    sum_fold_values,
)
from skclean._kernels._forest import MAX_COLUMNS, MISSING_CELL, ByteTable, PackedTree, TreeGrowth, vote_unit
from skclean._kernels._group_sums import compact_rows, gram_groups, multiply_groups, scaled_distances, sum_groups
from skclean._kernels._joint import confident_classes, confident_joint, self_confidence_sums
from skclean._kernels._knn_votes import (
    LANES,
    MAX_LANE_VOTES,
    Voters,
    fold_sizes,
    neighbour_means,
    neighbour_shares,
    neighbour_winners,
    pack_lanes,
    vote_misses,
)
from skclean._kernels._label_propagation import neighbour_agreements, neighbour_values, neighbour_votes
from skclean._kernels._label_quality import label_quality
from skclean._kernels._logistic import SparseRows, logistic_residuals, padded_width
from skclean._kernels._membership import Membership
from skclean._kernels._near_rows import NearLists, measure_lists, project_points
from skclean._kernels._objectives import (
    Derivatives,
    bootstrap_derivatives,
    forward_derivatives,
    power_derivatives,
)
from skclean._kernels._robust_loss import forward_loss, log_loss, power_loss, robust_loss
from skclean._kernels._selection import class_sizes, kept_by_none, lowest_per_class, noise_counts_mask
from skclean._kernels._summary import RowSummary, scan_rows
from skclean._kernels._validate import check_format

__all__ = [
    "LANES",
    "MAX_COLUMNS",
    "MAX_FOLDS",
    "MAX_LANE_VOTES",
    "MISSING_CELL",
    "NO_FOLD",
    "ByteTable",
    "Contenders",
    "Derivatives",
    "Membership",
    "NearLists",
    "PackedTree",
    "RowSummary",
    "SparseRows",
    "TreeGrowth",
    "Voters",
    "bootstrap_derivatives",
    "check_format",
    "class_sizes",
    "compact_rows",
    "confident_classes",
    "confident_joint",
    "count_fold_extremes",
    "draw_even_folds",
    "draw_folds",
    "find_contenders",
    "fold_sizes",
    "forward_derivatives",
    "forward_loss",
    "gram_groups",
    "group_rows",
    "kept_by_none",
    "label_quality",
    "log_loss",
    "logistic_residuals",
    "lowest_per_class",
    "measure_lists",
    "multiply_groups",
    "neighbour_agreements",
    "neighbour_means",
    "neighbour_shares",
    "neighbour_values",
    "neighbour_votes",
    "neighbour_winners",
    "noise_counts_mask",
    "pack_lanes",
    "padded_width",
    "power_derivatives",
    "power_loss",
    "project_points",
    "robust_loss",
    "scaled_distances",
    "scan_rows",
    "self_confidence_sums",
    "sum_fold_values",
    "sum_groups",
    "vote_misses",
    "vote_unit",
]
