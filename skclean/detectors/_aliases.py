"""Short names of the detectors."""

from skclean.detectors._approximate_loo import ApproximateLOO
from skclean.detectors._area_under_margin import AreaUnderMargin
from skclean.detectors._bi_dimensional import BiDimensional
from skclean.detectors._class_gaussian import ClassGaussian
from skclean.detectors._class_prototypes import ClassPrototypes
from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._cook_distance import CookDistance
from skclean.detectors._cross_split import CrossSplit
from skclean.detectors._data_oob import DataOOB
from skclean.detectors._distance_ratio import DistanceRatio
from skclean.detectors._early_learning import EarlyLearning
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._forest_kdn import ForestKDN
from skclean.detectors._forgetting_events import ForgettingEvents
from skclean.detectors._instance_hardness import InstanceHardness
from skclean.detectors._kdn import KDN
from skclean.detectors._knn_shapley import KNNShapley
from skclean.detectors._late_stopping import LateStopping
from skclean.detectors._memorization import Memorization
from skclean.detectors._neighbor_consistency import NeighborConsistency
from skclean.detectors._partition_filter import PartitionFilter
from skclean.detectors._published_recov import PublishedReCoV
from skclean.detectors._recov import ReCoV
from skclean.detectors._relation_graph import RelationGraph
from skclean.detectors._self_influence import SelfInfluence
from skclean.detectors._small_loss import SmallLoss
from skclean.detectors._split_model import SplitModel
from skclean.detectors._synthetic_mislabels import SyntheticMislabels

__all__ = ["DETECTORS"]


DETECTORS = {
    "approximate_loo": ApproximateLOO,
    "area_under_margin": AreaUnderMargin,
    "bi_dimensional": BiDimensional,
    "class_gaussian": ClassGaussian,
    "class_prototypes": ClassPrototypes,
    "confident_learning": ConfidentLearning,
    "cook_distance": CookDistance,
    "cross_split": CrossSplit,
    "data_oob": DataOOB,
    "distance_ratio": DistanceRatio,
    "early_learning": EarlyLearning,
    "fast_recov": FastReCoV,
    "forest_kdn": ForestKDN,
    "forgetting_events": ForgettingEvents,
    "instance_hardness": InstanceHardness,
    "kdn": KDN,
    "knn_shapley": KNNShapley,
    "late_stopping": LateStopping,
    "memorization": Memorization,
    "neighbor_consistency": NeighborConsistency,
    "partition_filter": PartitionFilter,
    "recov": ReCoV,
    "recov_paper": PublishedReCoV,
    "relation_graph": RelationGraph,
    "self_influence": SelfInfluence,
    "small_loss": SmallLoss,
    "split_model": SplitModel,
    "synthetic_mislabels": SyntheticMislabels,
}
