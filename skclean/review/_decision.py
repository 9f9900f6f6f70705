"""One decision of a reviewer, and how it is written so that a spreadsheet computes nothing."""

import re
from datetime import UTC, datetime
from typing import NamedTuple

__all__ = ["DECISIONS", "Decision", "as_cell", "make_decision", "now", "of_cell", "safe_text"]

DECISIONS = ("keep", "change", "unsure", "remove")
MAX_TEXT = 10_000  # characters of a name, a label or a note

_FORMULA = re.compile(r"\s*[=+\-@\t\r]")
_ESCAPED = re.compile(r"'+\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_CHECKSUM = re.compile(r"[0-9a-f]{12}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})")


class Decision(NamedTuple):
    """What a reviewer decided on one row.

    Attributes
    ----------
    row : int
        Position of the row in the table, from 0.
    name : str
        What the row is called.
    check : str
        Checksum of its feature values, 12 hexadecimal digits; empty where it is not known.
    given : str
        Text of the label that the row had; empty where it had none.
    decision : {"keep", "change", "unsure", "remove"}
        "keep": the given label is right. "change": `label` is right. "unsure": the reviewer cannot tell. "remove": the
        row belongs in no class, or its values are damaged.
    label : str, default=""
        The new label of a change.
    note : str, default=""
        Free text.
    reviewer : str, default=""
        Who decided.
    time : str, default=""
        ISO 8601 in UTC, such as 2026-01-31T12:00:00Z.
    """

    row: int
    name: str
    check: str
    given: str
    decision: str
    label: str = ""
    note: str = ""
    reviewer: str = ""
    time: str = ""

    @property
    def right_label(self) -> str | None:
        """The label that the reviewer found to be right; None where the reviewer could not tell, or removed the row."""
        return {"keep": self.given, "change": self.label}.get(self.decision)


def now() -> str:
    """Return the time as a decision has it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def make_decision(fields: dict[str, object]) -> Decision:
    """Check the fields of a decision, as a file or a page has them.

    Parameters
    ----------
    fields : dict
        Keys as the attributes of :class:`Decision`; row, given and decision are required, others may be missing or
        None. Further keys are left out.

    Returns
    -------
    decision : Decision

    Raises
    ------
    ValueError
        If a field is missing or cannot be what it stands for.
    """
    missing = [name for name in ("row", "given", "decision") if name not in fields]
    if missing:
        raise ValueError(f"a decision needs the fields row, given and decision; {', '.join(missing)} is missing")
    texts = {name: _text(name, fields.get(name)) for name in Decision._fields if name != "row"}
    row = _row(fields["row"])
    for name in ("check", "decision", "time"):
        texts[name] = texts[name].strip()
    texts["decision"] = texts["decision"].lower()  # as a person may type it
    if texts["decision"] not in DECISIONS:
        raise ValueError(f"row {row}: {_short(texts['decision'])} is no decision; use {', '.join(DECISIONS)}")
    if texts["decision"] == "change" and not texts["label"].strip():
        raise ValueError(f"row {row}: a change needs the new label")
    if texts["check"] and not _CHECKSUM.fullmatch(texts["check"]):
        raise ValueError(f"row {row}: the check {_short(texts['check'])} is not 12 hexadecimal digits")
    if texts["time"] and not _TIME.fullmatch(texts["time"]):
        raise ValueError(f"row {row}: the time {_short(texts['time'])} is not like 2026-01-31T12:00:00Z")
    if texts["decision"] != "change":
        texts["label"] = ""
    return Decision(row=row, **texts)


def _row(value):
    text = str(value).strip()
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,15}(\.0+)?", text):
        raise ValueError(f"the row {_short(text)} is not a whole number from 0")
    return int(float(text))


def _text(name, value):
    if value is None:
        return ""
    if not isinstance(value, (str, int, float)) or isinstance(value, bool):
        raise ValueError(f"the field {name} is a text, not {type(value).__name__}")
    text = str(value).replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    if len(text) > MAX_TEXT:
        raise ValueError(f"the field {name} has {len(text):,} characters; {MAX_TEXT:,} are allowed")
    return text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair cannot be written


def safe_text(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula: one that could be gets a quote before it.

    Parameters
    ----------
    text : str

    Returns
    -------
    text : str
        As it was where it does not begin with = + - @ or a tab, and where it is a number.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text.strip()) else text


def as_cell(text: str) -> str:
    """Return the text as it is written to a file of decisions; :func:`of_cell` gives it back."""
    return f"'{text}" if _ESCAPED.match(text) else safe_text(text)


def of_cell(cell: str) -> str:
    """Return the text of a cell that :func:`as_cell` wrote."""
    return cell[1:] if _ESCAPED.match(cell) else cell


def _short(text):
    return repr(text if len(text) <= 40 else text[:39] + "…")
