"""Short names of the detectors."""

from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._distance_ratio import DistanceRatio
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._forest_kdn import ForestKDN
from skclean.detectors._kdn import KDN
from skclean.detectors._knn_shapley import KNNShapley
from skclean.detectors._neighbor_consistency import NeighborConsistency
from skclean.detectors._recov import ReCoV
from skclean.detectors._relation_graph import RelationGraph

__all__ = ["DETECTORS"]

DETECTORS = {
    "confident_learning": ConfidentLearning,
    "distance_ratio": DistanceRatio,
    "fast_recov": FastReCoV,
    "forest_kdn": ForestKDN,
    "kdn": KDN,
    "knn_shapley": KNNShapley,
    "neighbor_consistency": NeighborConsistency,
    "recov": ReCoV,
    "relation_graph": RelationGraph,
}
