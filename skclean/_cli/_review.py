"""``skclean review``: show the doubtful rows to a reviewer on this machine, and keep what is decided."""

import importlib
import webbrowser

from skclean._cli._apply import read_decisions_file
from skclean._cli._errors import UsageError, one_line, printable, say, show
from skclean._cli._layout import TextLayout
from skclean._cli._tables import read_cells, read_table
from skclean.review import DecisionFile, ReviewServer, issues_summary, read_summary

__all__ = ["decisions_path", "load_summary", "run_review"]


def run_review(arguments):
    """Run the command; the exit code."""
    if arguments.file is None:
        raise UsageError("name the FILE to review: what skclean audit --out or --json wrote")
    summary = load_summary(arguments)
    path = decisions_path(arguments)
    if not path.parent.is_dir():
        raise UsageError(f"--decisions {path}: the directory {path.parent} does not exist")
    page = _page()
    if path.exists():
        read_decisions_file(path, "--decisions")  # says what is wrong with it
    try:
        with DecisionFile(path) as file:
            return _serve(arguments, summary, file, page)
    except (ValueError, OSError) as error:
        raise UsageError(f"--decisions: {one_line(error)}") from None


def decisions_path(arguments):
    """The file of decisions that belongs to a file of rows: beside it, unless another one was named."""
    if arguments.decisions is not None:
        return arguments.decisions
    return arguments.file.with_name(f"{arguments.file.name.partition('.')[0]}.decisions.csv")


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
