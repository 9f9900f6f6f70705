"""Detectors: estimators whose ``fit`` judges every label."""

from skclean.detectors._aliases import DETECTORS
from skclean.detectors._approximate_loo import ApproximateLOO
from skclean.detectors._area_under_margin import AreaUnderMargin
from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._cook_distance import CookDistance
from skclean.detectors._early_learning import EarlyLearning
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._find_label_issues import find_label_issues
from skclean.detectors._forgetting_events import ForgettingEvents
from skclean.detectors._late_stopping import LateStopping
from skclean.detectors._recov import ReCoV
from skclean.detectors._self_influence import SelfInfluence

__all__ = [
    "DETECTORS",
    "ApproximateLOO",
    "AreaUnderMargin",
    "ConfidentLearning",
    "CookDistance",
    "EarlyLearning",
    "FastReCoV",
    "ForgettingEvents",
    "LateStopping",
    "ReCoV",
    "SelfInfluence",
    "find_label_issues",
]
