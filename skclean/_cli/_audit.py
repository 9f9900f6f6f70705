"""``skclean audit``: read the table, fit the detector, write rows and reports, show the result."""

from skclean._cli import _report
from skclean._cli._baseline import judged_rows
from skclean._cli._decided import decided_labels, merged_flags
from skclean._cli._errors import UsageError, one_line, say, show
from skclean._cli._exports import check_exports, write_exports
from skclean._cli._fit import fit_detector as _fit_detector
from skclean._cli._fit import open_file, open_sample, warn_of_columns, without_leaks
from skclean._cli._method import check_estimate, make_detector, trusted_labels
from skclean._cli._output import check_output, write_table
from skclean._cli._planned import plan_lines
from skclean._cli._reviewed import reviewed_labels
from skclean._cli._source import Source
from skclean._cli._target import as_texts, check_options, kind_of, may_be_numbers
from skclean._cli._written import doubtful_rows, review_rows
from skclean.detectors import default_detector
from skclean.inspection._doubtful import doubtful_table, ranked
from skclean.review import judge_only, plan_review
from skclean.targets import KINDS, encode_labels

__all__ = ["run_audit"]

_OF_FILES = ("sep", "reviewed", "reviewed_file", "review_sample", "decisions", "baseline", "budget")


def run_audit(arguments):
    """Run the command; the exit code."""
    kind = kind_of(arguments)
    detector = _detector(arguments, kind)  # before any file is read, so that a wrong name costs no time
    if arguments.out is not None:
        check_output(arguments.out, force=arguments.force, source=arguments.file)
    check_exports(arguments)
    source = Source(arguments.file)
    with source.read():  # types and names of columns come from several readings
        frame, columns, found, flipped = _open(arguments, kind)
    if kind is None and found != "class":
        check_options(arguments, found)
        say(f"the labels are read as {KINDS[found]}; for classes, write them without fractions")
        detector = _detector(arguments, found)
    if kind is None and found == "class" and may_be_numbers(columns.labels):
        say("the labels are read as classes; if they are numbers, add --target numeric")
    if found == "class":
        columns = _with_labels(detector, arguments, frame, columns)
        warn_of_columns(columns)
    features = columns.features  # a row is known by all of them
    judged = judged_rows(arguments, columns)
    learned = without_leaks(columns, arguments.leaks) if found == "class" else columns
    interrupted = _fit_detector(detector, learned)
    if judged is not None:
        detector = judge_only(detector, judged)
    table = as_texts(doubtful_table(detector, own_rule=arguments.rule is None))
    summary = _report.summarise(detector, table) | {"n_judged": None if judged is None else int(judged.sum())}
    plan = _plan(detector, arguments)
    written = _write(detector, arguments, frame, table, source, features, plan)
    shown = _report.lines(summary, table, columns.names, top=arguments.top, flipped=flipped)
    exported = write_exports(arguments, detector, features, columns.names, source)
    lines = [*shown, *plan_lines(plan), *_report.written_lines(arguments, summary, written), *exported]
    show(lines)
    code = _exit_code(arguments, summary["noise_rate"])
    if interrupted:
        say("interrupted: the result rests on what was computed until then")
    return 130 if interrupted else code


def _detector(arguments, kind):
    """The detector that was named, or that of the kind of labels."""
    return make_detector(arguments, default_detector("class" if kind is None else kind).alias)


def _open(arguments, kind):
    """The table, its parts, the kind of labels, and the mask of labels known to be wrong (None for a user's file)."""
    if arguments.file is not None:
        reviewed = arguments.reviewed if arguments.reviewed_file is None else None  # else a column of that file
        return *open_file(arguments, reviewed=reviewed, kind=kind), None
    named = [arguments.label, arguments.index, arguments.verified, *arguments.drop, kind]
    if any(option is not None for option in (*named, *(getattr(arguments, name) for name in _OF_FILES))):
        raise UsageError("name the FILE to audit first: skclean audit FILE --label COLUMN")
    frame, columns, flipped = open_sample()
    return frame, columns, "class", flipped


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


def _plan(detector, arguments):
    """The rows to review for a budget; None where none was named."""
    if arguments.budget is None:
        return None
    try:
        return plan_review(detector, arguments.budget, random_state=arguments.seed)
    except ValueError as error:
        raise UsageError(f"--budget: {one_line(error)}") from None


def _write(detector, arguments, frame, table, source, features, plan):
    """Write the rows that were asked for to --out; the audit table's lines of them, None where nothing is written."""
    if arguments.out is None:
        return None
    if arguments.review_sample is not None:
        rows = detector.review_sample(arguments.review_sample, random_state=arguments.seed)
        with source.read():
            cells = review_rows(arguments, frame, rows)
        lines = table.iloc[rows]
    else:
        lines = ranked(table[table["doubtful"]]) if plan is None else table.iloc[plan.rows]
        with source.read():
            cells = doubtful_rows(arguments, frame, lines, features)
    write_table(cells, arguments.out, safe=arguments.safe_cells)
    return lines


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
