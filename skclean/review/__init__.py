"""The round trip with reviewers: their decisions, and what follows from them for labels, audit and noise rate."""

from skclean.review._agreement import Agreement, agreement, second_review
from skclean.review._apply import Applied, Plan, apply_decisions, plan_changes
from skclean.review._baseline import judge_only, new_rows
from skclean.review._budget import ReviewPlan, plan_review
from skclean.review._compare import ComparedDetector, compare_detectors
from skclean.review._corrections import Corrections, learn_corrections
from skclean.review._decision import Decision, safe_text
from skclean.review._decision_file import DecisionFile, read_decisions, write_decisions
from skclean.review._decisions import Decisions
from skclean.review._diff import compare_reports
from skclean.review._issues import issues_summary, read_summary
from skclean.review._machines import junit_text, sarif_text
from skclean.review._server import ReviewServer
from skclean.review._update import Update, update_with_decisions, world_of

__all__ = [
    "Agreement",
    "Applied",
    "ComparedDetector",
    "Corrections",
    "Decision",
    "DecisionFile",
    "Decisions",
    "Plan",
    "ReviewPlan",
    "ReviewServer",
    "Update",
    "agreement",
    "apply_decisions",
    "compare_detectors",
    "compare_reports",
    "issues_summary",
    "judge_only",
    "junit_text",
    "learn_corrections",
    "new_rows",
    "plan_changes",
    "plan_review",
    "read_decisions",
    "read_summary",
    "safe_text",
    "sarif_text",
    "second_review",
    "update_with_decisions",
    "world_of",
    "write_decisions",
]
