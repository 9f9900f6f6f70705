"""``skclean audit``: read, judge, write, show."""

import sys
import warnings

import numpy as np

from skclean._cli import _report
from skclean._cli._columns import Columns, alike_labels, comma_numbers, split_columns
from skclean._cli._errors import UsageError, one_line, say, show
from skclean._cli._layout import TextLayout
from skclean._cli._output import check_output, write_table
from skclean._cli._tables import load_pandas, read_cells, read_table
from skclean.datasets import make_noisy_table
from skclean.detectors import DETECTORS
from skclean.evidence import encode_labels, find_leaks
from skclean.rules import ExactCount, Fraction, PerClassBudget, resolve_rule
from skclean.utils._params import resolve_alias

__all__ = ["run_audit"]

MOST_ALIKE = 5
MOST_NAMED = 10


def run_audit(arguments):
    """Run the command; the exit code."""
    detector = _make_detector(arguments)  # before any file is read, so that a wrong name costs no time
    if arguments.out is not None:
        check_output(arguments.out, force=arguments.force, source=arguments.file)
    frame, columns, flipped = _open(arguments)
    for name in comma_numbers(columns.features):
        say(f"warning: commas in {name!r} are read as thousands separators; for decimal marks, add --decimal ','")
    columns = _without_leaks(columns, arguments.leaks)
    alike = "; ".join(", ".join(map(repr, group)) for group in alike_labels(columns.labels)[:MOST_ALIKE])
    if alike:
        say(f"warning: labels that differ only by blanks, case or the digits of a number are classes apart: {alike}")
    _judge(detector, columns)
    table = detector.audit_table()
    flagged = table[table["flagged"]].sort_values("quality", kind="stable")
    if arguments.out is not None:
        write_table(_flagged_rows(arguments, frame, flagged), arguments.out)
    summary = _report.summarise(detector, table)
    show(_report.lines(summary, table, columns.names, top=arguments.top, flipped=flipped, out=arguments.out))
    if arguments.fail_above is not None and summary["noise_rate"] > arguments.fail_above:
        say(f"the estimated noise rate {summary['noise_rate']:.2%} is above {arguments.fail_above:.2%}")
        return 1
    return 0


def _make_detector(arguments):
    """The detector, with those options that were given."""
    try:
        detector = resolve_alias(arguments.detector, DETECTORS, name="--detector")
        rule = None if arguments.rule is None else _make_rule(arguments.rule)
    except ValueError as error:
        raise UsageError(error) from None
    if arguments.fail_above is not None and isinstance(rule, (ExactCount, Fraction, PerClassBudget)):
        raise UsageError(f"--fail-above means nothing with --rule {arguments.rule}, which flags a number chosen before")
    known = detector.get_params(deep=False)
    if "leaks" in known:
        detector.set_params(leaks="keep")  # the command finds them itself, for every detector
    asked = {"rule": rule, "cv": arguments.cv}
    for name, value in asked.items():
        if value is not None and name not in known:
            raise UsageError(f"--{name} means nothing to the detector {arguments.detector!r}")
    settings = {**asked, "n_jobs": arguments.n_jobs, "random_state": arguments.seed}
    return detector.set_params(
        **{name: value for name, value in settings.items() if name in known and value is not None}
    )


def _make_rule(name):
    """An unfitted rule, or a ValueError that lists the known ones under the option's name."""
    try:
        return resolve_rule(name)
    except ValueError as error:
        raise ValueError(f"--{error}") from None


def _open(arguments):
    """The table, its parts, and the mask of labels known to be wrong (None for a user's file)."""
    if arguments.file is None:
        given = [arguments.label, arguments.index, arguments.verified, arguments.sep, *arguments.drop]
        if any(option is not None for option in given):
            raise UsageError("name the FILE to audit first: skclean audit FILE --label COLUMN")
        load_pandas()
        sample = make_noisy_table(n_missing_labels=5, as_frame=True, random_state=0)
        columns = Columns(sample.data, sample.target, np.arange(len(sample.target)), None)
        return sample.data.assign(churn=sample.target), columns, sample.flipped
    named = [arguments.label, arguments.index, arguments.verified, *arguments.drop]
    frame = read_table(
        arguments.file,
        text=_text_layout(arguments),
        decimal=arguments.decimal,
        thousands=arguments.thousands,
        missing=arguments.missing,
        named=named,
        label=arguments.label,
        index=arguments.index,
    )
    if arguments.label is None:
        raise UsageError(f"name the column that holds the labels with --label; there are {', '.join(frame.columns)}")
    columns = split_columns(
        frame, label=arguments.label, drop=arguments.drop, index=arguments.index, verified=arguments.verified
    )
    return frame, columns, None


def _without_leaks(columns, leaks):
    """The columns to learn from; those that hide wrong labels are named, and left out unless they are to be kept."""
    try:
        found = find_leaks(columns.features, encode_labels(columns.labels))
    except (ValueError, TypeError):  # what is wrong is said when the labels are judged
        found = []
    if not found:
        return columns
    named = "; ".join(f"{leak.name!r} {leak.reason}" for leak in found[:MOST_NAMED])
    named += f"; and {len(found) - MOST_NAMED} more" * (len(found) > MOST_NAMED)
    rest = columns.features.drop(columns=[leak.name for leak in found])
    if leaks == "keep":
        say(f"warning: columns that hide wrong labels are learned from: {named}")
    elif not rest.shape[1]:
        say(f"warning: every column hides wrong labels, and is kept as there is no other: {named}")
    else:
        say(f"warning: columns that hide wrong labels are left out: {named}; learn from them with --leaks keep")
        return columns._replace(features=rest)
    return columns


def _text_layout(arguments):
    """What was typed of a text file."""
    if arguments.thousands == arguments.decimal:
        raise UsageError(f"--thousands and --decimal are both {arguments.decimal!r}; they must differ")
    return TextLayout(arguments.encoding, arguments.sep, arguments.comment)


def _judge(detector, columns):
    """Fit the detector; what the library warns of or refuses is said in one line."""
    if sys.stderr.isatty():
        say(f"judging {len(columns.labels):,} labels …")
    params = {} if columns.verified is None else {"verified": columns.verified}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            detector.fit(columns.features.reset_index(drop=True), columns.labels.reset_index(drop=True), **params)
        except (ValueError, TypeError) as error:
            raise UsageError(f"the table cannot be audited: {one_line(error)}") from None
    for message in dict.fromkeys(one_line(w.message) for w in caught if issubclass(w.category, UserWarning)):
        say(f"warning: {message}")


def _flagged_rows(arguments, frame, flagged):
    """Flagged rows, most doubtful first: their cells as they stand in the file, then what was found."""
    rows = flagged.index.to_numpy()
    found = {"row": rows} | {name: flagged[name].to_numpy() for name in ("given", "suggested", "quality", "reason")}
    if arguments.file is None:
        result = frame.iloc[rows].reset_index(drop=True)
    else:
        result = read_cells(arguments.file, rows, text=_text_layout(arguments))
        if all(isinstance(cell, str) for cell in result[arguments.label]):  # though some are judged as numbers
            found |= {name: flagged[name].astype(str).to_numpy() for name in ("given", "suggested")}
    taken = set(result.columns)
    for name, values in found.items():
        free = name if name not in taken else f"audit_{name}"
        while free in result.columns:
            free += "_"
        result[free] = values
    return result
