from skclean.rules._aliases import resolve_rule as resolve_rule
from skclean.rules._background_component import BackgroundComponent as BackgroundComponent
from skclean.rules._budgets import ExactCount as ExactCount
from skclean.rules._budgets import Fraction as Fraction
from skclean.rules._budgets import PerClassBudget as PerClassBudget
from skclean.rules._counts import PruneBoth as PruneBoth
from skclean.rules._counts import PruneByClass as PruneByClass
from skclean.rules._counts import PruneByNoiseRate as PruneByNoiseRate
from skclean.rules._disagreement import ArgmaxDisagreement as ArgmaxDisagreement
from skclean.rules._disagreement import OffDiagonal as OffDiagonal
from skclean.rules._error_probability import ErrorProbability as ErrorProbability
from skclean.rules._histogram import FalseDiscoveryRate as FalseDiscoveryRate
from skclean.rules._histogram import TwoSigma as TwoSigma
from skclean.rules._injection import Injection as Injection
from skclean.rules._likely_wrong import LikelyWrong as LikelyWrong
from skclean.rules._logistic_cut import LogisticCut as LogisticCut
from skclean.rules._lowest import LowMargin as LowMargin
from skclean.rules._lowest import LowSelfConfidence as LowSelfConfidence
from skclean.rules._mixture import Mixture as Mixture
from skclean.rules._otsu import Otsu as Otsu
from skclean.rules._residual_mixture import ResidualMixture as ResidualMixture
from skclean.rules._rival import RivalRatio as RivalRatio
from skclean.rules._two_components import TwoComponents as TwoComponents
from skclean.rules._votes import Vote as Vote
from skclean.utils._discovery import Aliases

__all__ = [
    "RULES",
    "ArgmaxDisagreement",
    "BackgroundComponent",
    "ErrorProbability",
    "ExactCount",
    "FalseDiscoveryRate",
    "Fraction",
    "Injection",
    "LikelyWrong",
    "LogisticCut",
    "LowMargin",
    "LowSelfConfidence",
    "Mixture",
    "OffDiagonal",
    "Otsu",
    "PerClassBudget",
    "PruneBoth",
    "PruneByClass",
    "PruneByNoiseRate",
    "ResidualMixture",
    "RivalRatio",
    "TwoComponents",
    "TwoSigma",
    "Vote",
    "resolve_rule",
]

RULES: Aliases
