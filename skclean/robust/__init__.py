"""Meta-estimators: find wrong labels and treat them, learn from labels that stay noisy, and decide under noise.

Names are imported at their first use: each estimator imports only what it needs.
"""

from skclean.utils import _lazy

__all__ = [
    "ABSTAIN",
    "BaggingReweightClassifier",
    "CascadeClassifier",
    "CensoredRegressor",
    "CleanSeedClassifier",
    "CoTeachingClassifier",
    "CostControlledSets",
    "FairAbstainingClassifier",
    "GateReport",
    "ImplicitFeedbackClassifier",
    "IterativeFilterClassifier",
    "LabelCleaner",
    "LabelPairClassifier",
    "NoiseAwareConformalClassifier",
    "NoiseRobustClassifier",
    "NoiseRobustMultiLabelClassifier",
    "NoisyLabelEM",
    "PartialMultiLabelClassifier",
    "PlausibleLabelsEnsemble",
    "PrivilegedInformationClassifier",
    "QualityConditionedClassifier",
    "RobustForestClassifier",
    "RobustLogisticRegression",
    "SelfDistillationClassifier",
    "SpectralTruncationClassifier",
    "is_abstain",
]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "ABSTAIN": "skclean.robust.decisions._abstain",
        "BaggingReweightClassifier": "skclean.robust.training._bagging_reweight",
        "CascadeClassifier": "skclean.robust.decisions._cascade",
        "CensoredRegressor": "skclean.robust.training._censored_regressor",
        "CleanSeedClassifier": "skclean.robust.training._clean_seed",
        "CoTeachingClassifier": "skclean.robust.training._co_teaching",
        "CostControlledSets": "skclean.robust.decisions._cost_controlled",
        "FairAbstainingClassifier": "skclean.robust.decisions._fair_abstaining",
        "GateReport": "skclean.robust._gate",
        "ImplicitFeedbackClassifier": "skclean.robust.training._implicit_feedback",
        "IterativeFilterClassifier": "skclean.robust.training._iterative_filter",
        "LabelCleaner": "skclean.robust._label_cleaner",
        "LabelPairClassifier": "skclean.robust.training._label_pairs",
        "NoiseAwareConformalClassifier": "skclean.robust.decisions._conformal",
        "NoiseRobustClassifier": "skclean.robust._classifier",
        "NoiseRobustMultiLabelClassifier": "skclean.robust._multi_label_classifier",
        "NoisyLabelEM": "skclean.robust.training._noisy_label_em",
        "PartialMultiLabelClassifier": "skclean.robust.training._partial_tags",
        "PlausibleLabelsEnsemble": "skclean.robust.decisions._plausible_labels",
        "PrivilegedInformationClassifier": "skclean.robust.training._privileged",
        "QualityConditionedClassifier": "skclean.robust.training._quality_conditioned",
        "RobustForestClassifier": "skclean.robust.training._robust_forest",
        "RobustLogisticRegression": "skclean.robust.training._robust_logistic",
        "SelfDistillationClassifier": "skclean.robust.training._self_distillation",
        "SpectralTruncationClassifier": "skclean.robust.training._spectral",
        "is_abstain": "skclean.robust.decisions._abstain",
    },
)
