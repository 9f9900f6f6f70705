"""Findings as HTML for notebooks: a table of the summary, and the most doubtful rows. Every text is escaped."""

from html import escape

import numpy as np

from skclean.targets import UNLABELLED, entry_text
from skclean.utils._values import plain_text

__all__ = ["FindingsHTMLMixin", "facts_html"]

# Rows that are shown, and characters of a label or of the name of a row.
N_ROWS, MOST_CHARACTERS = 5, 60
# Characters of a line of the summary, which names up to five classes.
MOST_OF_LINE = 400


class FindingsHTMLMixin:
    """Shows scikit-learn's diagram in notebooks, and after the fit what was found."""

    def _repr_html_inner(self):
        return super()._repr_html_inner() + _findings_html(self)

    def _repr_mimebundle_(self, **kwargs):
        bundle = super()._repr_mimebundle_(**kwargs)
        if "text/html" in bundle:
            bundle["text/html"] += _findings_html(self)
        return bundle


def facts_html(facts):
    """Return a table of facts: str.

    Parameters
    ----------
    facts : iterable of (str, str)
        A name and a text; one without a name goes on with the fact before it.
    """
    lines = []
    for name, text in facts:
        cell = escape(plain_text(text, MOST_OF_LINE))
        if name:
            lines.append((escape(plain_text(name)), [cell]))
        else:
            lines[-1][1].append(cell)
    rows = "".join(
        f'<tr><th scope="row" style="text-align:left">{name}</th>'
        f'<td style="text-align:left">{"<br>".join(cells)}</td></tr>'
        for name, cells in lines
    )
    return f'<table class="skclean-summary"><caption>Findings</caption><tbody>{rows}</tbody></table>'


def _findings_html(estimator):
    """The summary and the doubtful rows of a fitted detector or cleaner; empty before the fit."""
    detector = vars(estimator).get("detector_", estimator)
    if not isinstance(detector, FindingsHTMLMixin) or "audit_" not in vars(detector):  # it may be of another kind
        return ""
    return f'<div class="skclean-findings">{estimator.summary()._repr_html_()}{_doubtful_html(detector)}</div>'


def _doubtful_html(detector):
    """A table of the rows of lowest label quality among those that may be flagged."""
    audit = detector.audit_
    rated = np.flatnonzero(audit.open_codes != UNLABELLED)
    rows = rated[np.argsort(audit.quality[rated], kind="stable")[:N_ROWS]]
    if not rows.size:
        return ""
    target = audit.labels.target
    given, suggested = target.entries(target.given), target.entries(audit.suggested)
    head = "".join(f'<th scope="col">{name}</th>' for name in ("row", "given", "suggested", "quality", "flagged"))
    body = []
    for row in rows:
        has_other = np.any(audit.suggested[row] != target.given[row])
        other = _text(entry_text(suggested[row])) if has_other else ""
        cells = [_text(detector._index[row]), _text(entry_text(given[row])), other]
        cells += [f"{audit.quality[row]:.3f}", "yes" if detector.noise_mask_[row] else "no"]
        body.append("<tr>" + "".join(f'<td dir="auto">{cell}</td>' for cell in cells) + "</tr>")
    caption = "The most doubtful rows" if len(rows) > 1 else "The most doubtful row"
    return (
        f'<table class="skclean-doubtful"><caption>{caption}</caption><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table>"
    )


def _text(value):
    return escape(plain_text(value, MOST_CHARACTERS))
