"""``skclean review``: show the doubtful rows to a reviewer on this machine, and keep what is decided."""

import importlib
import webbrowser

from skclean._cli._apply import read_decisions_file
from skclean._cli._audit import run_audit
from skclean._cli._errors import UsageError, one_line, printable, say, show
from skclean._cli._layout import TextLayout
from skclean._cli._tables import read_cells, read_table
from skclean.review import DecisionFile, ReviewServer, agreement, issues_summary, read_summary, second_review

__all__ = ["decisions_path", "load_summary", "run_review"]


def run_review(arguments):
    """Run the command; the exit code."""
    if arguments.update:
        return _update(arguments)
    if arguments.file is None:
        raise UsageError("name the FILE to review: what skclean audit --out or --json wrote")
    summary = load_summary(arguments)
    path = decisions_path(arguments)
    first = _first_reviewer(arguments, summary)
    if not path.parent.is_dir():
        raise UsageError(f"--decisions {path}: the directory {path.parent} does not exist")
    page = _page()
    if path.exists():
        read_decisions_file(path, "--decisions")  # says what is wrong with it
    try:
        with DecisionFile(path) as file:
            code = _serve(arguments, summary, file, page)
            if first is not None:
                show(_agreement_lines(agreement(first, file.decisions)))
            return code
    except (ValueError, OSError) as error:
        raise UsageError(f"--decisions: {one_line(error)}") from None


def decisions_path(arguments):
    """The file of decisions that belongs to a file of rows: beside it, unless another one was named."""
    if arguments.decisions is not None:
        return arguments.decisions
    ending = "decisions.csv" if arguments.second_reviewer is None else "second.decisions.csv"
    name, suffix = arguments.file.name, arguments.file.suffix
    if suffix.lower() == ".gz":
        suffix = "".join(arguments.file.suffixes[-2:])
    return arguments.file.with_name(f"{name.removesuffix(suffix)}.{ending}")


def _update(arguments):
    """The audit of a table with what was decided."""
    if arguments.file is None or arguments.decisions is None or arguments.label is None:
        raise UsageError("skclean review --update needs the table, --label COLUMN and --decisions FILE")
    arguments.argv = ["audit", *(word for word in arguments.argv[1:] if word != "--update")]
    return run_audit(arguments)


def _first_reviewer(arguments, summary):
    """The decisions of the first reviewer; the summary keeps the rows that a second one should see."""
    if arguments.second_reviewer is None:
        return None
    first = read_decisions_file(arguments.second_reviewer, "--second-reviewer")
    wanted = set(second_review(first).tolist())
    summary["rows"] = [row for row in summary["rows"] if int(row["row"]) in wanted]
    if not summary["rows"]:
        raise UsageError(f"--second-reviewer: no row of {arguments.file} needs a second look")
    return first


def _agreement_lines(found):
    if not found.n_both:
        return ["the two reviewers have decided no row in common yet"]
    text = f"both reviewers found a label in {found.n_both:,} rows, the same one in {100 * found.agreed:.0f} %"
    if found.kappa == found.kappa:
        text += f"; kappa {found.kappa:.2f} (90 % interval {found.low:.2f} to {found.high:.2f})"
    return [text, f"they differ on {len(found.differ):,} rows; {len(found.settled):,} unsure ones are settled"]


def load_summary(arguments):
    """The rows to review, as the summary that a page shows."""
    path = arguments.file
    if path.suffix.lower() == ".json":
        try:
            return read_summary(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise UsageError(f"{path} cannot be reviewed: {one_line(error)}") from None
    frame = read_table(path, named=[arguments.index])
    try:
        return issues_summary(read_cells(path, range(len(frame)), text=TextLayout()), index=arguments.index)
    except ValueError as error:
        raise UsageError(f"{path} cannot be reviewed: {one_line(error)}") from None


def _page():
    """The function that makes the page; the templates are an extra, and so are imported when they are needed."""
    try:
        return importlib.import_module("skclean.inspection.report").review_page
    except ImportError:
        raise UsageError('the review page needs jinja2; install it with: pip install "skclean[report]"') from None


def _serve(arguments, summary, file, page):
    before = len(file.decisions)
    try:
        server = ReviewServer(summary, file, page, port=arguments.port, reviewer=arguments.reviewer)
    except OSError as error:
        raise UsageError(f"--port {arguments.port} cannot be listened on: {error.strerror}") from None
    show(
        [
            f"{len(summary['rows']):,} rows to review, {before:,} decided before. Open in a browser on this machine:",
            f"  {server.url}",
            printable(f"Each decision is written to {file.path} as it is made. Ctrl-C ends the review."),
        ]
    )
    if not arguments.no_browser:
        webbrowser.open(server.url)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        say("the review has ended")
    finally:
        server.close()
    counts = ", ".join(f"{count:,} {name}" for name, count in file.decisions.counts.items())
    show([f"{len(file.decisions):,} rows decided: {counts}", *_next_steps(arguments, file.path)])
    return 0


def _next_steps(arguments, path):
    return [
        "Next: put the decisions into the table, and learn what they say of the labels:",
        printable(f"  skclean apply TABLE {path} --label COLUMN --out fixed.csv"),
        printable(f"  skclean audit TABLE --label COLUMN --decisions {path}"),
    ]
