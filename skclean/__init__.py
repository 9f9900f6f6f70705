"""Find wrong labels, decide what to do about each, and fit models that they do not hurt.

Names are imported at their first use, so ``import skclean`` and ``skclean --help`` import neither NumPy nor
scikit-learn. ``__init__.pyi`` tells type checkers and editors what the names are.
"""

from skclean._cli import _early  # noqa: F401 (first: a process that is the command minds Ctrl-C from here on)
from skclean.utils import _lazy
from skclean.utils._version import __version__ as __version__

__all__ = ["LabelCleaner", "NoiseRobustClassifier", "NoiseRobustRegressor", "find_label_issues"]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "LabelCleaner": "skclean.robust",
        "NoiseRobustClassifier": "skclean.robust",
        "NoiseRobustRegressor": "skclean.robust",
        "find_label_issues": "skclean.detectors",
    },
)
