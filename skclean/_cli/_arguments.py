"""Arguments of the command line."""

import argparse
from pathlib import Path

import skclean
from skclean._cli._errors import UsageError

__all__ = ["make_parser"]

_EPILOG = """\
The estimated noise rate comes from a model of the noise, with a 90 % interval; it is not the share of flagged labels.
Tier 1: labels that are probably wrong even if labels are outcomes; tier 2: further ones if they are annotations.
To find out which they are, draw rows with --review-sample, fill them in, and pass them with --reviewed-file.
Rows are counted from 0, the header apart, unless --index or the index of a parquet file names them.
Without FILE a sample with known wrong labels is audited, so the result says how many of them were caught.
exit codes: 0 done, 1 noise rate above --fail-above, 2 unusable input or a failure, 130 interrupted"""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(f"{message} (see {self.prog} --help)")


class _AuditParser(_Parser):
    def format_help(self):
        """Return the help with the names of all detectors and rules, which are imported for nothing else here."""
        for action in self._actions:
            if action.dest in ("detector", "rule"):
                names = skclean.detectors.DETECTORS if action.dest == "detector" else skclean.rules.RULES
                action.help = action.help.replace("NAMES", str(sorted(names)))
        return super().format_help()


def make_parser():
    """The parser of the whole command line.

    Returns
    -------
    parser : argparse.ArgumentParser
        Raises UsageError where argparse would print its usage and leave.
    """
    parser = _Parser(prog="skclean", description="Find wrong labels in a table.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"skclean {skclean.__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_AuditParser)
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
    add("--out", metavar="FILE", type=Path, help="write the doubtful rows, tier 1 first; csv, tsv or parquet")
    add("--force", action="store_true", help="replace --out where it exists")
    add("--drop", metavar="COLUMN", nargs="+", action="extend", default=[], help="columns not to learn from")
    add("--index", metavar="COLUMN", help="column that names the rows; not learned from")
    add("--verified", metavar="COLUMN", help="column that is true where the label is known to be right")
    add("--reviewed", metavar="COLUMN", help="column of the right label where somebody has looked, else empty")
    add("--reviewed-file", metavar="FILE", type=Path, help="rows of --review-sample, filled in")
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
    add("--detector", metavar="NAME", default="confident_learning", help="one of NAMES (default: %(default)s)")
    add("--rule", metavar="NAME", help="which labels are flagged: one of NAMES")
    add(
        "--leaks",
        choices=["drop", "keep"],
        default="drop",
        help="leave out columns that copy the label, number or identify the rows, or learn from them (default: drop)",
    )
    add(
        "--labels",
        choices=["outcomes", "annotations"],
        help="outcomes can go either way for the same record, so doubt is no error; annotations could be told from the "
        "record by an expert (default: outcomes)",
    )
    add(
        "--ambiguity",
        metavar="NUMBER|auto",
        type=_ambiguity,
        help="share of the doubt that is error, 0 to 1, in place of --labels; auto estimates it from reviewed labels",
    )
    add(
        "--trusted-class",
        metavar="LABEL",
        nargs="+",
        action="extend",
        default=[],
        help="labels that are never given by mistake, and so never flagged",
    )
    add(
        "--review-sample",
        metavar="N",
        type=_sample_size,
        help="write N rows to review to --out, in place of the doubtful ones",
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


def _sample_size(text):
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of rows of at least 1, such as 100")
    return int(text)


def _workers(text):
    if text != "-1" and (not text.isdecimal() or int(text) < 1):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a number of workers of at least 1 nor -1 for all cores")
    return int(text)


def _rate(text):
    rate = _share(text)
    if rate is None:
        raise argparse.ArgumentTypeError(f"{text!r} is not a rate between 0 and 1, such as 0.05")
    return rate


def _ambiguity(text):
    if text == "auto":
        return text
    share = _share(text)
    if share is None:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a share between 0 and 1, such as 0.4, nor auto")
    return share


def _share(text):
    """A number from 0 to 1; None of anything else."""
    try:
        share = float(text)
    except ValueError:
        return None
    return share if 0 <= share <= 1 else None
