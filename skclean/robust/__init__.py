"""Meta-estimators: find wrong labels, treat them, and clean a set or fit a model."""

from skclean.robust._classifier import NoiseRobustClassifier
from skclean.robust._gate import GateReport
from skclean.robust._label_cleaner import LabelCleaner

__all__ = ["GateReport", "LabelCleaner", "NoiseRobustClassifier"]
