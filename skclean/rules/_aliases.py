"""Short names of the rules."""

from skclean.rules._background_component import BackgroundComponent
from skclean.rules._budgets import ExactCount, Fraction, PerClassBudget
from skclean.rules._counts import PruneBoth, PruneByClass, PruneByNoiseRate
from skclean.rules._disagreement import ArgmaxDisagreement, OffDiagonal
from skclean.rules._histogram import FalseDiscoveryRate, TwoSigma
from skclean.rules._injection import InjectionRule
from skclean.rules._lowest import LowMargin, LowSelfConfidence
from skclean.rules._mixture import MixtureRule
from skclean.rules._otsu_rule import OtsuRule
from skclean.rules._posterior import PosteriorRule
from skclean.rules._rival import RivalRatio
from skclean.rules._two_components import TwoComponents
from skclean.rules._votes import VoteRule
from skclean.utils._params import resolve_alias

__all__ = ["RULES", "resolve_rule"]


RULES = {
    "rival_ratio": RivalRatio,
    "prune_by_noise_rate": PruneByNoiseRate,
    "prune_by_class": PruneByClass,
    "both": PruneBoth,
    "off_diagonal": OffDiagonal,
    "confident_learning": OffDiagonal,
    "argmax": ArgmaxDisagreement,
    "predicted_neq_given": ArgmaxDisagreement,
    "low_self_confidence": LowSelfConfidence,
    "low_normalized_margin": LowMargin,
    "exact_count": ExactCount,
    "fraction": Fraction,
    "per_class": PerClassBudget,
    "two_sigma": TwoSigma,
    "false_discovery_rate": FalseDiscoveryRate,
    "two_components": TwoComponents,
    "background_component": BackgroundComponent,
    "otsu": OtsuRule,
    "mixture": MixtureRule,
    "posterior": PosteriorRule,
    "injection": InjectionRule,
    "vote": VoteRule,
}


def resolve_rule(rule):
    """An unfitted rule from an alias, an instance, or None for the default rule."""
    return RivalRatio() if rule is None else resolve_alias(rule, RULES, name="rule")
