"""Detectors: estimators whose ``fit`` judges every label."""

from skclean.detectors._aliases import DETECTORS
from skclean.detectors._bi_dimensional import BiDimensional
from skclean.detectors._class_gaussian import ClassGaussian
from skclean.detectors._class_prototypes import ClassPrototypes
from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._find_label_issues import find_label_issues
from skclean.detectors._recov import ReCoV
from skclean.detectors._split_model import SplitModel
from skclean.detectors._synthetic_mislabels import SyntheticMislabels

__all__ = [
    "DETECTORS",
    "BiDimensional",
    "ClassGaussian",
    "ClassPrototypes",
    "ConfidentLearning",
    "FastReCoV",
    "ReCoV",
    "SplitModel",
    "SyntheticMislabels",
    "find_label_issues",
]
