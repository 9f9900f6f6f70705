"""The summary as a page: one file that asks for nothing, works without scripts, and is the review tool."""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from skclean.inspection._extras import import_extra
from skclean.inspection.report._charts import histogram_svg
from skclean.inspection.report._frame import one_line

__all__ = ["framed", "markdown_text", "rendered", "report_page", "review_page"]

TEMPLATES = Path(__file__).parent / "templates"


def report_page(summary: dict[str, Any]) -> str:
    """Return the page of a report.

    Parameters
    ----------
    summary : dict
        Of ``AuditReport.dict``.

    Returns
    -------
    page : str
        HTML. Its content security policy allows its own style and script by their hashes, and nothing else.
    """
    return _page(summary, token=None)


def review_page(summary: dict[str, Any], *, token: str) -> str:
    """Return the page of a report that a local server hands out, and that sends each decision to it.

    Parameters
    ----------
    summary : dict
        Of ``AuditReport.dict``; of its keys only schema, title and rows are needed.
    token : str
        Sent with each request in the header X-Skclean-Token. The page posts to ./decisions.

    Returns
    -------
    page : str
    """
    return _page(summary, token=token)


def framed(page: str) -> str:
    """Return a page within a frame, so that neither it nor the notebook around it changes the other."""
    return (
        f'<iframe srcdoc="{escape(page)}" sandbox="allow-scripts allow-downloads" title="Report of a label audit" '
        'style="width:100%;height:640px;border:1px solid #8888"></iframe>'
    )


def markdown_text(summary: dict[str, Any]) -> str:
    """Return the findings as Markdown."""
    return rendered("report.md.j2", summary)


def rendered(template: str, summary: dict[str, Any], **more: Any) -> str:
    """Return a summary, and further values, in one of the templates."""
    return _environment().get_template(template).render(_complete(summary), **more)


def _page(summary, token):
    style, script = (_asset(name) for name in ("report.css", "report.js"))
    values = _complete(summary)
    return _environment().get_template("report.html.j2").render(
        values,
        style=style,
        script=script,
        style_hash=_hash(style),
        script_hash=_hash(script),
        token=token,
        quality_chart=histogram_svg(values["quality"]),
        place={label: position for position, label in enumerate(values["labels"])},
    )  # fmt: skip


def _complete(summary):
    """The summary with every key that the templates read; a list of rows alone is enough."""
    rows = summary["rows"]
    labels = sorted({row[name] for row in rows for name in ("given", "suggested") if row.get(name)})
    empty = {
        "verdict": None,
        "assumption": None,
        "first": [],
        "next": [],
        "data": None,
        "classes": [],
        "tiers": [],
        "pairs": [],
        "n_doubtful": len(rows),
        "labels": labels,
        "quality": None,
        "transition": None,
        "checks": [],
        "method": None,
        "limits": [],
        "id": sha256(repr(rows).encode("utf-8", "surrogatepass")).hexdigest()[:16],
    }
    return empty | summary | {"rows": [_ROW | row for row in rows]}


_ROW: dict[str, Any] = {
    "check": "",
    "suggested": None,
    "quality": None,
    "chance_wrong": None,
    "tier": None,
    "flagged": True,
    "values": [],
    "similar": [],
    "likely": [],
    "scores": [],
    "reason": "",
}


@cache
def _environment():
    jinja2 = import_extra("jinja2", "a report")
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=lambda name: name is not None and name.endswith(".html.j2"),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters |= {
        "short": one_line,
        "percent": _percent,
        "chance": _chance,
        "count": "{:,}".format,
        "cell": _markdown_cell,
    }
    return environment


@cache
def _asset(name):
    return (TEMPLATES / name).read_text("utf-8")


def _hash(text):
    return b64encode(sha256(text.encode()).digest()).decode()


def _percent(share):
    if share is None:
        return ""
    return f"{100 * share:.1f} %" if share < 0.01 else f"{100 * share:.0f} %"


def _chance(share):
    """A probability that is never written as certainty."""
    return "" if share is None else f"{min(max(round(100 * share), 1), 99)} %"


def _markdown_cell(value, longest=80):
    """Text that neither ends a cell nor is read as markup."""
    text = one_line(str(value), longest)
    for sign in "\\`*_{}[]<>#|!":
        text = text.replace(sign, "\\" + sign)
    return text
