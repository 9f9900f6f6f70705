"""Arguments by group: each function adds some to a parser."""

from pathlib import Path

from skclean._cli import _argument_types as types

__all__ = [
    "add_any_table",
    "add_apply",
    "add_compare",
    "add_completion",
    "add_diff",
    "add_level",
    "add_method",
    "add_noise",
    "add_output",
    "add_review",
    "add_review_page",
    "add_table",
    "add_table_roles",
    "add_text",
    "add_work",
]

_FORMATS = "csv, tsv (also .gz), jsonl, parquet, feather or xlsx; first row is the header; - is standard input"


def add_table(parser, nargs="?"):
    """Add FILE and the columns of a table."""
    parser.add_argument("file", metavar="FILE", nargs=nargs, type=Path, help=_FORMATS)
    add_table_roles(parser)


def add_any_table(parser):
    """Add FILE and the columns of a table with labels of any kind."""
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help=_FORMATS)
    _add_labels(parser, action=types.LabelColumns, help="column that holds the labels; once for each column of tags")
    add = parser.add_argument
    add(
        "--target",
        choices=["class", "numeric", "ordinal", "tags", "survival"],
        help="what the labels are: one class a row, numbers, ordered grades, several tags (several --label columns, or "
        "one with ; between the tags), or survival times (default: classes, or numbers where some have a fraction)",
    )
    add(
        "--order", metavar="GRADE", nargs="+", action="extend", default=[], help="grades from the lowest to the highest"
    )
    add("--event", metavar="COLUMN", help="for survival times: column that is true where the event was seen")
    add("--time", metavar="COLUMN", help="for survival times: column of the times")


def add_table_roles(parser):
    """Add what the columns of a table with one class a row are."""
    _add_labels(parser, help="column that holds the labels")


def _add_labels(parser, **label):
    add = parser.add_argument
    add("--label", metavar="COLUMN", **label)
    add("--drop", metavar="COLUMN", nargs="+", action="extend", default=[], help="columns not to learn from")
    add("--index", metavar="COLUMN", help="column that names the rows; not learned from")
    add("--verified", metavar="COLUMN", help="column that is true where the label is known to be right")
    add("--reviewed", metavar="COLUMN", help="column of the right label where somebody has looked, else empty")


def add_text(parser):
    """Add the layout of text files."""
    add = parser.add_argument
    add("--encoding", default="utf-8", help="of a csv or tsv file (default: %(default)s)")
    add("--sep", metavar="CHAR", type=types.character, help="between the columns of a csv file (default: a comma)")
    add(
        "--decimal",
        metavar="CHAR",
        type=types.character,
        default=".",
        help="decimal mark of a text file (default: a point)",
    )
    add(
        "--thousands",
        metavar="CHAR",
        type=types.character,
        help="between groups of digits in a text file (default: none)",
    )
    add(
        "--missing",
        metavar="WORD",
        nargs="+",
        action="extend",
        default=[],
        help="further words of a text file for missing",
    )
    add("--comment", metavar="CHAR", type=types.character, help="lines of a text file that begin with it are skipped")


def add_output(parser):
    """Add what is written and shown."""
    add = parser.add_argument
    add("--out", metavar="FILE", type=Path, help="write the doubtful rows, tier 1 first; any format that is read")
    add("--safe-cells", action="store_true", help="in --out, no text begins like a formula of a spreadsheet")
    add("--report", metavar="FILE", type=Path, help="write a page for people, which they can review rows in")
    add("--json", metavar="FILE", type=Path, help="write the content of that page for other programs")
    add("--sarif", metavar="FILE", type=Path, help="write the flagged rows for code hosts")
    add("--junit", metavar="FILE", type=Path, help="write noise rate and checks for continuous integration")
    add(
        "--croissant",
        metavar="FILE",
        type=Path,
        help="write label quality as Croissant metadata; a file that exists is added to, and loses nothing",
    )
    add("--card", metavar="FILE", type=Path, help="write a data card in Markdown")
    add(
        "--ignore",
        metavar="CODE",
        nargs="+",
        action="extend",
        default=[],
        help="checks that are left out of reports, such as SKC004",
    )
    add("--force", action="store_true", help="replace files that are to be written where they exist")
    add("--top", metavar="N", type=types.count, default=10, help="rows shown on screen (default: %(default)s)")
    add("--fail-above", metavar="RATE", type=types.rate, help="exit with 1 if the estimated noise rate is above RATE")


def add_review(parser):
    """Add what reviewers found, and which rows they should see."""
    add = parser.add_argument
    add("--reviewed-file", metavar="FILE", type=Path, help="rows of --review-sample, filled in")
    add("--decisions", metavar="FILE", type=Path, help="decisions of reviewers, of skclean review or of the report")
    add(
        "--baseline",
        metavar="FILE",
        type=Path,
        help="an earlier table: only rows that are new or changed since then are judged, with all rows as evidence",
    )
    add(
        "--budget",
        metavar="N",
        type=types.sample_size,
        help="choose the N rows whose review is expected to find most, and write them to --out",
    )
    add(
        "--review-sample",
        metavar="N",
        type=types.sample_size,
        help="write N rows to review to --out, in place of the doubtful ones",
    )


def add_level(parser, trusted=True):
    """Add what labels are."""
    add = parser.add_argument
    add(
        "--labels",
        choices=["outcomes", "annotations"],
        help="outcomes can go either way for the same record, so doubt is no error; annotations could be told from the "
        "record by an expert (default: outcomes)",
    )
    add(
        "--ambiguity",
        metavar="NUMBER|auto",
        type=types.ambiguity,
        help="share of the doubt that is error, 0 to 1, in place of --labels; auto estimates it from reviewed labels",
    )
    if trusted:
        add(
            "--trusted-class",
            metavar="LABEL",
            nargs="+",
            action="extend",
            default=[],
            help="labels that are never given by mistake, and so never flagged",
        )


def add_method(parser):
    """Add how wrong labels are found."""
    add = parser.add_argument
    add(
        "--detector",
        metavar="NAME",
        help="one of DETECTORS (default: confident_learning, or that of the kind of labels)",
    )
    add("--rule", metavar="NAME", help="which labels are flagged: one of RULES")
    add(
        "--leaks",
        choices=["drop", "keep"],
        default="drop",
        help="leave out columns that copy the label, number or identify the rows, or learn from them (default: drop)",
    )
    add("--cv", metavar="N|oob", type=types.cv, help="number of folds, or oob (default: the detector's own)")
    add_work(parser)


def add_work(parser):
    """Add workers and seed."""
    add = parser.add_argument
    add(
        "--n-jobs",
        metavar="N",
        type=types.workers,
        default=-1,
        help="workers; -1 means all cores (default: %(default)s)",
    )
    add("--seed", metavar="N", type=types.count, default=0, help="same seed, same result (default: %(default)s)")


def add_apply(parser):
    """Add the arguments of skclean apply."""
    add_table(parser, nargs=None)
    add = parser.add_argument
    add("decisions", metavar="DECISIONS", type=Path, help="csv file of decisions, of skclean review or of the report")
    add("--out", metavar="FILE", type=Path, help="the corrected table; the ending of FILE, or any other that is known")
    add("--log", metavar="FILE", type=Path, help="one line for each change, as csv (default: --out with .log.csv)")
    add("--force", action="store_true", help="replace --out and --log where they exist")
    add("--new-labels", action="store_true", help="allow labels that the table does not have")


def add_review_page(parser):
    """Add the arguments of skclean review."""
    add = parser.add_argument
    add("file", metavar="FILE", nargs="?", type=Path, help="what skclean audit wrote with --out or --json")
    add("--reviewer", metavar="NAME", default="", help="name that is written with each decision")
    add("--port", metavar="N", type=types.port, default=0, help="of 127.0.0.1 (default: any that is free)")
    add("--no-browser", action="store_true", help="print the address, and open no browser")
    add(
        "--second-reviewer",
        metavar="FILE",
        type=Path,
        help="decisions of the first reviewer: rows marked unsure are shown, and a tenth of the others",
    )
    add(
        "--update",
        action="store_true",
        help="FILE is the table: audit it again with --decisions, and say what these tell of the labels",
    )


def add_diff(parser):
    """Add the arguments of skclean diff."""
    add = parser.add_argument
    add("before", metavar="BEFORE", type=Path, help="report of audit --json")
    add("after", metavar="AFTER", type=Path, help="a later one")
    add("--json", metavar="FILE", type=Path, help="write the comparison for other programs")
    add("--force", action="store_true", help="replace --json where it exists")
    add("--top", metavar="N", type=types.count, default=10, help="new rows shown on screen (default: %(default)s)")
    add("--fail-if-worse", action="store_true", help="exit with 1 if the noise rate or a check got worse")


def add_noise(parser):
    """Add the arguments of skclean noise."""
    add_table(parser)
    add_level(parser, trusted=False)
    parser.add_argument(
        "--leaks",
        choices=["drop", "keep"],
        default="drop",
        help="leave out columns that hide wrong labels, or learn from them (default: drop)",
    )


def add_compare(parser):
    """Add the arguments of skclean compare."""
    add_table(parser)
    add = parser.add_argument
    add(
        "--detectors",
        metavar="NAME",
        nargs="+",
        default=["confident_learning", "kdn", "synthetic_mislabels"],
        help="of DETECTORS (default: confident_learning, kdn, synthetic_mislabels)",
    )
    add(
        "--kind",
        choices=["uniform", "pair_flip", "boundary", "feature_dependent"],
        default="uniform",
        help="how labels are made wrong (default: %(default)s)",
    )
    add("--rate", metavar="RATE", type=types.rate, default=0.1, help="share of wrong labels (default: %(default)s)")
    add("--repeats", metavar="N", type=types.sample_size, default=3, help="draws (default: %(default)s)")
    add(
        "--max-rows",
        metavar="N",
        type=types.count,
        default=2000,
        help="larger tables are sampled; 0 takes all rows (default: %(default)s)",
    )


def add_completion(parser):
    """Add the arguments of skclean completion."""
    parser.add_argument("shell", choices=["bash", "zsh", "fish"], help="the shell")
