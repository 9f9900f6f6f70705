"""Run all checks, and the table of their results."""

import inspect
import sys
from collections.abc import Callable, Iterable
from html import escape
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from sklearn.utils import check_random_state

from skclean.inspection.checks._check import CheckResult
from skclean.inspection.checks._inputs import TableView
from skclean.utils._compat import check_pandas_support, num_samples
from skclean.utils._typing import Estimator, Labels1d, Params, RandomState, Table

__all__ = ["CheckTable", "all_checks", "run_checks"]


def all_checks() -> list[Callable[..., CheckResult]]:
    """Return the functions of all checks, in the order of their codes: list of callable."""
    package = __name__.rsplit(".", 1)[0]
    found = {}
    for module in iter_modules(sys.modules[package].__path__):
        for value in vars(import_module(f"{package}.{module.name}")).values():
            if hasattr(value, "check_code"):
                found[value.check_code] = value
    return [found[code] for code in sorted(found)]


class CheckTable(list[CheckResult]):
    """Results of checks, in the order of their codes; a list."""

    def as_dicts(self) -> list[Params]:
        """Return the results as JSON types: list of dict."""
        return [result.as_dict() for result in self]

    def to_frame(self) -> Any:
        """Return one line a check: pandas.DataFrame with columns title, state, verdict, reason and n_rows, and the code
        as index."""
        pandas = check_pandas_support("CheckTable.to_frame")
        lines = [(one.title, one.state, one.verdict, one.reason, len(one.rows)) for one in self]
        columns = ["title", "state", "verdict", "reason", "n_rows"]
        return pandas.DataFrame(lines, columns=columns, index=pandas.Index([one.code for one in self], name="code"))

    def __repr__(self) -> str:
        width = max((len(one.title) for one in self), default=0)
        return "\n".join(
            f"{one.code}  {one.title:<{width}}  {one.state:<14}  {one.verdict or one.reason}" for one in self
        )

    def _repr_html_(self) -> str:
        head = "".join(f'<th scope="col">{name}</th>' for name in ("Code", "Check", "State", "Finding"))
        lines = "".join(
            f"<tr><td>{escape(one.code)}</td><td>{escape(one.title)}</td><td>{escape(one.state)}</td>"
            f'<td style="text-align: left">{escape(one.verdict or one.reason or "")}</td></tr>'
            for one in self
        )
        return f"<table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody></table>"


def run_checks(
    detector: Any,
    X: Table,
    y: Labels1d | None = None,
    *,
    ignore: Iterable[str] = (),
    groups: Labels1d | None = None,
    dates: Labels1d | None = None,
    X_test: Table | None = None,
    y_test: Labels1d | None = None,
    estimator: Estimator | None = None,
    random_state: RandomState = None,
) -> CheckTable:
    """Run all checks on a table and its labels.

    Parameters
    ----------
    detector : detector
        Fitted to `X`. Its findings are read; nothing is fitted again.
    X : array-like of shape (n_samples, n_features)
        The table.
    y : array-like of shape (n_samples,) or None, default=None
        Given labels. None means those that the detector was fitted to.
    ignore : iterable of str, default=()
        Codes of checks that are skipped, such as ``["SKC004"]``.
    groups : array-like of shape (n_samples,) or None, default=None
        A group of each row, such as who made its label. `noise_by_group` compares them, and `shortcut_columns` holds
        groups out.
    dates : array-like of shape (n_samples,) or None, default=None
        When each label was made; dates, or text that reads as dates. Used by the same checks.
    X_test, y_test : array-like or None, default=None
        Another table with the same columns, such as a test set. `duplicates` looks for rows that are in both.
    estimator : classifier or None, default=None
        Fitted several times by `generalization_gaps`, which is not applicable without it.
    random_state : int, RandomState instance or None, default=None
        Seeds samples of rows and models.

    Returns
    -------
    table : CheckTable
        One result for each check, in the order of their codes.

    Raises
    ------
    ValueError
        If `ignore` names an unknown code.

    Examples
    --------
    >>> from skclean.datasets import make_noisy_table
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.inspection import run_checks
    >>> table = make_noisy_table(500, noise_rate=0.1, random_state=0)
    >>> detector = ConfidentLearning(random_state=0).fit(table.data, table.target)
    >>> checks = run_checks(detector, table.data, ignore=["SKC014"], random_state=0)
    >>> [one.state for one in checks if one.code in ("SKC001", "SKC005", "SKC014")]
    ['issue', 'passed', 'skipped']
    """
    functions = all_checks()
    ignored = _checked_codes(ignore, functions)
    target = detector.audit_.labels.target
    if y is None or not target.has_classes:  # what checks read of labels are classes
        y = target.as_y() if target.has_classes else None
    rng = check_random_state(random_state)
    given = {
        "detector": detector,
        "X": TableView.of(X),
        "y": y,
        "groups": groups,
        "dates": dates,
        "X_test": X_test,
        "y_test": y_test,
        "estimator": estimator,
    }
    for name in ("y", "groups", "dates"):
        if given[name] is not None and num_samples(given[name]) != given["X"].n_rows:
            raise ValueError(f"{name} has {num_samples(given[name])} values, and X has {given['X'].n_rows} rows.")
    table = CheckTable()
    for function in functions:
        given["random_state"] = rng.randint(2**31 - 1)  # drawn for ignored checks too, so that the others do not change
        table.append(_run(function, given, function.check_code in ignored))  # type: ignore[attr-defined]
    return table


def _checked_codes(ignore, functions):
    if isinstance(ignore, str):
        raise ValueError(f"ignore must be a list of codes, got the text {ignore!r}; write [{ignore!r}].")
    codes = {function.check_code for function in functions}
    ignored = set(ignore)
    if not ignored <= codes:
        raise ValueError(f"ignore names unknown codes: {sorted(ignored - codes)}; there are {sorted(codes)}.")
    return ignored


def _run(function, given, ignored):
    """The result of one check, where it cannot run the reason."""
    named = {"code": function.check_code, "name": function.__name__, "title": function.check_title, "verdict": ""}
    if ignored:
        return CheckResult(**named, state="skipped", reason="ignored")
    passed_on = {}
    for parameter in function.check_parameters:
        value = given.get(parameter.name)
        if value is None and parameter.default is inspect.Parameter.empty:
            reason = f"it needs {parameter.name}, and none was given"
            if parameter.name == "y":
                reason = "the labels are no classes"
            return CheckResult(**named, state="not applicable", reason=reason)
        if value is not None:
            passed_on[parameter.name] = value
    try:
        return function(**passed_on)
    except (TypeError, ValueError) as error:
        return CheckResult(**named, state="skipped", reason=str(error))
