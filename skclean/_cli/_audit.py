"""``skclean audit``: read the table, fit the detector, write rows, show the result."""

import sys
import warnings

import numpy as np

from skclean._cli import _report
from skclean._cli._columns import Columns, comma_numbers, near_duplicate_labels, split_columns
from skclean._cli._decided import decided_labels, merged_flags
from skclean._cli._errors import UsageError, one_line, say, show
from skclean._cli._layout import text_layout
from skclean._cli._method import check_estimate, make_detector, trusted_labels
from skclean._cli._output import check_output, write_table
from skclean._cli._reviewed import reviewed_labels
from skclean._cli._source import Source
from skclean._cli._tables import load_pandas, read_table
from skclean._cli._written import doubtful_rows, review_rows
from skclean.datasets import make_noisy_table
from skclean.evidence import find_leaks
from skclean.exceptions import InterruptedFitWarning
from skclean.inspection._doubtful import doubtful_table, ranked
from skclean.targets import encode_labels

__all__ = ["run_audit"]

MAX_ALIKE = 5
MAX_NAMED = 10


def run_audit(arguments):
    """Run the command; the exit code."""
    detector = make_detector(arguments)  # before any file is read, so that a wrong name costs no time
    if arguments.out is not None:
        check_output(arguments.out, force=arguments.force, source=arguments.file)
    source = Source(arguments.file)
    with source.read():  # types and names of columns come from several readings
        frame, columns, flipped = _open(arguments)
    columns = _with_labels(detector, arguments, frame, columns)
    for name in comma_numbers(columns.features):
        say(f"warning: commas in {name!r} are read as thousands separators; for decimal marks, add --decimal ','")
    features = columns.features  # a row is known by all of them
    columns = _without_leaks(columns, arguments.leaks)
    alike = "; ".join(", ".join(map(repr, group)) for group in near_duplicate_labels(columns.labels)[:MAX_ALIKE])
    if alike:
        say(f"warning: labels that differ only by blanks, case or the digits of a number are classes apart: {alike}")
    interrupted = _fit_detector(detector, columns)
    table = doubtful_table(detector, own_rule=arguments.rule is None)
    summary = _report.summarise(detector, table)
    written = _write(detector, arguments, frame, table, source, features)
    shown = _report.lines(summary, table, columns.names, top=arguments.top, flipped=flipped)
    show([*shown, *_report.written_lines(arguments, summary, written)])
    code = _exit_code(arguments, summary["noise_rate"])
    if interrupted:
        say("interrupted: the result rests on what was computed until then")
    return 130 if interrupted else code


def _open(arguments):
    """The table, its parts, and the mask of labels known to be wrong (None for a user's file)."""
    named = [arguments.label, arguments.index, arguments.verified, *arguments.drop]
    if arguments.reviewed_file is None:  # otherwise it is a column of that file
        named.append(arguments.reviewed)
    if arguments.file is None:
        of_files = (
            *(arguments.sep, arguments.reviewed, arguments.reviewed_file, arguments.review_sample, arguments.decisions),
        )
        if any(option is not None for option in (*named, *of_files)):
            raise UsageError("name the FILE to audit first: skclean audit FILE --label COLUMN")
        load_pandas()
        sample = make_noisy_table(n_missing_labels=5, as_frame=True, random_state=0)
        columns = Columns(sample.data, sample.target, np.arange(len(sample.target)), None)
        return sample.data.assign(churn=sample.target), columns, sample.flipped
    reviewed = arguments.reviewed if arguments.reviewed_file is None else None
    frame = read_table(
        arguments.file,
        text=text_layout(arguments),
        decimal=arguments.decimal,
        thousands=arguments.thousands,
        missing=arguments.missing,
        named=named,
        label=arguments.label,
        index=arguments.index,
        reviewed=reviewed,
    )
    if arguments.label is None:
        raise UsageError(f"name the column that holds the labels with --label; there are {', '.join(frame.columns)}")
    columns = split_columns(
        frame,
        label=arguments.label,
        drop=arguments.drop,
        index=arguments.index,
        verified=arguments.verified,
        reviewed=reviewed,
    )
    return frame, columns, None


def _with_labels(detector, arguments, frame, columns):
    """The parts of the table with reviewed labels; labels that were typed are looked up for the detector."""
    try:
        labels = encode_labels(columns.labels)
    except (ValueError, TypeError) as error:
        raise UsageError(f"the table cannot be audited: {one_line(error)}") from None
    check_estimate(arguments, labels)
    if arguments.trusted_class:
        detector.set_params(trusted_classes=trusted_labels(arguments.trusted_class, labels.classes))
    decided = decided_labels(arguments, columns)
    if decided is None:
        return columns._replace(reviewed=reviewed_labels(arguments, frame, columns, labels.classes))
    return columns._replace(reviewed=decided.reviewed, verified=merged_flags(columns.verified, decided.verified))


def _without_leaks(columns, leaks):
    """The columns to learn from; those that hide wrong labels are named, and left out unless they are to be kept."""
    try:
        found = find_leaks(columns.features, encode_labels(columns.labels))
    except (ValueError, TypeError):  # what is wrong is said when the labels are judged
        found = []
    if not found:
        return columns
    named = "; ".join(f"{leak.name!r} {leak.reason}" for leak in found[:MAX_NAMED])
    named += f"; and {len(found) - MAX_NAMED} more" * (len(found) > MAX_NAMED)
    rest = columns.features.drop(columns=[leak.name for leak in found])
    if leaks == "keep":
        say(f"warning: columns that hide wrong labels are learned from: {named}")
    elif not rest.shape[1]:
        say(f"warning: every column hides wrong labels, and is kept as there is no other: {named}")
    else:
        say(f"warning: columns that hide wrong labels are left out: {named}; learn from them with --leaks keep")
        return columns._replace(features=rest)
    return columns


def _fit_detector(detector, columns):
    """Fit the detector; what the library warns of or refuses is said in one line. Return whether it was interrupted."""
    if sys.stderr.isatty():
        say(f"judging {len(columns.labels):,} labels …")
    params = {"verified": columns.verified, "reviewed": columns.reviewed}
    params = {name: values for name, values in params.items() if values is not None}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            detector.fit(columns.features.reset_index(drop=True), columns.labels.reset_index(drop=True), **params)
        except (ValueError, TypeError) as error:
            raise UsageError(f"the table cannot be audited: {one_line(error)}") from None
    for message in dict.fromkeys(one_line(w.message) for w in caught if issubclass(w.category, UserWarning)):
        say(f"warning: {message}")
    return any(issubclass(w.category, InterruptedFitWarning) for w in caught)


def _write(detector, arguments, frame, table, source, features):
    """Write the rows that were asked for to --out; the audit table's lines of them, None where nothing is written."""
    if arguments.out is None:
        return None
    if arguments.review_sample is None:
        lines = ranked(table[table["doubtful"]])
        with source.read():
            cells = doubtful_rows(arguments, frame, lines, features)
        write_table(cells, arguments.out)
        return lines
    rows = detector.review_sample(arguments.review_sample, random_state=arguments.seed)
    with source.read():
        cells = review_rows(arguments, frame, rows)
    write_table(cells, arguments.out)
    return table.iloc[rows]


def _exit_code(arguments, noise_rate):
    """1 where the estimated noise rate is above the limit, else 0."""
    if arguments.fail_above is None:
        return 0
    if noise_rate is None:
        raise UsageError("--fail-above compares an estimate of the noise rate, and this audit gives none")
    if noise_rate.rate > arguments.fail_above:
        say(f"the estimated noise rate {100 * noise_rate.rate:.2f} % is above {100 * arguments.fail_above:.2f} %")
        return 1
    return 0
