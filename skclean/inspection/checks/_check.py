"""A check: a function that looks for one fault of a table or its labels, and the record that it returns."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal, NamedTuple, TypeVar, cast

import numpy as np

from skclean.inspection.checks._words import listed
from skclean.utils._typing import Params, Positions

__all__ = ["CheckResult", "Interval", "NotApplicable", "State", "as_json", "check", "issue", "passed", "tip"]

State = Literal["passed", "issue", "tip", "not applicable", "skipped"]
STATES = ("passed", "issue", "tip", "not applicable", "skipped")
Function = TypeVar("Function", bound=Callable[..., "CheckResult"])


class NotApplicable(Exception):
    """The check says nothing of such data; the message is the reason."""


class Interval(NamedTuple):
    """A number with an interval.

    Attributes
    ----------
    value : float
        The estimate.
    low, high : float
        Ends of the interval. The documentation of the check says how probable it is that they hold the true number.
    """

    value: float
    low: float
    high: float


def _no_rows() -> Positions:
    return np.empty(0, dtype=np.intp)


@dataclass(frozen=True, eq=False)
class CheckResult:
    """Result of one check.

    Parameters
    ----------
    code : str
        Such as "SKC004".
    name : str
        Name of the function.
    title : str
        What was looked for, in a few words.
    state : {"passed", "issue", "tip", "not applicable", "skipped"}
        "issue" is a fault to repair; "tip" is worth a look, and may be no fault.
    verdict : str
        One sentence; empty where nothing was checked.
    reason : str or None
        Why the check is not applicable or was skipped; None elsewhere.
    numbers : dict of str to float, int or Interval
        Numbers of the verdict.
    rows : ndarray of int
        Positions of the rows concerned, the most important ones first.
    findings : list of dict
        Lines of a table, with the same keys in each; values are text, numbers, booleans or None.
    """

    code: str
    name: str
    title: str
    state: State
    verdict: str
    reason: str | None = None
    numbers: dict[str, float | int | Interval] = field(default_factory=dict)
    rows: Positions = field(default_factory=_no_rows)
    findings: list[Params] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.state not in STATES:
            raise ValueError(f"state must be one of {listed(STATES)}, got {self.state!r}.")

    def as_dict(self) -> Params:
        """Return the result as JSON types: dict. "page" is the path of the documentation page of the check."""
        return {
            "code": self.code,
            "name": self.name,
            "title": self.title,
            "state": self.state,
            "verdict": self.verdict,
            "reason": self.reason,
            "numbers": as_json(self.numbers),
            "rows": as_json(self.rows),
            "findings": as_json(self.findings),
            "page": f"checks/{self.code.lower()}.html",
        }

    def __repr__(self) -> str:
        lines = [f"{self.code} {self.title}: {self.state}", f"  {self.verdict or self.reason}"]
        if len(self.rows):
            shown = ", ".join(map(str, self.rows[:10].tolist()))
            lines.append(f"  rows: {shown}{' …' if len(self.rows) > 10 else ''}")
        return "\n".join(lines)


def as_json(value: Any) -> Any:
    """Return a value with everything in it as JSON types; what is no number, text, list or dict becomes text."""
    if isinstance(value, Interval):
        return {name: as_json(number) for name, number in value._asdict().items()}
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, np.ndarray)):
        return [as_json(item) for item in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


def check(code: str, *, title: str) -> Callable[[Function], Function]:
    """Return a decorator that makes a check of a function.

    The function returns what :func:`passed`, :func:`tip` or :func:`issue` gives, and gets the code, its own name and
    the title. Where it raises :class:`NotApplicable` the state is "not applicable".

    Parameters
    ----------
    code : str
        Such as "SKC004"; the documentation page is ``checks/skc004``.
    title : str
        What is looked for, in a few words.
    """

    def decorate(function: Function) -> Function:
        named: Params = {"code": code, "name": function.__name__, "title": title}

        @functools.wraps(function)
        def run(*args: Any, **params: Any) -> CheckResult:
            try:
                result = function(*args, **params)
            except NotApplicable as reason:
                return CheckResult(**named, state="not applicable", verdict="", reason=str(reason))
            return replace(result, **named, findings=as_json(result.findings))

        run.check_code, run.check_title = code, title  # type: ignore[attr-defined]
        run.check_parameters = tuple(inspect.signature(function).parameters.values())  # type: ignore[attr-defined]
        return cast(Function, run)

    return decorate


def passed(verdict: str, **more: Any) -> CheckResult:
    """Return a result without a fault; `more` are numbers, rows and findings."""
    return CheckResult("", "", "", "passed", verdict, **more)


def tip(verdict: str, **more: Any) -> CheckResult:
    """Return a result that is worth a look and may be no fault; `more` are numbers, rows and findings."""
    return CheckResult("", "", "", "tip", verdict, **more)


def issue(verdict: str, **more: Any) -> CheckResult:
    """Return a result with a fault to repair; `more` are numbers, rows and findings."""
    return CheckResult("", "", "", "issue", verdict, **more)
