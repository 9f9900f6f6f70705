"""Find wrong labels, decide what to do about each, and fit models that they do not hurt."""

from skclean._cli import _early  # noqa: F401 (first: a process that is the command minds Ctrl-C from here on)
from skclean.detectors import find_label_issues
from skclean.robust import LabelCleaner, NoiseRobustClassifier
from skclean.utils._version import __version__ as __version__

__all__ = ["LabelCleaner", "NoiseRobustClassifier", "find_label_issues"]
