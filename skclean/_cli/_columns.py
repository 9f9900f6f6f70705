"""A table split into what is learned from, the labels, the names of the rows, and what is known of them."""

import re
from decimal import Decimal
from typing import NamedTuple

import numpy as np

from skclean._cli._errors import UsageError
from skclean._cli._tables import check_column
from skclean.utils._texts import alike_texts

__all__ = [
    "FALSE_WORDS",
    "TRUE_WORDS",
    "Columns",
    "comma_numbers",
    "missing_cells",
    "near_duplicate_labels",
    "split_columns",
    "split_features",
]

MAX_CLASSES = 1000
TRUE_WORDS = {"true", "1", "1.0", "yes", "y", "t"}
FALSE_WORDS = {"false", "0", "0.0", "no", "n", "f", "", "nan", "none", "<na>"}


class Columns(NamedTuple):
    """Parts of a table.

    Attributes
    ----------
    features : pandas.DataFrame
        What is learned from.
    labels : pandas.Series
        Given labels; missing where a row is unlabelled.
    names : sequence of shape (n_samples,)
        What the rows are called on screen.
    verified : ndarray of shape (n_samples,), bool, or None
        True where the label is known to be right.
    reviewed : ndarray of shape (n_samples,), dtype object, or None
        The right label as it stands in the table, where somebody has looked; None elsewhere.
    """

    features: object
    labels: object
    names: object
    verified: object
    reviewed: object = None


class Features(NamedTuple):
    """What is learned from, the names of the rows, and which labels are known to be right (or None)."""

    table: object
    names: object
    verified: object


def split_features(frame, labels, drop=(), *, index=None, verified=None, reviewed=None):
    """Take the columns of labels and those of other roles from a table: Features."""
    for option, names in (
        ("--drop", drop),
        ("--index", [index]),
        ("--verified", [verified]),
        ("--reviewed", [reviewed]),
    ):
        for name in names:
            if name is not None:
                check_column(frame, name, option)
            if name in labels:
                raise UsageError(f"{option} names {name!r}, which is the label column")
    others = {name for name in (index, verified, reviewed) if name is not None}
    features = frame.drop(columns=[*labels, *drop, *others])
    if not features.shape[1]:
        raise UsageError("no column is left to learn from")
    _check_plain(features)
    names = frame.index if index is None else frame[index].to_numpy()
    return Features(features, names, None if verified is None else _flags(frame[verified]))


def split_columns(frame, *, label, drop=(), index=None, verified=None, reviewed=None):
    """Split a table by the roles of its columns; the arguments are names of columns."""
    check_column(frame, label, "--label")
    features = split_features(frame, [label], drop, index=index, verified=verified, reviewed=reviewed)
    return Columns(
        features=features.table,
        labels=_checked_labels(frame[label]),
        names=features.names,
        verified=features.verified,
        reviewed=None if reviewed is None else _texts(frame[reviewed]),
    )


def comma_numbers(features):
    """Names of text columns that hold nothing but numbers whose comma may be a decimal mark or not, as 1,234."""
    texts = (features[name].dropna() for name in features if features[name].dtype in (object, "string"))
    both = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
    return [text.name for text in texts if len(text) and all(both.fullmatch(str(cell)) for cell in text.unique())]


def near_duplicate_labels(labels):
    """Groups of labels that seem to mean the same: written with other blanks, case, or digits, as 1, 01 and 1.0."""
    return alike_texts(value for value in labels.dropna().unique() if isinstance(value, str))


def _texts(column):
    """Cells of a column, None where one is missing: ndarray of dtype object."""
    return np.where(missing_cells(column), None, column.astype(object))


def missing_cells(column):
    """Return where a column of labels has none, or blanks alone: pandas.Series of bool."""
    return column.isna() | column.map(lambda value: isinstance(value, str) and not value.strip()).astype(bool)


def _check_plain(features):
    """Cells that are lists or records, as parquet allows, or infinite say nothing to a model."""
    for name, column in features.items():
        if column.dtype.kind == "f" and np.isinf(column.to_numpy(dtype=float, na_value=np.nan)).any():
            raise UsageError(
                f"the column {name!r} holds infinity; leave such cells empty, or leave it out with --drop {name!r}"
            )
        if column.dtype == object:
            first = column.dropna()
            if len(first) and isinstance(first.iloc[0], (list, tuple, dict, set, np.ndarray)):
                kind = type(first.iloc[0]).__name__
                raise UsageError(f"the column {name!r} holds values of type {kind}; leave it out with --drop {name}")


def _checked_labels(labels):
    """The labels, if they can be classes."""
    name = labels.name
    try:
        labels = _plain_labels(labels)
        n_classes = labels.nunique()
    except TypeError:
        raise UsageError(f"--label: the column {name!r} holds lists or records, not labels") from None
    n_labelled = int(labels.notna().sum())
    if n_labelled == 0:
        raise UsageError(f"--label: the column {name!r} has no label at all, all {len(labels)} values are missing")
    if n_classes == 1:
        gaps = len(labels) - n_labelled
        missing = f"; {gaps} values are missing, as which None, NA and null are read in text files" if gaps else ""
        raise UsageError(f"--label: the column {name!r} has one class only, {labels.dropna().iloc[0]!s}{missing}")
    if n_classes > MAX_CLASSES or 2 * n_classes > n_labelled:
        raise UsageError(
            f"--label: the column {name!r} has {n_classes} distinct values in {n_labelled} labelled rows; it looks "
            "like an identifier or a continuous target (add --target numeric, or bin it into classes first)"
        )
    if labels.dtype.kind == "f" and bool((labels.dropna() % 1 == 0).all()):
        return labels.astype("Int64").astype(object)  # whole numbers that a gap turned into floats
    return labels


def _plain_labels(labels):
    """Blanks alone are missing labels, and decimal numbers, which databases write, are whole or not."""
    plain = {}
    for value in labels.dropna().unique():
        if isinstance(value, str) and not value.strip():
            plain[value] = None
        elif isinstance(value, Decimal):
            plain[value] = int(value) if value % 1 == 0 else float(value)
    if not plain:
        return labels
    return labels.astype(object).map(lambda value: plain.get(value, value), na_action="ignore")


def _flags(column):
    texts = column.astype(object).map(lambda value: str(value).strip().lower())
    unknown = ~texts.isin(TRUE_WORDS | FALSE_WORDS)
    if unknown.any():
        value = column[unknown].head(1).tolist()[0]  # as Python writes it, not NumPy
        raise UsageError(f"--verified: the column {column.name!r} holds {value!r}; use true and false, or 1 and 0")
    return texts.isin(TRUE_WORDS).to_numpy(dtype=bool)
