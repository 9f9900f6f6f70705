"""What can be typed after ``skclean``."""

import argparse
from pathlib import Path

import skclean
from skclean._cli._errors import UsageError
from skclean.detectors import DETECTORS
from skclean.rules import RULES

__all__ = ["make_parser"]

_EPILOG = """\
The estimated noise rate is the number of flagged rows over the number of labelled rows.
Rows are counted from 0, the header apart, unless --index or the index of a parquet file names them.
Without FILE a sample with known wrong labels is audited, so the result says how many of them were caught.
exit codes: 0 done, 1 noise rate above --fail-above, 2 unusable input or a failure, 130 interrupted"""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(f"{message} (see {self.prog} --help)")


def make_parser():
    """The parser of the whole command line.

    Returns
    -------
    parser : argparse.ArgumentParser
        Raises UsageError where argparse would print its usage and leave.
    """
    parser = _Parser(prog="skclean", description="Find wrong labels in a table.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"skclean {skclean.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    audit = commands.add_parser(
        "audit",
        help="rank the labels of a table by how doubtful they are",
        description="Rank the labels of a table by how doubtful they are.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    _add_tables(audit)
    _add_method(audit)
    return parser


def _add_tables(parser):
    add = parser.add_argument
    add("file", metavar="FILE", nargs="?", type=Path, help="csv, tsv (also .gz) or parquet; first row is the header")
    add("--label", metavar="COLUMN", help="column that holds the labels")
    add("--out", metavar="FILE", type=Path, help="write all flagged rows, most doubtful first; csv, tsv or parquet")
    add("--force", action="store_true", help="replace --out where it exists")
    add("--drop", metavar="COLUMN", nargs="+", action="extend", default=[], help="columns not to learn from")
    add("--index", metavar="COLUMN", help="column that names the rows; not learned from")
    add("--verified", metavar="COLUMN", help="column that is true where the label is known to be right")
    add("--encoding", default="utf-8", help="of a csv or tsv file (default: %(default)s)")
    add("--sep", metavar="CHAR", type=_character, help="between the columns of a csv file (default: a comma)")
    add(
        "--decimal", metavar="CHAR", type=_character, default=".", help="decimal mark of a text file (default: a point)"
    )
    add("--thousands", metavar="CHAR", type=_character, help="between groups of digits in a text file (default: none)")
    add(
        "--missing",
        metavar="WORD",
        nargs="+",
        action="extend",
        default=[],
        help="further words of a text file for missing",
    )
    add("--comment", metavar="CHAR", type=_character, help="lines of a text file that begin with it are skipped")


def _add_method(parser):
    add = parser.add_argument
    known = sorted(DETECTORS)
    add("--detector", metavar="NAME", default="confident_learning", help=f"one of {known} (default: %(default)s)")
    add("--rule", metavar="NAME", help=f"which labels are flagged: one of {sorted(RULES)}")
    add(
        "--leaks",
        choices=["drop", "keep"],
        default="drop",
        help="leave out columns that copy the label, number or identify the rows, or learn from them (default: drop)",
    )
    add("--cv", metavar="N|oob", type=_cv, help="number of folds, or oob (default: the detector's own)")
    add("--top", metavar="N", type=_count, default=10, help="rows shown on screen (default: %(default)s)")
    add("--n-jobs", metavar="N", type=_workers, default=-1, help="workers; -1 means all cores (default: %(default)s)")
    add("--seed", metavar="N", type=_count, default=0, help="same seed, same result (default: %(default)s)")
    add("--fail-above", metavar="RATE", type=_rate, help="exit with 1 if the estimated noise rate is above RATE")


def _character(text):
    text = "\t" if text == "\\t" else text  # a tab is hard to type
    if len(text) != 1 or text in '\r\n"':
        raise argparse.ArgumentTypeError(rf"{text!r} is not one character, such as ';' or '\t' for a tab")
    return text


def _cv(text):
    if text == "oob":
        return text
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of folds of at least 2 nor 'oob'")
    return int(text)


def _count(text):
    if not text.isdecimal() or int(text) >= 2**32:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 0 to {2**32 - 1}")
    return int(text)


def _workers(text):
    if text != "-1" and (not text.isdecimal() or int(text) < 1):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of workers of at least 1 nor -1 for all cores")
    return int(text)


def _rate(text):
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate <= 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate between 0 and 1, such as 0.05")
    return rate
