"""The table that was named, its parts, and a detector fitted to it."""

import sys
import warnings

import numpy as np

from skclean._cli._columns import Columns, comma_numbers, near_duplicate_labels, split_columns
from skclean._cli._errors import UsageError, one_line, say
from skclean._cli._layout import text_layout
from skclean._cli._progress import show_progress
from skclean._cli._tables import load_pandas, read_table
from skclean._cli._target import is_numeric, split_other_columns
from skclean.datasets import make_noisy_table
from skclean.evidence import find_leaks
from skclean.exceptions import InterruptedFitWarning
from skclean.targets import encode_labels

__all__ = ["fit_detector", "open_file", "open_sample", "warn_of_columns", "without_leaks"]

MAX_ALIKE = 5
MAX_NAMED = 10


def open_sample():
    """The embedded table, its parts, and where its labels are wrong."""
    load_pandas()
    sample = make_noisy_table(n_missing_labels=5, as_frame=True, random_state=0)
    columns = Columns(sample.data, sample.target, np.arange(len(sample.target)), None)
    return sample.data.assign(churn=sample.target), columns, sample.flipped


def open_file(arguments, *, path=None, reviewed=None, kind="class"):
    """Read a table and split it by the roles of its columns.

    Parameters
    ----------
    arguments : argparse.Namespace
        label, drop, index, verified, and the options of text files.
    path : Path or None, default=None
        None means ``arguments.file``.
    reviewed : str or None, default=None
        Column of reviewed labels.
    kind : str or None, default="class"
        Of the labels; None means "numeric" where some have a fraction, else "class".

    Returns
    -------
    frame : pandas.DataFrame
    columns : Columns
    kind : str
    """
    labels = [] if kind == "survival" else [arguments.label]
    as_written = kind in (None, "class", "ordinal", "tags")  # numbers are read with their marks instead
    frame = read_table(
        arguments.file if path is None else path,
        text=text_layout(arguments),
        decimal=arguments.decimal,
        thousands=arguments.thousands,
        missing=arguments.missing,
        named=[*labels, arguments.index, arguments.verified, reviewed, *arguments.drop],
        label=arguments.label if as_written else None,
        index=arguments.index,
        reviewed=reviewed,
    )
    if labels == [None]:
        raise UsageError(f"name the column that holds the labels with --label; there are {', '.join(frame.columns)}")
    if kind is None:
        kind = "numeric" if arguments.label in frame and is_numeric(frame[arguments.label]) else "class"
    if kind != "class":
        return frame, split_other_columns(frame, arguments, kind), kind
    columns = split_columns(
        frame,
        label=arguments.label,
        drop=arguments.drop,
        index=arguments.index,
        verified=arguments.verified,
        reviewed=reviewed,
    )
    return frame, columns, kind


def warn_of_columns(columns):
    """Say what in the columns may be read otherwise than it is meant."""
    for name in comma_numbers(columns.features):
        say(f"warning: commas in {name!r} are read as thousands separators; for decimal marks, add --decimal ','")
    alike = "; ".join(", ".join(map(repr, group)) for group in near_duplicate_labels(columns.labels)[:MAX_ALIKE])
    if alike:
        say(f"warning: labels that differ only by blanks, case or the digits of a number are classes apart: {alike}")


def without_leaks(columns, leaks):
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


def fit_detector(detector, columns):
    """Fit the detector; what the library warns of or refuses is said in one line. Return whether it was interrupted."""
    if sys.stderr.isatty():
        say(f"judging {len(columns.labels):,} labels …")
    params = {"verified": columns.verified, "reviewed": columns.reviewed}
    params = {name: values for name, values in params.items() if values is not None}
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            show_progress(detector)
            detector.fit(columns.features.reset_index(drop=True), columns.labels.reset_index(drop=True), **params)
        except (ValueError, TypeError) as error:
            raise UsageError(f"the table cannot be audited: {one_line(error)}") from None
    for message in dict.fromkeys(one_line(w.message) for w in caught if issubclass(w.category, UserWarning)):
        say(f"warning: {message}")
    return any(issubclass(w.category, InterruptedFitWarning) for w in caught)
