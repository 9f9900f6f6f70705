"""From arrays to label quality: one number per label in [0, 1], low is suspicious."""

from skclean.quality._label_quality import QUALITY_METHODS, label_quality

__all__ = ["QUALITY_METHODS", "label_quality"]
