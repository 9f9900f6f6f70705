"""Short names of the rules."""

from skclean.base import BaseRule
from skclean.rules._rival import RivalRatio
from skclean.utils._discovery import Aliases, find_classes
from skclean.utils._params import resolve_alias

__all__ = ["RULES", "resolve_rule"]

RULES = Aliases(
    find_classes("skclean.rules"),
    old={
        "argmax": "argmax_disagreement",
        "both": "prune_both",
        "confident_learning": "off_diagonal",
        "low_normalized_margin": "low_margin",
        "per_class": "per_class_budget",
        "posterior": "error_probability",
        "predicted_neq_given": "argmax_disagreement",
    },
)


def resolve_rule(rule: BaseRule | str | None) -> BaseRule:
    """Return an unfitted rule from an alias, an instance, or None for the default rule."""
    return RivalRatio() if rule is None else resolve_alias(rule, RULES, name="rule")
