"""The round trip with reviewers: their decisions, and what follows from them for labels, audit and noise rate."""

from skclean.review._apply import Applied, Plan, apply_decisions, plan_changes
from skclean.review._decision import Decision
from skclean.review._decision_file import DecisionFile, read_decisions, write_decisions
from skclean.review._decisions import Decisions

__all__ = [
    "Applied",
    "Decision",
    "DecisionFile",
    "Decisions",
    "Plan",
    "apply_decisions",
    "plan_changes",
    "read_decisions",
    "write_decisions",
]
