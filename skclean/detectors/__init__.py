"""Detectors: estimators whose ``fit`` judges every label."""

from skclean.detectors._aliases import DETECTORS
from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._cross_split import CrossSplit
from skclean.detectors._data_oob import DataOOB
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._find_label_issues import find_label_issues
from skclean.detectors._instance_hardness import InstanceHardness
from skclean.detectors._memorization import Memorization
from skclean.detectors._partition_filter import PartitionFilter
from skclean.detectors._recov import ReCoV
from skclean.detectors._small_loss import SmallLoss

__all__ = [
    "DETECTORS",
    "ConfidentLearning",
    "CrossSplit",
    "DataOOB",
    "FastReCoV",
    "InstanceHardness",
    "Memorization",
    "PartitionFilter",
    "ReCoV",
    "SmallLoss",
    "find_label_issues",
]
