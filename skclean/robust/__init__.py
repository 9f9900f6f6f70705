"""Meta-estimators: find wrong labels and treat them, learn from labels that stay noisy, and decide under noise.

Names are imported at their first use: each estimator imports only what it needs.
"""

from skclean.utils import _lazy

__all__ = [
    "CleanSeedClassifier",
    "GateReport",
    "LabelCleaner",
    "NoiseRobustClassifier",
    "NoisyLabelEM",
]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "CleanSeedClassifier": "skclean.robust.training._clean_seed",
        "GateReport": "skclean.robust._gate",
        "LabelCleaner": "skclean.robust._label_cleaner",
        "NoiseRobustClassifier": "skclean.robust._classifier",
        "NoisyLabelEM": "skclean.robust.training._noisy_label_em",
    },
)
