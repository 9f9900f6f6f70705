"""Arguments of the command line."""

import argparse

import skclean
from skclean._cli import _argument_groups as groups
from skclean._cli._errors import UsageError
from skclean._cli._names import names_of

__all__ = ["make_parser"]

_AUDIT_EPILOG = """\
The estimated noise rate comes from a model of the noise, with a 90 % interval; it is not the share of flagged labels.
Tier 1: labels that may be wrong even if labels are outcomes; tier 2: further ones if they are annotations. Each line
says how many of them are expected to be wrong, which may be few.
To find out which they are, draw rows with --review-sample, fill them in, and pass them with --reviewed-file.
Rows are counted from 0, the header apart, unless --index or the index of a parquet file names them.
Without FILE a sample with known wrong labels is audited, so the result says how many of them were caught.
exit codes: 0 done, 1 noise rate above --fail-above, 2 unusable input or a failure, 130 interrupted"""


class _Parser(argparse.ArgumentParser):
    def error(self, message):
        raise UsageError(f"{message} (see {self.prog} --help)")


class _CommandParser(_Parser):
    def format_help(self):
        """Return the help with the names of all detectors and rules, which are looked up for nothing else here."""
        for action in self._actions:
            for word, package in (("DETECTORS", "detectors"), ("RULES", "rules")):
                if action.help and word in action.help:
                    action.help = action.help.replace(word, ", ".join(names_of(package)))
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
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_CommandParser)

    parsers = {}

    def add(name, summary, *parts, epilog=None):
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
        )
        for part in parts:
            part(command)
        parsers[name] = command

    add(
        "audit",
        "rank the labels of a table by how doubtful they are",
        groups.add_any_table,
        *(groups.add_text, groups.add_output, groups.add_level, groups.add_review, groups.add_method),
        epilog=_AUDIT_EPILOG,
    )
    add(
        "review",
        "show doubtful rows to a reviewer, and record what is decided",
        *(
            groups.add_review_page,
            groups.add_table_roles,
            groups.add_text,
            groups.add_output,
            groups.add_level,
            groups.add_review,
            groups.add_method,
        ),
    )
    add("apply", "put the decisions of reviewers into a copy of the table", groups.add_apply, groups.add_text)
    add("diff", "say what got better between two reports of audit --json", groups.add_diff)
    add(
        "noise",
        "estimate how many labels are wrong, and what they are taken for",
        groups.add_noise,
        groups.add_text,
        groups.add_work,
    )
    add(
        "compare",
        "say which detector finds most wrong labels in a table",
        groups.add_compare,
        groups.add_text,
        groups.add_work,
    )
    add("completion", "write a script that completes commands and options in a shell", groups.add_completion)
    parser.set_defaults(commands=parsers)
    return parser
