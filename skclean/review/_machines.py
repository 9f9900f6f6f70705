"""A report for other programs: SARIF for code hosts, JUnit for continuous integration."""

import json
from xml.etree import ElementTree

from skclean.utils._typing import Params
from skclean.utils._version import __version__

__all__ = ["junit_text", "sarif_text"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MAX_RESULTS = 5000  # what code hosts read of one run


def sarif_text(summary: Params, *, file: str, lines: bool = False) -> str:
    """Return the flagged rows of a report as SARIF 2.1.0, which code hosts show beside the file.

    Parameters
    ----------
    summary : dict
        Of ``AuditReport.dict``.
    file : str
        Path of the table within the repository.
    lines : bool, default=False
        Whether each row of the table is one line of a text file, behind one line of header. Results then name lines.

    Returns
    -------
    text : str
        JSON.

    Examples
    --------
    >>> import json
    >>> from skclean.review import sarif_text
    >>> row = {"row": 3, "name": "C3", "given": "no", "suggested": "yes", "reason": "", "flagged": True}
    >>> found = json.loads(sarif_text({"rows": [row]}, file="table.csv", lines=True))
    >>> found["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"]
    5
    """
    results = [_result(row, file, lines) for row in summary["rows"] if row.get("flagged", True)][:MAX_RESULTS]
    rule = {
        "id": "wrong-label",
        "name": "WrongLabel",
        "shortDescription": {"text": "The label is doubtful"},
        "fullDescription": {"text": "Models that have not seen the row contradict its label."},
        "defaultConfiguration": {"level": "warning"},
    }
    driver = {"name": "skclean", "version": __version__, "rules": [rule]}
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1, ensure_ascii=False) + "\n"


def _result(row, file, lines):
    place = {"artifactLocation": {"uri": file.replace("\\", "/")}}
    if lines:
        place["region"] = {"startLine": row["row"] + 2}
    suggested = f"; {row['suggested']} is more likely" if row.get("suggested") else ""
    reason = f". {row['reason']}" if row.get("reason") else ""
    found = {
        "ruleId": "wrong-label",
        "ruleIndex": 0,
        "level": "warning",
        "message": {"text": f"Row {row.get('name', row['row'])}: label {row['given']}{suggested}{reason}"},
        "locations": [
            {"physicalLocation": place, "logicalLocations": [{"name": str(row.get("name", row["row"])), "kind": "row"}]}
        ],
    }
    if row.get("check"):
        found["partialFingerprints"] = {"skclean/row/v1": f"{row['check']}:{row['given']}"}
    return found


def junit_text(summary: Params, *, fail_above: float | None = None) -> str:
    """Return a report as JUnit XML: one case for the noise rate, and one for each check.

    Parameters
    ----------
    summary : dict
        Of ``AuditReport.dict``.
    fail_above : float or None, default=None
        The case of the noise rate fails where the estimate is above it.

    Returns
    -------
    text : str
        XML. Characters that XML does not allow become question marks.

    Examples
    --------
    >>> from skclean.review import junit_text
    >>> summary = {"verdict": {"rate": 0.1, "sentence": "About 10 labels are wrong."}, "checks": [], "rows": []}
    >>> 'failures="1"' in junit_text(summary, fail_above=0.05)
    True
    """
    verdict = summary.get("verdict") or {}
    rate, checks = verdict.get("rate"), summary.get("checks") or []
    message = ""
    if rate is not None and fail_above is not None and rate > fail_above:
        message = f"the estimated noise rate {100 * rate:.2f} % is above {100 * fail_above:.2f} %"
    skipped = [check for check in checks if check["state"] in ("skipped", "not applicable")]
    counts = {"tests": len(checks) + 1, "failures": int(bool(message)), "errors": 0, "skipped": len(skipped)}
    suite = ElementTree.Element("testsuite", {"name": "skclean audit", **{k: str(v) for k, v in counts.items()}})
    case = ElementTree.SubElement(suite, "testcase", classname="skclean.labels", name="noise rate")
    sentence = _plain(verdict.get("sentence", ""))
    if message:
        ElementTree.SubElement(case, "failure", message=message, type="noise rate").text = sentence
    else:
        ElementTree.SubElement(case, "system-out").text = sentence
    for check in checks:
        name = _plain(f"{check['code']} {check.get('title', '')}")
        case = ElementTree.SubElement(suite, "testcase", classname="skclean.checks", name=name)
        if check in skipped:
            ElementTree.SubElement(case, "skipped", message=_plain(check.get("reason") or check["state"]))
        else:
            ElementTree.SubElement(case, "system-out").text = _plain(f"{check['state']}: {check.get('verdict', '')}")
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _plain(text):
    return "".join(c if c.isprintable() or c == "\n" else "?" for c in str(text))
