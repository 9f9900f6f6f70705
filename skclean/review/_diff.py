"""Two reports of the same data, before and after it was cleaned: what got better, and what got worse."""

from typing import Any

from skclean.utils._typing import Params

__all__ = ["compare_reports"]

# From worst to best; the others say nothing of the data.
_STATES = {"issue": 0, "tip": 1, "passed": 2}


def compare_reports(before: Params, after: Params) -> Params:
    """Compare two reports.

    Parameters
    ----------
    before, after : dict
        Of ``AuditReport.dict`` or :func:`read_summary`.

    Returns
    -------
    found : dict
        noise_rate: before, after, each rate, low and high or None, and change: "better", "worse" or "same", where
        "same" means that each interval holds the other rate; n_rows, n_flagged: pairs; checks: list of code, title,
        before, after and change, of those whose state is another one; solved, new: doubtful rows (name, given,
        suggested) of one report that are not doubtful in the other, and still: how many are in both.

    Examples
    --------
    >>> from skclean.review import compare_reports
    >>> def report(rate, rows):
    ...     verdict = {"rate": rate, "low": rate - 0.01, "high": rate + 0.01, "n_rows": 100, "n_flagged": len(rows)}
    ...     return {"verdict": verdict, "rows": [{"row": row, "name": str(row), "given": "no"} for row in rows]}
    >>> found = compare_reports(report(0.1, [1, 2]), report(0.05, [2]))
    >>> found["noise_rate"]["change"], found["solved"][0]["name"], found["still"]
    ('better', '1', 1)
    """
    first, second = (_doubtful(report) for report in (before, after))
    return {
        "noise_rate": _rates(before, after),
        "n_rows": _pair(before, after, "n_rows"),
        "n_flagged": _pair(before, after, "n_flagged"),
        "checks": _changed_checks(before, after),
        "solved": [row for key, row in first.items() if key not in second],
        "new": [row for key, row in second.items() if key not in first],
        "still": sum(key in second for key in first),
    }


def _verdict(report: Params) -> Params:
    found: Any = report.get("verdict") or {}
    return found


def _pair(before, after, name):
    return [_verdict(before).get(name), _verdict(after).get(name)]


def _rates(before, after):
    rates = [
        {name: verdict.get(name) for name in ("rate", "low", "high")} if verdict.get("rate") is not None else None
        for verdict in map(_verdict, (before, after))
    ]
    return {"before": rates[0], "after": rates[1], "change": _change_of_rate(*rates)}


def _change_of_rate(before, after):
    if before is None or after is None:
        return None
    if before["low"] <= after["rate"] <= before["high"] and after["low"] <= before["rate"] <= after["high"]:
        return "same"
    return "better" if after["rate"] < before["rate"] else "worse"


def _changed_checks(before, after):
    known = {check["code"]: check for check in before.get("checks") or []}
    changed = []
    for check in after.get("checks") or []:
        old = known.get(check["code"])
        if old is None or old["state"] == check["state"]:
            continue
        places = [_STATES.get(state) for state in (old["state"], check["state"])]
        change = None if None in places else "better" if places[1] > places[0] else "worse"
        entry = {"code": check["code"], "title": check.get("title", ""), "before": old["state"]}
        changed.append(entry | {"after": check["state"], "change": change})
    return changed


def _doubtful(report):
    """The doubtful rows under what they are: their values where a checksum is known, else their name."""
    return {
        (row.get("check") or row.get("name") or row["row"], row.get("given")): {
            name: row.get(name) for name in ("row", "name", "given", "suggested")
        }
        for row in report["rows"]
    }
