"""Labels that people have looked at, from a column of the table or from a file that was filled in."""

import csv

import numpy as np

from skclean._cli._columns import missing_cells
from skclean._cli._errors import UsageError
from skclean._cli._layout import TextLayout
from skclean._cli._tables import check_column, read_table, suffix_of, wide_encoding
from skclean._cli._written import free_name
from skclean.targets import listed
from skclean.utils._matching import KnownValues
from skclean.utils._texts import text_key

__all__ = ["reviewed_labels"]


def reviewed_labels(arguments, frame, columns, classes):
    """Return the right label of each row that was reviewed: ndarray of shape (n_rows,), None elsewhere.

    Parameters
    ----------
    arguments : argparse.Namespace
    frame : pandas.DataFrame
        The table that is audited.
    columns : Columns
        Its parts.
    classes : ndarray of shape (n_classes,)
        Its labels.

    Returns
    -------
    reviewed : ndarray of shape (n_rows,), dtype object, or None
        In the type of `classes`. None where nothing was said of reviewed labels.
    """
    if arguments.reviewed_file is not None:
        texts = _from_file(arguments, frame, columns)
        option, column = "--reviewed-file", _review_column(arguments, frame)
    elif arguments.reviewed is not None:
        texts = {row: text for row, text in enumerate(columns.reviewed) if text is not None}
        option, column = "--reviewed", arguments.reviewed
    else:
        return None
    if not texts:
        raise UsageError(
            f"{option}: the column {column!r} is empty; write the right label in it where somebody has looked"
        )
    known, values = KnownValues(classes.tolist()), classes.tolist()
    reviewed = np.full(len(frame), None, dtype=object)
    for row, text in texts.items():
        found = known.find(text)
        if len(found) != 1:
            raise UsageError(
                f"{option}: in row {columns.names[row]} the column {column!r} holds {str(text)!r}, which is none of "
                f"the labels {listed(classes)}; correct it, or leave the cell empty"
            )
        reviewed[row] = values[found[0]]
    return reviewed


def _review_column(arguments, frame):
    return arguments.reviewed or free_name("reviewed", _taken(frame))


def _taken(frame):
    """Names that the written rows have from the table."""
    return {*frame.columns, *frame.index.names}


def _from_file(arguments, frame, columns):
    """Texts of a filled-in file under the positions of the rows in the table: dict of int -> object."""
    path, column = arguments.reviewed_file, _review_column(arguments, frame)
    row_column = arguments.index or free_name("row", _taken(frame))
    review = read_table(
        path,
        text=_layout_of(path, column),
        missing=arguments.missing,
        named=[column, row_column, arguments.label],
        label=arguments.label,
        index=row_column,
        reviewed=column,
    )
    for name in (column, row_column):
        check_column(review, name, "--reviewed-file")
    review = review.reset_index(drop=True)[~missing_cells(review[column])]
    names = frame.index.to_numpy() if arguments.index is None else columns.names
    known = KnownValues(names if arguments.index else range(len(frame)))
    texts = {}
    for line, name, text in zip(review.index, review[row_column], review[column], strict=True):
        found = known.find(name)
        if len(found) != 1:
            count = "no row" if not found else f"{len(found)} rows"
            raise UsageError(
                f"--reviewed-file: line {line + 2} of {path} is for {row_column} {str(name)!r}, and {arguments.file} "
                f"has {count} of that name"
            )
        row = found[0]
        if row in texts:
            raise UsageError(f"--reviewed-file: {path} has two lines for {row_column} {str(name)!r}; delete one")
        if arguments.label in review:
            _check_same_label(arguments, review[arguments.label][line], columns.labels.iloc[row], name)
        texts[row] = text
    return texts


def _check_same_label(arguments, then, now, name):
    """Raise where the label is another one than in the review file: rows may have moved since."""
    then, now = ("" if value is None or value != value else text_key(value) for value in (then, now))
    if then != now:
        hint = "" if arguments.index else "; where rows have moved, name them by --index in both commands"
        raise UsageError(
            f"--reviewed-file: row {name} has another label in {arguments.file} ({now}) than in "
            f"{arguments.reviewed_file} ({then}){hint}"
        )


def _layout_of(path, column):
    """Return how a spreadsheet saved the file: it chooses encoding and separator by the country."""
    if suffix_of(path) not in (".csv", ".tsv") or not path.is_file() or path.stat().st_size == 0:
        return TextLayout()
    encoding = wide_encoding(path) or _narrow_encoding(path)
    with open(path, encoding=encoding, errors="replace", newline="") as file:
        lines = [line.removeprefix("\ufeff") for line, _ in zip(file, range(2), strict=False)]  # the first may be sep=;
    for sep in ",;\t|":
        if any(column in header for header in csv.reader(lines, delimiter=sep)):
            return TextLayout(encoding, sep)
    return TextLayout(encoding)


def _narrow_encoding(path):
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
