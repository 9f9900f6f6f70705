"""Adapt fitted models to data that differ from those they were trained on.

Names are imported at their first use.
"""

from skclean.utils import _lazy

__all__ = ["LabelShiftClassifier", "censoring_weights"]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "LabelShiftClassifier": "skclean.adapt._label_shift",
        "censoring_weights": "skclean.adapt._censoring_weights",
    },
)
