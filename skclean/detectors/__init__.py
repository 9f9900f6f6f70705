"""Detectors: estimators whose ``fit`` judges every label."""

from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._find_label_issues import find_label_issues

__all__ = ["DETECTORS", "ConfidentLearning", "find_label_issues"]

DETECTORS = {"confident_learning": ConfidentLearning}
