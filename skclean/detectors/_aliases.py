"""Short names of the detectors."""

from skclean.detectors._approximate_loo import ApproximateLOO
from skclean.detectors._area_under_margin import AreaUnderMargin
from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._cook_distance import CookDistance
from skclean.detectors._early_learning import EarlyLearning
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._forgetting_events import ForgettingEvents
from skclean.detectors._late_stopping import LateStopping
from skclean.detectors._recov import ReCoV
from skclean.detectors._self_influence import SelfInfluence

__all__ = ["DETECTORS"]

DETECTORS = {
    "approximate_loo": ApproximateLOO,
    "area_under_margin": AreaUnderMargin,
    "confident_learning": ConfidentLearning,
    "cook_distance": CookDistance,
    "early_learning": EarlyLearning,
    "fast_recov": FastReCoV,
    "forgetting_events": ForgettingEvents,
    "late_stopping": LateStopping,
    "recov": ReCoV,
    "self_influence": SelfInfluence,
}
