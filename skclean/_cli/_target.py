"""Labels that are not one class a row: numbers, grades, several tags, events and times."""

import numpy as np

from skclean._cli._columns import FALSE_WORDS, TRUE_WORDS, Columns, missing_cells, split_features
from skclean._cli._errors import UsageError, one_line
from skclean._cli._tables import check_column, load_pandas
from skclean.targets import KINDS, entry_text, kind_of_target, read_grades

__all__ = [
    "as_texts",
    "check_options",
    "is_numeric",
    "kind_of",
    "label_columns",
    "may_be_numbers",
    "split_other_columns",
]

# Options that read reviewed or trusted classes, or compare labels with an earlier table.
_OF_CLASSES = (
    *("reviewed", "reviewed_file", "review_sample", "decisions", "baseline", "budget", "trusted_class"),
    *("labels", "ambiguity", "fail_above"),
)

# So many distinct whole numbers are rarely classes.
MANY_NUMBERS = 30


def kind_of(arguments):
    """Return the kind of the labels as far as the arguments say it: str, or None where the column decides.

    Raises
    ------
    UsageError
        If arguments contradict each other.
    """
    asked, several = getattr(arguments, "target", None), getattr(arguments, "more_labels", None)
    has_times = getattr(arguments, "event", None) is not None or getattr(arguments, "time", None) is not None
    if has_times and (arguments.event is None or arguments.time is None or arguments.label is not None):
        raise UsageError("survival times need both --event COLUMN and --time COLUMN, and no --label")
    if asked == "survival" and not has_times:
        raise UsageError("--target survival needs --event COLUMN and --time COLUMN")
    implied = "survival" if has_times else "tags" if several else None
    if implied is not None and asked not in (None, implied):
        columns = "--event and --time" if has_times else "several --label columns"
        raise UsageError(f"--target {asked} does not go with {columns}")
    kind = implied or asked
    if getattr(arguments, "order", None) and kind not in (None, "ordinal"):
        raise UsageError(f"--order is for --target ordinal, not for {kind}")
    kind = "ordinal" if kind is None and getattr(arguments, "order", None) else kind
    if kind not in (None, "class"):
        check_options(arguments, kind)
    return kind


def check_options(arguments, kind):
    """Raise where an option is for labels of one class a row, and these are of another kind."""
    for name in _OF_CLASSES:
        if getattr(arguments, name, None) not in (None, []):
            raise UsageError(
                f"--{name.replace('_', '-')} is for labels of one class a row, and these are {KINDS[kind]}"
            )


def label_columns(arguments):
    """Return the columns that hold the labels: list of str."""
    if getattr(arguments, "event", None) is not None:
        return [arguments.event, arguments.time]
    return [arguments.label, *(getattr(arguments, "more_labels", None) or [])]


def split_other_columns(frame, arguments, kind):
    """Split a table whose labels are of another kind than classes: Columns."""
    names = label_columns(arguments)
    for name in names:
        check_column(frame, name, "--label" if arguments.label is not None else "--event and --time")
    features = split_features(frame, names, arguments.drop, index=arguments.index, verified=arguments.verified)
    return Columns(
        features=features.table,
        labels=_LABELS[kind](frame[names], arguments),
        names=features.names,
        verified=features.verified,
    )


def is_numeric(labels):
    """Return whether a column of labels is one of numbers that are not all whole."""
    return kind_of_target(labels) == "numeric"


def may_be_numbers(labels):
    """Return whether a column of labels has so many whole numbers that they may be no classes."""
    distinct = labels.dropna().unique()
    return len(distinct) >= MANY_NUMBERS and not any(isinstance(value, (str, bool)) for value in distinct)


def as_texts(table):
    """Return an audit table with tags, and events with times, as texts: pandas.DataFrame."""
    tuples = [name for name in ("given", "suggested") if any(isinstance(value, tuple) for value in table[name])]
    return table.assign(**{name: [entry_text(value) for value in table[name]] for name in tuples})


def _numbers(columns, arguments):
    """One column as numbers; blanks are missing."""
    column = columns.iloc[:, 0]
    pandas = load_pandas()
    texts = column.mask(missing_cells(column)) if column.dtype == object else column
    numbers = pandas.to_numeric(texts, errors="coerce")
    wrong = np.flatnonzero((numbers.isna() & texts.notna()).to_numpy())
    if wrong.size:
        raise UsageError(
            f"--target numeric: the column {column.name!r} holds {column.iloc[wrong[0]]!r} in row {wrong[0]}, which is "
            "no number; correct it, or name it with --missing"
        )
    return numbers.astype(float)


def _grades(columns, arguments):
    """One column as an ordered Categorical."""
    column = columns.iloc[:, 0]
    column = column.astype(object).mask(missing_cells(column))
    order = arguments.order or None
    if order is not None and not any(isinstance(value, str) for value in column.dropna()):
        by_text = {str(value): value for value in column.dropna().unique()}
        order = [by_text.get(text, text) for text in order]
    try:
        target = read_grades(column.where(column.notna(), None), order)
    except ValueError as error:
        text = one_line(error).replace("order=[lowest, …, highest], or an ordered pandas Categorical", "--order")
        text = text.replace("pass all the labels as classes=", "name all grades with --order")
        raise UsageError(f"--target ordinal: {text}") from None
    pandas = load_pandas()
    return pandas.Series(pandas.Categorical.from_codes(target.codes, categories=target.classes, ordered=True))


def _tags(columns, arguments):
    """Several columns of yes and no as 1, 0 and missing; one column as sets of tags."""
    if columns.shape[1] > 1:
        return columns.apply(_cells)
    column = columns.iloc[:, 0]
    missing = missing_cells(column).to_numpy()
    rows = [
        None if absent else {tag.strip() for tag in str(value).split(";") if tag.strip()}
        for value, absent in zip(column, missing, strict=True)
    ]
    return load_pandas().Series(rows, dtype=object)


def _cells(column):
    texts = column.astype(object).map(lambda value: str(value).strip().lower())
    missing = missing_cells(column)
    unknown = ~missing & ~texts.isin(TRUE_WORDS | FALSE_WORDS)
    if unknown.any():
        value = column[unknown].head(1).tolist()[0]
        raise UsageError(f"--label: the column {column.name!r} of tags holds {value!r}; use 1 and 0, or yes and no")
    return texts.isin(TRUE_WORDS).astype(float).mask(missing)


def _times(columns, arguments):
    """The columns of the event and of the time."""
    event, time = columns.iloc[:, 0], columns.iloc[:, 1]
    cells = _cells(event)
    if cells.isna().any():
        raise UsageError(f"--event: the column {event.name!r} has no value in row {int(cells.isna().argmax())}")
    try:
        times = _numbers(time.to_frame(), arguments)
    except UsageError as error:
        raise UsageError(str(error).replace("--target numeric", "--time")) from None
    return load_pandas().DataFrame({str(event.name): cells == 1, str(time.name): times})


_LABELS = {"numeric": _numbers, "ordinal": _grades, "tags": _tags, "survival": _times}
