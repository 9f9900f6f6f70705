"""The round trip with reviewers: their decisions, and what follows from them for labels, audit and noise rate."""

from skclean.review._apply import Applied, Plan, apply_decisions, plan_changes
from skclean.review._decision import Decision
from skclean.review._decision_file import DecisionFile, read_decisions, write_decisions
from skclean.review._decisions import Decisions
from skclean.review._issues import issues_summary, read_summary
from skclean.review._server import ReviewServer
from skclean.review._update import Update, update_with_decisions

__all__ = [
    "Applied",
    "Decision",
    "DecisionFile",
    "Decisions",
    "Plan",
    "ReviewServer",
    "Update",
    "apply_decisions",
    "issues_summary",
    "plan_changes",
    "read_decisions",
    "read_summary",
    "update_with_decisions",
    "write_decisions",
]
