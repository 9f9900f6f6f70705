"""Rules: which labels are wrong. One small class each; a string is an alias for a class with its defaults."""

from skclean.rules._aliases import RULES, resolve_rule
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

__all__ = [
    "RULES",
    "ArgmaxDisagreement",
    "BackgroundComponent",
    "ExactCount",
    "FalseDiscoveryRate",
    "Fraction",
    "InjectionRule",
    "LowMargin",
    "LowSelfConfidence",
    "MixtureRule",
    "OffDiagonal",
    "OtsuRule",
    "PerClassBudget",
    "PosteriorRule",
    "PruneBoth",
    "PruneByClass",
    "PruneByNoiseRate",
    "RivalRatio",
    "TwoComponents",
    "TwoSigma",
    "VoteRule",
    "resolve_rule",
]
