"""From arrays to label quality: one number per label in [0, 1], low is suspicious."""

from skclean.quality._label_quality import QUALITY_METHODS, label_quality
from skclean.quality._multilabel_quality import MULTILABEL_METHODS, cell_quality, multilabel_quality
from skclean.quality._ordinal_quality import ORDINAL_METHODS, ordinal_quality

__all__ = [
    "MULTILABEL_METHODS",
    "ORDINAL_METHODS",
    "QUALITY_METHODS",
    "cell_quality",
    "label_quality",
    "multilabel_quality",
    "ordinal_quality",
]
