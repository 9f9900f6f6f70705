"""Reports of an audit for people and for other programs: --report, --json, --sarif, --junit, --croissant and --card."""

import hashlib
import importlib
import json
import shlex

from skclean._cli._errors import UsageError, one_line, printable
from skclean._cli._output import check_target, write_text
from skclean._cli._tables import suffix_of
from skclean._cli._target import label_columns
from skclean.review import junit_text, sarif_text

__all__ = ["check_exports", "write_exports"]

_OPTIONS = ("report", "json", "sarif", "junit", "croissant", "card")


def check_exports(arguments):
    """Raise unless the reports that were asked for can be written in the end."""
    for name in _asked(arguments):
        force = arguments.force or name == "croissant"  # it adds to what is there
        check_target(getattr(arguments, name), force=force, source=arguments.file, option=f"--{name}")
    paths = [path.resolve() for path in (arguments.out, *(getattr(arguments, name) for name in _OPTIONS)) if path]
    if len(set(paths)) < len(paths):
        raise UsageError(f"two of --out, {', '.join(f'--{name}' for name in _OPTIONS)} name the same file")
    if _asked(arguments):
        _report_function()
    _existing_croissant(arguments)


def write_exports(arguments, detector, features, names, source):
    """Write the reports that were asked for.

    Parameters
    ----------
    arguments : argparse.Namespace
    detector : fitted detector
    features : pandas.DataFrame
        All columns but label and names, also those that were not learned from.
    names : sequence of shape (n_samples,)
        What the rows are called.
    source : Source

    Returns
    -------
    lines : list of str
        What was written.
    """
    asked = _asked(arguments)
    if not asked:
        return []
    try:
        report = _report_function()(
            detector,
            features.reset_index(drop=True),
            index=names,
            ignore=arguments.ignore,
            source=_source(arguments),
            random_state=arguments.seed,
        )
    except ValueError as error:
        raise UsageError(f"--{asked[0]}: {one_line(error)}") from None
    texts = {
        "report": report.html,
        "json": report.json,
        "sarif": lambda: sarif_text(report.dict(), file=_shown(arguments), lines=_row_is_line(arguments, features)),
        "junit": lambda: junit_text(report.dict(), fail_above=arguments.fail_above),
        "croissant": lambda: _croissant_text(report, _existing_croissant(arguments)),
        "card": report.card,
    }
    for name in asked:
        write_text(texts[name](), getattr(arguments, name), option=f"--{name}")
    return ["", *(printable(f"wrote {getattr(arguments, name)}") for name in asked)]


def _asked(arguments):
    return [name for name in _OPTIONS if getattr(arguments, name) is not None]


def _report_function():
    """``audit_report``; its templates are an extra, so it is imported where it is asked for."""
    try:
        return importlib.import_module("skclean.inspection.report").audit_report
    except ImportError:
        raise UsageError('reports need jinja2; install it with: pip install "skclean[report]"') from None


def _existing_croissant(arguments):
    """The content of --croissant where it exists, else None."""
    path = arguments.croissant
    if path is None or not path.exists():
        return None
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"--croissant {path} is there already, and is no JSON to add to: {one_line(error)}") from None


def _croissant_text(report, existing):
    try:
        return json.dumps(report.croissant(existing), indent=1, ensure_ascii=False) + "\n"
    except (ValueError, TypeError) as error:
        raise UsageError(f"--croissant: {one_line(error)}") from None


def _shown(arguments):
    return "sample" if arguments.file is None else arguments.file.as_posix()


def _source(arguments):
    """Where the data came from, and how the report was made."""
    found = {"file": "the embedded sample" if arguments.file is None else arguments.file.name}
    if arguments.file is not None:
        found["label"] = ", ".join(label_columns(arguments))
        with open(arguments.file, "rb") as file:
            found["sha256"] = hashlib.file_digest(file, "sha256").hexdigest()
    return found | {"command": shlex.join(["skclean", *map(str, arguments.argv)])}


def _row_is_line(arguments, features):
    """Return whether each row of the file is one line, behind one line of header."""
    if arguments.file is None or suffix_of(arguments.file) not in (".csv", ".tsv") or arguments.comment is not None:
        return False
    with open(arguments.file, "rb") as file:
        first = file.readline()
        n_lines = 1 + sum(1 for _ in file)
    return n_lines == len(features) + 1 and not first.lower().startswith((b"sep=", b'"sep='))
