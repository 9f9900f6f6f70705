"""Detectors: estimators whose ``fit`` judges every label."""

from skclean.detectors._aliases import DETECTORS as _SINGLE
from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._consensus import Consensus
from skclean.detectors._distance_ratio import DistanceRatio
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._find_label_issues import find_label_issues
from skclean.detectors._forest_kdn import ForestKDN
from skclean.detectors._kdn import KDN
from skclean.detectors._knn_shapley import KNNShapley
from skclean.detectors._neighbor_consistency import NeighborConsistency
from skclean.detectors._recov import ReCoV
from skclean.detectors._relation_graph import RelationGraph

__all__ = [
    "DETECTORS",
    "KDN",
    "ConfidentLearning",
    "Consensus",
    "DistanceRatio",
    "FastReCoV",
    "ForestKDN",
    "KNNShapley",
    "NeighborConsistency",
    "ReCoV",
    "RelationGraph",
    "find_label_issues",
]

DETECTORS = {**_SINGLE, "consensus": Consensus}
