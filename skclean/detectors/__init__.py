"""Detectors: estimators whose ``fit`` judges every label."""

from skclean.detectors._aliases import DETECTORS as _SINGLE
from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._consensus import Consensus
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._find_label_issues import find_label_issues
from skclean.detectors._recov import ReCoV

__all__ = [
    "DETECTORS",
    "ConfidentLearning",
    "Consensus",
    "FastReCoV",
    "ReCoV",
    "find_label_issues",
]

DETECTORS = {**_SINGLE, "consensus": Consensus}
