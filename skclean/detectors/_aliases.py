"""Short names of the detectors."""

from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._cross_split import CrossSplit
from skclean.detectors._data_oob import DataOOB
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._instance_hardness import InstanceHardness
from skclean.detectors._memorization import Memorization
from skclean.detectors._partition_filter import PartitionFilter
from skclean.detectors._recov import ReCoV
from skclean.detectors._small_loss import SmallLoss

__all__ = ["DETECTORS"]

DETECTORS = {
    "confident_learning": ConfidentLearning,
    "cross_split": CrossSplit,
    "data_oob": DataOOB,
    "fast_recov": FastReCoV,
    "instance_hardness": InstanceHardness,
    "memorization": Memorization,
    "partition_filter": PartitionFilter,
    "recov": ReCoV,
    "small_loss": SmallLoss,
}
