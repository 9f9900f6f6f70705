"""Short names of the detectors."""

from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._recov import ReCoV

__all__ = ["DETECTORS"]

DETECTORS = {
    "confident_learning": ConfidentLearning,
    "fast_recov": FastReCoV,
    "recov": ReCoV,
}
