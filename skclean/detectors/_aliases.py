"""Short names of the detectors."""

from skclean.detectors._bi_dimensional import BiDimensional
from skclean.detectors._class_gaussian import ClassGaussian
from skclean.detectors._class_prototypes import ClassPrototypes
from skclean.detectors._confident_learning import ConfidentLearning
from skclean.detectors._fast_recov import FastReCoV
from skclean.detectors._recov import ReCoV
from skclean.detectors._split_model import SplitModel
from skclean.detectors._synthetic_mislabels import SyntheticMislabels

__all__ = ["DETECTORS"]

DETECTORS = {
    "bi_dimensional": BiDimensional,
    "class_gaussian": ClassGaussian,
    "class_prototypes": ClassPrototypes,
    "confident_learning": ConfidentLearning,
    "fast_recov": FastReCoV,
    "recov": ReCoV,
    "split_model": SplitModel,
    "synthetic_mislabels": SyntheticMislabels,
}
