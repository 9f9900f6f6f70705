from skclean import datasets as datasets
from skclean import detectors as detectors
from skclean import exceptions as exceptions
from skclean import inspection as inspection
from skclean import noise as noise
from skclean import quality as quality
from skclean import robust as robust
from skclean import rules as rules
from skclean import treatments as treatments
from skclean.detectors import find_label_issues as find_label_issues
from skclean.robust import LabelCleaner as LabelCleaner
from skclean.robust import NoiseRobustClassifier as NoiseRobustClassifier
from skclean.robust import NoiseRobustRegressor as NoiseRobustRegressor

__all__ = ["LabelCleaner", "NoiseRobustClassifier", "NoiseRobustRegressor", "find_label_issues"]

__version__: str
