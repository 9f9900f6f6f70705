"""Meta-estimators: find wrong labels and treat them, learn from labels that stay noisy, and decide under noise.

Names are imported at their first use: each estimator imports only what it needs.
"""

from skclean.utils import _lazy

__all__ = [
    "ABSTAIN",
    "CostControlledSets",
    "GateReport",
    "LabelCleaner",
    "NoiseAwareConformalClassifier",
    "NoiseRobustClassifier",
    "PlausibleLabelsEnsemble",
    "abstained",
]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "ABSTAIN": "skclean.robust.decisions._abstain",
        "CostControlledSets": "skclean.robust.decisions._cost_controlled",
        "GateReport": "skclean.robust._gate",
        "LabelCleaner": "skclean.robust._label_cleaner",
        "NoiseAwareConformalClassifier": "skclean.robust.decisions._conformal",
        "NoiseRobustClassifier": "skclean.robust._classifier",
        "PlausibleLabelsEnsemble": "skclean.robust.decisions._plausible_labels",
        "abstained": "skclean.robust.decisions._abstain",
    },
)
