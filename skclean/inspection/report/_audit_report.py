"""The report of an audit, as an object: page, Markdown, JSON and dictionary."""

import builtins
import json
import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sklearn.utils.validation import check_is_fitted

from skclean.inspection.checks._run import run_checks
from skclean.inspection.report._card import card_text
from skclean.inspection.report._croissant import croissant_metadata
from skclean.inspection.report._fitted_rows import check_same_rows, row_names
from skclean.inspection.report._page import framed, markdown_text, report_page
from skclean.inspection.report._summarise import SCHEMA, summarise
from skclean.inspection.report._words import TITLE
from skclean.utils._compat import num_samples
from skclean.utils._typing import Array, Labels1d, RandomState, Table

__all__ = ["AuditReport", "audit_report"]


class AuditReport:
    """What an audit found, to be read, reviewed and compared.

    Parameters
    ----------
    summary : dict
        Of :func:`audit_report`.

    See Also
    --------
    audit_report : Makes one from a fitted detector.
    """

    def __init__(self, summary: dict[str, Any]) -> None:
        self._summary = summary

    @classmethod
    def from_dict(cls, summary: dict[str, Any]) -> "AuditReport":
        """Make a report from what `dict` or `json` gave.

        Parameters
        ----------
        summary : dict

        Returns
        -------
        report : AuditReport

        Raises
        ------
        ValueError
            If `summary` was not made by a report, or by a later version.
        """
        if not isinstance(summary, dict) or summary.get("schema") != SCHEMA:
            found = summary.get("schema") if isinstance(summary, dict) else type(summary).__name__
            raise ValueError(
                f"summary must be a report of schema {SCHEMA}, as AuditReport.dict gives it; got {found!r}. Make the "
                "report again with this version."
            )
        return cls(summary)

    def dict(self) -> dict[str, Any]:
        """Return the content as plain values; docs/report.md lists the keys."""
        return self._summary

    def json(self) -> str:
        """Return the content as JSON text."""
        return json.dumps(self._summary, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def html(self) -> str:
        """Return one self-contained page, which asks for nothing from anywhere."""
        return report_page(self._summary)

    def markdown(self) -> str:
        """Return the findings and the first rows as Markdown."""
        return markdown_text(self._summary)

    def croissant(self, existing: "builtins.dict[str, Any] | None" = None) -> "builtins.dict[str, Any]":
        """Return the findings as Croissant metadata, which catalogues of data sets read.

        Croissant 1.1 with its extension RAI. The label column is annotated with the estimated noise rate, its interval
        and the method; classes, transition matrix and settings of the audit are record sets. The file and its columns
        are described where the report knows its name and hash, and the label column where it knows its name: keys file,
        sha256 and label of `source`. Otherwise the annotations are at the classes.

        Parameters
        ----------
        existing : dict or None, default=None
            The content of a Croissant 1.0 or 1.1 file. A copy of it is extended: nothing in it is lost or changed, but
            what an earlier report added, which is replaced.

        Returns
        -------
        document : dict
            JSON-LD, to be written with :func:`json.dump`.

        Raises
        ------
        ValueError
            If `existing` is no Croissant 1.0 or 1.1, or uses a word that is needed here for something else.

        Examples
        --------
        >>> from skclean.datasets import make_noisy_table
        >>> from skclean.detectors import ConfidentLearning
        >>> from skclean.inspection import audit_report
        >>> table = make_noisy_table(300, random_state=0)
        >>> detector = ConfidentLearning(random_state=0).fit(table.data, table.target)
        >>> report = audit_report(detector, table.data, checks=[])
        >>> [one["name"] for one in report.croissant()["recordSet"]]
        ['audit', 'classes', 'transition_matrix']
        """
        return croissant_metadata(self._summary, existing)

    def card(self) -> str:
        """Return the findings as a data card: Markdown with YAML front matter.

        It says what the data is, how good its labels are, what the checks found, what was done, and the limits.
        :func:`skclean.inspection.read_card` reads it.

        Returns
        -------
        text : str

        Examples
        --------
        >>> from skclean.datasets import make_noisy_table
        >>> from skclean.detectors import ConfidentLearning
        >>> from skclean.inspection import audit_report
        >>> from skclean.inspection import read_card
        >>> table = make_noisy_table(300, random_state=0)
        >>> detector = ConfidentLearning(random_state=0).fit(table.data, table.target)
        >>> card = audit_report(detector, table.data, checks=[], title="Customers").card()
        >>> list(read_card(card)["sections"])
        ['The data', 'Label quality', 'Checks', 'What was done', 'Limits']
        """
        return card_text(self._summary)

    def save(self, path: "str | Path") -> Path:
        """Write the report to a file.

        Parameters
        ----------
        path : str or Path
            Ends in .html, .json or .md.

        Returns
        -------
        path : Path

        Raises
        ------
        ValueError
            If the ending is none of these.
        """
        path = Path(path)
        formats = {".html": self.html, ".json": self.json, ".md": self.markdown}
        if path.suffix.lower() not in formats:
            raise ValueError(f"path must end in .html, .json or .md, got {path.name!r}.")
        text = formats[path.suffix.lower()]()
        beside = path.with_name(f"{path.name}.part")  # no half of a file is ever seen under the name
        beside.write_bytes(text.encode("utf-8", "replace"))
        beside.replace(path)
        return path

    def open(self) -> None:
        """Show the page in the browser, from a temporary file."""
        with tempfile.NamedTemporaryFile("wb", suffix=".html", delete=False) as file:
            file.write(self.html().encode("utf-8", "replace"))
        webbrowser.open(Path(file.name).as_uri())

    def __repr__(self) -> str:
        return f"AuditReport: {self._summary['title']}\n{self._summary['verdict']['sentence']}"

    def _repr_html_(self) -> str:
        return framed(self.html())


def audit_report(
    detector: Any,
    X: Table,
    y: Labels1d | None = None,
    *,
    index: Sequence[Any] | Array | None = None,
    checks: Any = None,
    ignore: Sequence[str] = (),
    max_rows: int = 500,
    groups: Any = None,
    dates: Any = None,
    title: str | None = None,
    source: dict[str, str] | None = None,
    random_state: RandomState = 0,
) -> AuditReport:
    """Make a report of a fitted detector that people open, review and send on.

    Parameters
    ----------
    detector : fitted detector, or list of fitted detectors
        The report is about the first; others add their label quality to each row.
    X : table of shape (n_samples, n_features)
        What the detector was fitted on.
    y : array-like of shape (n_samples,) or None, default=None
        The given labels. The detector knows them; where they are passed they must be the same.
    index : array-like of shape (n_samples,) or None, default=None
        What the rows are called; None means the index of the DataFrame, or positions.
    checks : CheckTable, list of CheckResult, or None, default=None
        Results to show; None runs all checks (:func:`skclean.inspection.run_checks`), and an empty list shows none.
    ignore : sequence of str, default=()
        Codes of checks that are not run, such as ``"SKC004"``.
    max_rows : int, default=500
        So many doubtful rows at most, the most doubtful first.
    groups, dates : array-like of shape (n_samples,) or None, default=None
        Handed to the checks.
    title : str or None, default=None
    source : dict or None, default=None
        Where the data came from, for the page and for `croissant` to say: file, sha256, label (the name of its column),
        changed and command, all text.
    random_state : int, RandomState instance or None, default=0
        For the checks. With the same input the report is the same, byte by byte.

    Returns
    -------
    report : AuditReport

    Raises
    ------
    ValueError
        If lengths differ, or `y` holds other labels than the detector was fitted on.
    NotFittedError
        If a detector is not fitted.

    Examples
    --------
    >>> from skclean.datasets import make_noisy_table
    >>> from skclean.detectors import ConfidentLearning
    >>> from skclean.inspection import audit_report
    >>> table = make_noisy_table(300, random_state=0)
    >>> detector = ConfidentLearning(random_state=0).fit(table.data, table.target)
    >>> report = audit_report(detector, table.data, title="Customers")
    >>> print(report)
    AuditReport: Customers
    About ... of 300 labels are probably wrong (...
    """
    detectors = list(detector) if isinstance(detector, (list, tuple)) else [detector]
    if not detectors:
        raise ValueError("detector must be a fitted detector, or a list with at least one.")
    for one in detectors:
        check_is_fitted(one)
    check_same_rows(detectors, X, y)
    if max_rows < 0:
        raise ValueError(f"max_rows must be at least 0, got {max_rows}.")
    if checks is None:
        checks = run_checks(
            detectors[0], X, ignore=tuple(ignore), groups=groups, dates=dates, random_state=random_state
        )
    summary = summarise(
        detectors,
        X,
        names=row_names(detectors[0], index, num_samples(X)),
        checks=[check if isinstance(check, dict) else check.as_dict() for check in checks],
        max_rows=max_rows,
        title=TITLE if title is None else str(title),
        source={} if source is None else {str(key): str(value) for key, value in source.items()},
    )
    return AuditReport(summary)
