"""``skclean apply``: put the decisions of reviewers into a copy of the table."""

import csv
import io
import warnings

from skclean._cli._columns import split_columns
from skclean._cli._errors import UsageError, one_line, printable, say, show
from skclean._cli._layout import text_layout
from skclean._cli._output import check_output, check_target, write_text
from skclean._cli._rewrite import label_cells, rewrite
from skclean._cli._source import Source
from skclean._cli._tables import read_table
from skclean.exceptions import StaleDecisionsError
from skclean.review import plan_changes, read_decisions
from skclean.review._decision import as_cell

__all__ = ["read_decisions_file", "run_apply"]

MAX_LISTED = 20
_LOGGED = ("row", "name", "given", "label", "decision", "note", "reviewer", "time")


def run_apply(arguments):
    """Run the command; the exit code."""
    if arguments.label is None or arguments.out is None:
        raise UsageError("skclean apply needs --label COLUMN, which the decisions are on, and --out FILE to write")
    log = arguments.log or arguments.out.with_name(f"{arguments.out.name.partition('.')[0]}.log.csv")
    check_output(arguments.out, force=arguments.force, source=arguments.file)
    check_target(log, force=arguments.force, source=arguments.file, option="--log")
    decisions = read_decisions_file(arguments.decisions, "DECISIONS")
    source, text = Source(arguments.file), text_layout(arguments)
    with source.read():
        plan, n_rows = _planned(arguments, decisions, text)
        rewrite(arguments.file, arguments.out, plan, arguments.label, text=text, n_rows=n_rows)
    write_text(_log_text(plan), log, option="--log")
    show(_lines(arguments, plan, n_rows, log))
    return 0


def read_decisions_file(path, option):
    """The decisions of a file; what is wrong with it is said in one line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            decisions = read_decisions(path)
        except (OSError, ValueError) as error:
            raise UsageError(f"{option}: {one_line(error)}") from None
    for warning in caught:
        say(f"warning: {one_line(warning.message)}")
    return decisions


def _planned(arguments, decisions, text):
    frame = read_table(
        arguments.file,
        text=text,
        decimal=arguments.decimal,
        thousands=arguments.thousands,
        missing=arguments.missing,
        named=[arguments.label, arguments.index, arguments.verified, arguments.reviewed, *arguments.drop],
        label=arguments.label,
        index=arguments.index,
        reviewed=arguments.reviewed,
    )
    columns = split_columns(
        frame,
        label=arguments.label,
        drop=arguments.drop,
        index=arguments.index,
        verified=arguments.verified,
        reviewed=arguments.reviewed,
    )
    labels = label_cells(arguments.file, frame, arguments.label, text=text)
    names = None if arguments.index is None else columns.names
    try:
        plan = plan_changes(labels, decisions, names=names, X=columns.features, new_labels=arguments.new_labels)
    except StaleDecisionsError as error:
        for row, name, why in error.rows[:MAX_LISTED]:
            say(f"row {row}{f' ({name})' if name else ''}: {why}")
        more = len(error.rows) - MAX_LISTED
        raise UsageError(
            f"{len(error.rows)} rows are not as they were when they were reviewed"
            + (f", the last {more} are not listed" if more > 0 else "")
            + "; nothing is changed. Repeat the options --index, --drop, --verified and --reviewed of the audit; where "
            "rows have moved, name them by --index in both commands"
        ) from None
    except ValueError as error:
        raise UsageError(f"{one_line(error)}" + ("" if arguments.new_labels else " with --new-labels")) from None
    return plan, len(frame)


def _log_text(plan):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_LOGGED)
    for line in plan.log:
        writer.writerow([line["row"], *(as_cell(line[name]) for name in _LOGGED[1:])])
    return text.getvalue()


def _lines(arguments, plan, n_rows, log):
    shown = [f"  row {line['row']}{_named(line)}: {_what(line)}" for line in plan.log[:MAX_LISTED]]
    more = len(plan.log) - MAX_LISTED
    shown += [f"  and {more:,} more, see {log}"] if more > 0 else []
    counts = [
        f"{len(plan.labels):,} labels changed",
        f"{len(plan.removed):,} rows removed",
        f"{plan.kept:,} kept",
        f"{plan.unsure:,} unsure",
        f"{plan.done:,} were done before",
    ]
    text = [*(["Changes", *map(printable, shown), ""] if shown else []), ", ".join(counts)]
    return [*text, printable(f"wrote {n_rows - len(plan.removed):,} rows to {arguments.out}, and the changes to {log}")]


def _named(line):
    return f" ({line['name']})" if line["name"] and line["name"] != str(line["row"]) else ""


def _what(line):
    if line["decision"] == "remove":
        return f"removed, its label was {line['given'] or 'missing'}"
    return f"{line['given'] or 'no label'} -> {line['label']}"
