"""Meta-estimators: find wrong labels and treat them, learn from labels that stay noisy, and decide under noise.

Names are imported at their first use: each estimator imports only what it needs.
"""

from skclean.utils import _lazy

__all__ = [
    "BaggingReweightClassifier",
    "CleanSeedClassifier",
    "CoTeachingClassifier",
    "GateReport",
    "IterativeFilterClassifier",
    "LabelCleaner",
    "NoiseRobustClassifier",
    "NoisyLabelEM",
    "PrivilegedInformationClassifier",
    "QualityConditionedClassifier",
    "RobustForestClassifier",
]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "BaggingReweightClassifier": "skclean.robust.training._bagging_reweight",
        "CleanSeedClassifier": "skclean.robust.training._clean_seed",
        "CoTeachingClassifier": "skclean.robust.training._co_teaching",
        "GateReport": "skclean.robust._gate",
        "IterativeFilterClassifier": "skclean.robust.training._iterative_filter",
        "LabelCleaner": "skclean.robust._label_cleaner",
        "NoiseRobustClassifier": "skclean.robust._classifier",
        "NoisyLabelEM": "skclean.robust.training._noisy_label_em",
        "PrivilegedInformationClassifier": "skclean.robust.training._privileged",
        "QualityConditionedClassifier": "skclean.robust.training._quality_conditioned",
        "RobustForestClassifier": "skclean.robust.training._robust_forest",
    },
)
