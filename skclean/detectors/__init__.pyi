from skclean.detectors._aliases import default_detector as default_detector
from skclean.detectors._confident_learning import ConfidentLearning as ConfidentLearning
from skclean.detectors._find_label_issues import find_label_issues as find_label_issues
from skclean.detectors._given import Findings as Findings
from skclean.detectors._given import Given as Given
from skclean.detectors._template import DetectorTemplate as DetectorTemplate
from skclean.detectors.consensus._consensus import Consensus as Consensus
from skclean.detectors.dynamics._area_under_margin import AreaUnderMargin as AreaUnderMargin
from skclean.detectors.dynamics._early_learning import EarlyLearning as EarlyLearning
from skclean.detectors.dynamics._forgetting_events import ForgettingEvents as ForgettingEvents
from skclean.detectors.dynamics._late_stopping import LateStopping as LateStopping
from skclean.detectors.dynamics._small_loss import SmallLoss as SmallLoss
from skclean.detectors.ensembles._cross_split import CrossSplit as CrossSplit
from skclean.detectors.ensembles._data_oob import DataOOB as DataOOB
from skclean.detectors.ensembles._instance_hardness import InstanceHardness as InstanceHardness
from skclean.detectors.ensembles._memorization import Memorization as Memorization
from skclean.detectors.ensembles._partition_filter import PartitionFilter as PartitionFilter
from skclean.detectors.geometry._bi_dimensional import BiDimensional as BiDimensional
from skclean.detectors.geometry._class_gaussian import ClassGaussian as ClassGaussian
from skclean.detectors.geometry._class_prototypes import ClassPrototypes as ClassPrototypes
from skclean.detectors.geometry._self_clean_audit import SelfCleanAudit as SelfCleanAudit
from skclean.detectors.influence._approximate_loo import ApproximateLOO as ApproximateLOO
from skclean.detectors.influence._cook_distance import CookDistance as CookDistance
from skclean.detectors.influence._self_influence import SelfInfluence as SelfInfluence
from skclean.detectors.learned._split_model import SplitModel as SplitModel
from skclean.detectors.learned._synthetic_mislabels import SyntheticMislabels as SyntheticMislabels
from skclean.detectors.neighbours._distance_ratio import DistanceRatio as DistanceRatio
from skclean.detectors.neighbours._forest_kdn import ForestKDN as ForestKDN
from skclean.detectors.neighbours._kdn import KDN as KDN
from skclean.detectors.neighbours._knn_shapley import KNNShapley as KNNShapley
from skclean.detectors.neighbours._neighbor_consistency import NeighborConsistency as NeighborConsistency
from skclean.detectors.neighbours._relation_graph import RelationGraph as RelationGraph
from skclean.detectors.ordinal._ordinal_confident_learning import OrdinalConfidentLearning as OrdinalConfidentLearning
from skclean.detectors.recov._fast_recov import FastReCoV as FastReCoV
from skclean.detectors.recov._published_recov import PublishedReCoV as PublishedReCoV
from skclean.detectors.recov._recov import ReCoV as ReCoV
from skclean.detectors.residuals._regression_residuals import RegressionResiduals as RegressionResiduals
from skclean.detectors.survival._survival_audit import SurvivalAudit as SurvivalAudit
from skclean.detectors.tags._confident_tags import MultiLabelConfidentLearning as MultiLabelConfidentLearning
from skclean.utils._discovery import Aliases

__all__ = [
    "DETECTORS",
    "KDN",
    "ApproximateLOO",
    "AreaUnderMargin",
    "BiDimensional",
    "ClassGaussian",
    "ClassPrototypes",
    "ConfidentLearning",
    "Consensus",
    "CookDistance",
    "CrossSplit",
    "DataOOB",
    "DetectorTemplate",
    "DistanceRatio",
    "EarlyLearning",
    "FastReCoV",
    "Findings",
    "ForestKDN",
    "ForgettingEvents",
    "Given",
    "InstanceHardness",
    "KNNShapley",
    "LateStopping",
    "Memorization",
    "MultiLabelConfidentLearning",
    "NeighborConsistency",
    "OrdinalConfidentLearning",
    "PartitionFilter",
    "PublishedReCoV",
    "ReCoV",
    "RegressionResiduals",
    "RelationGraph",
    "SelfCleanAudit",
    "SelfInfluence",
    "SmallLoss",
    "SplitModel",
    "SurvivalAudit",
    "SyntheticMislabels",
    "default_detector",
    "find_label_issues",
]

DETECTORS: Aliases
