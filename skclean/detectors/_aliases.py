"""Short names of the detectors."""

from skclean.detectors._approximate_loo import ApproximateLOO
from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._cook_distance import CookDistance
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._recov import ReCoV
from skclean.detectors._self_influence import SelfInfluence

__all__ = ["DETECTORS"]

DETECTORS = {
    "approximate_loo": ApproximateLOO,
    "confident_learning": ConfidentLearning,
    "cook_distance": CookDistance,
    "fast_recov": FastReCoV,
    "recov": ReCoV,
    "self_influence": SelfInfluence,
}
