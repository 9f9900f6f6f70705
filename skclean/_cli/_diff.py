"""``skclean diff``: what got better and what got worse between two reports."""

import json

from skclean._cli._errors import UsageError, one_line, printable, show
from skclean._cli._output import check_target, write_text
from skclean.review import compare_reports, read_summary

__all__ = ["run_diff"]

_CHANGES = {"better": "better", "worse": "worse", "same": "no clear change", None: "not known"}


def run_diff(arguments):
    """Run the command; the exit code."""
    if arguments.json is not None:
        check_target(arguments.json, force=arguments.force, option="--json")
    reports = [_read(path) for path in (arguments.before, arguments.after)]
    found = compare_reports(*reports)
    if arguments.json is not None:
        text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
        write_text(text, arguments.json, option="--json")
    show(list(map(printable, _lines(found, arguments.top))))
    worse = found["noise_rate"]["change"] == "worse" or any(check["change"] == "worse" for check in found["checks"])
    return 1 if arguments.fail_if_worse and worse else 0


def _read(path):
    try:
        return read_summary(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} cannot be compared: {one_line(error)}") from None


def _lines(found, top):
    rate = found["noise_rate"]
    yield f"estimated noise rate  {_rate(rate['before'])} -> {_rate(rate['after'])}: {_CHANGES[rate['change']]}"
    for name, title in (("n_rows", "rows"), ("n_flagged", "flagged")):
        yield f"{title:<22}{_count(found[name][0])} -> {_count(found[name][1])}"
    yield (
        f"doubtful rows         {len(found['solved']):,} are solved, {found['still']:,} are still there, "
        f"{len(found['new']):,} are new"
    )
    for check in found["checks"]:
        change = f": {check['change']}" if check["change"] else ""
        yield f"{check['code']:<22}{check['title']}, {check['before']} -> {check['after']}{change}"
    for row in found["new"][:top]:
        suggested = f", suggested {row['suggested']}" if row["suggested"] else ""
        yield f"  new: row {row['name'] or row['row']}, given {row['given']}{suggested}"


def _rate(rate):
    if rate is None:
        return "none"
    return f"{100 * rate['rate']:.1f} % ({100 * rate['low']:.1f} to {100 * rate['high']:.1f} %)"


def _count(number):
    return "?" if number is None else f"{number:,}"
