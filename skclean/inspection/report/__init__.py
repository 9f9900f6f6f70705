"""The report of an audit: a dictionary of plain values first, then HTML, Markdown or JSON."""

from skclean.utils import _lazy

__all__ = ["AuditReport", "audit_report", "review_page"]

__getattr__, __dir__ = _lazy.lazy_names(
    __name__,
    {
        "AuditReport": "skclean.inspection.report._audit_report",
        "audit_report": "skclean.inspection.report._audit_report",
        "review_page": "skclean.inspection.report._page",
    },
)
