"""The contracts: records that travel between the parts, and base classes of detectors, rules and treatments."""

from skclean.base._audit import (
    FLAGGED,
    NO_SKILL,
    NOT_LABELLED,
    ONLY_MEMBER,
    UNSEEN_CLASS,
    VERIFIED,
    Audit,
    Labels,
    Selection,
    Verdict,
    best_of_emptied,
)
from skclean.base._error_chance import ErrorChance
from skclean.base._evidence import CellErrors, CellProba, ClassProba, FoldCounts, Residuals, Trials
from skclean.base._parts import BaseDetector, BaseRule, BaseTreatment, check_fits_together

__all__ = [
    "FLAGGED",
    "NOT_LABELLED",
    "NO_SKILL",
    "ONLY_MEMBER",
    "UNSEEN_CLASS",
    "VERIFIED",
    "Audit",
    "BaseDetector",
    "BaseRule",
    "BaseTreatment",
    "CellErrors",
    "CellProba",
    "ClassProba",
    "ErrorChance",
    "FoldCounts",
    "Labels",
    "Residuals",
    "Selection",
    "Trials",
    "Verdict",
    "best_of_emptied",
    "check_fits_together",
]
