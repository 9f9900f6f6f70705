"""Tables from files: what cannot be read is said in one line."""

import gzip
import re
import warnings
from difflib import get_close_matches

import numpy as np

from skclean._cli._errors import UsageError, one_line
from skclean._cli._formats import ARROW, LINES, SPREADSHEET, arrow_table, load_extra, read_lines, read_spreadsheet
from skclean._cli._layout import TextLayout, open_text
from skclean.utils._compat import check_pandas_support

__all__ = [
    "SEPARATORS",
    "check_column",
    "load_pandas",
    "read_cells",
    "read_table",
    "suffix_of",
    "wide_encoding",
]

SEPARATORS = {".csv": ",", ".csv.gz": ",", ".tsv": "\t", ".tsv.gz": "\t"}
_SUFFIXES = (*SEPARATORS, *ARROW, *LINES, SPREADSHEET)
_ROWS_AT_ONCE = 50_000  # of which a text file's cells are read to find the flagged ones
_NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")
_MARKS = {";": "semicolons", "\\t": "tabs", "|": "bars", ",": "commas"}  # as they are typed after --sep


def load_pandas():
    """pandas, or one line that says how to get it."""
    try:
        return check_pandas_support("skclean audit")
    except ImportError:
        raise UsageError("reading tables needs pandas; install it with: pip install pandas pyarrow") from None


def read_table(
    path, *, text=None, decimal=".", thousands=None, missing=(), named=(), label=None, index=None, reviewed=None
):
    """Read a file to learn from: the types of a text file's columns are inferred.

    Parameters
    ----------
    path : Path
        Its name decides the format.
    text : TextLayout or None, default=None
        Encoding, separator and comments of a text file; None means the defaults.
    decimal : str, default="."
        Decimal mark of a text file.
    thousands : str or None, default=None
        Between groups of digits in a text file.
    missing : iterable of str, default=()
        Further words of a text file that mean a missing cell.
    named : iterable of str, default=()
        Columns that arguments name; each must be there once at most.
    label, index : str or None, default=None
        Columns that are shown, and so keep their cells as they stand: "007" is no 7, and whole numbers with gaps are no
        floats. Words that mean missing are missing labels, yet names of rows.
    reviewed : str or None, default=None
        A column of labels that people found; it keeps its cells as well.

    Returns
    -------
    frame : pandas.DataFrame
    """
    pandas = load_pandas()
    suffix = suffix_of(path)
    text = text or TextLayout()
    if path.is_dir():
        raise UsageError(f"{path} is a directory; name a file")
    if not path.exists():
        raise UsageError(f"{path} does not exist{_close_name(path)}")
    if path.stat().st_size == 0:
        raise UsageError(f"{path} is empty")
    try:
        if suffix not in SEPARATORS:
            frame = _read_typed(pandas, path, suffix, {label, index, reviewed})
        else:
            if wide_encoding(path) and b"\0" not in "a".encode(text.encoding):
                raise UnicodeError  # two bytes a character would be read as two characters
            _check_header(pandas, path, text, SEPARATORS[suffix], named)
            types = {"decimal": decimal, "thousands": thousands, "na_values": list(missing)}
            frame = _read_text(pandas, path, text, SEPARATORS[suffix], types, label, index, reviewed)
    except UsageError:
        raise
    except ImportError:
        raise UsageError(f"reading {suffix[1:]} needs pyarrow; install it with: pip install pyarrow") from None
    except UnicodeError:
        likely = wide_encoding(path) or "cp1252"
        raise UsageError(
            f"{path} cannot be read as {text.encoding}; name its encoding, such as --encoding {likely}"
        ) from None
    except LookupError:
        raise UsageError(f"the encoding {text.encoding!r} is not known; try utf-8, utf-16, cp1252 or latin-1") from None
    except pandas.errors.EmptyDataError:
        raise UsageError(f"{path} is empty") from None
    except pandas.errors.ParserWarning:
        raise UsageError(f"{path} cannot be read: some rows have more values than the header has columns") from None
    except Exception as error:  # damaged files: every reader and decompressor has errors of its own
        if "Multiple matches for FieldRef" in str(error):
            raise UsageError(f"{path} has two columns of the same name; rename one of them") from None
        raise UsageError(f"{path} cannot be read: {one_line(error)}") from None
    if not len(frame):
        raise UsageError(f"{path} has a header but no rows")
    frame.columns = [str(name) for name in frame.columns]
    if suffix not in SEPARATORS and not frame.columns.is_unique:
        raise UsageError(f"{path} has two columns of the same name; rename one of them")
    return frame


def read_cells(path, rows, *, text=None):
    """Rows of a file with every cell as it stands there; of a text file as text.

    Parameters
    ----------
    path : Path
        A file that `read_table` has read.
    rows : ndarray of int
        Positions, in the order that is wanted.
    text : TextLayout or None, default=None
        As in `read_table`.

    Returns
    -------
    cells : pandas.DataFrame
        Of a parquet or feather file with Arrow's types, an index of pandas as its first columns.
    """
    pandas = load_pandas()
    suffix = suffix_of(path)
    if suffix in ARROW:
        return _arrow_cells(pandas, path, suffix, rows)
    if suffix not in SEPARATORS:
        cells = read_lines(pandas, path) if suffix in LINES else read_spreadsheet(pandas, path, dtype=object)
        return cells.astype(object).iloc[rows].reset_index(drop=True)
    # a second reading in pieces: keeping all text beside the table to learn from would take several times its memory
    options = dict(dtype=str, keep_default_na=False, chunksize=_ROWS_AT_ONCE)
    with open_text(path, text or TextLayout(), SEPARATORS[suffix]) as (file, layout):
        pieces = pandas.read_csv(file, **options, **layout)
        found = [piece[np.isin(piece.index, rows)] for piece in pieces]
    return pandas.concat(found).loc[rows].reset_index(drop=True).fillna("")  # rows may end early


def _read_typed(pandas, path, suffix, names):
    if suffix in LINES:
        return read_lines(pandas, path)
    if suffix == SPREADSHEET:
        return read_spreadsheet(pandas, path)
    frame = pandas.read_parquet(path) if suffix == ".parquet" else pandas.read_feather(path)
    for name in names & set(frame.columns):  # whole numbers with gaps would be floats, which tell no long ones apart
        column = arrow_table(path, suffix, [name]).column(name)
        if column.null_count and load_extra("pyarrow").types.is_integer(column.type):
            frame[name] = column.to_pandas(integer_object_nulls=True).set_axis(frame.index)
    return frame


def _arrow_cells(pandas, path, suffix, rows):
    arrow = load_extra("pyarrow")
    table = arrow_table(path, suffix)
    index = [name for name in (table.schema.pandas_metadata or {}).get("index_columns", []) if isinstance(name, str)]
    table = table.select([*index, *(name for name in table.column_names if name not in index)]).take(arrow.array(rows))

    def kept(kind):  # extension types have a type of their own in pandas
        return None if isinstance(kind, arrow.BaseExtensionType) else pandas.ArrowDtype(kind)

    cells = table.to_pandas(types_mapper=kept, ignore_metadata=True)
    unnamed = "__index_level_0__"
    return cells.rename(columns={unnamed: "index"}) if "index" not in cells.columns else cells


def _read_text(pandas, path, text, usual, options, label, index, reviewed):
    types = {name: str for name in (label, reviewed) if name is not None}
    with warnings.catch_warnings(), open_text(path, text, usual) as (file, layout):
        warnings.simplefilter("error", pandas.errors.ParserWarning)  # pandas would drop surplus values
        frame = pandas.read_csv(file, dtype=types, low_memory=False, **options, **layout)
    if label in frame.columns:
        frame[label] = _numbers_if_same(frame[label], options["decimal"])
    if index in frame.columns:
        with open_text(path, text, usual) as (file, layout):
            column = pandas.read_csv(file, usecols=[index], dtype=str, keep_default_na=False, **layout)[index]
        frame[index] = column.fillna("")  # of rows that end early
    return frame


def _numbers_if_same(labels, decimal):
    """Labels as whole numbers, which sort as such, where that changes no cell; as floats where some have a fraction.

    The latter are no classes, and it is said so when they are judged.
    """
    labels = labels.astype(object)
    texts = [text for text in labels.dropna().unique() if text.strip()]  # blanks alone are missing too
    if not all(_NUMBER.fullmatch(text.replace(decimal, ".")) for text in texts):
        return labels
    numbers = [float(text.replace(decimal, ".")) for text in texts]
    if any(number % 1 for number in numbers):
        return labels.map(dict(zip(texts, numbers, strict=True)), na_action="ignore").astype(float)
    if all(abs(number) < 2**62 and str(int(number)) == text for number, text in zip(numbers, texts, strict=True)):
        return labels.map({text: int(text) for text in texts}, na_action="ignore").astype("Int64").astype(object)
    return labels


def _check_header(pandas, path, text, usual, named):
    """Raise where the header tells of another separator, or where a name that was typed means two columns."""
    with open_text(path, text, usual) as (file, layout):
        first = pandas.read_csv(file, header=None, nrows=1, dtype=str, keep_default_na=False, **layout)
    header = first.iloc[0].tolist()
    if len(header) == 1:
        for mark, name in _MARKS.items():
            character = mark.replace("\\t", "\t")
            if character != layout["sep"] and character in header[0]:  # the separator itself may stand within quotes
                raise UsageError(f"{path}: the columns seem to be separated by {name}: add --sep '{mark}'")
    for name in named:
        if header.count(name) > 1:  # pandas calls the second one name.1, and a copy of the label would be learned from
            raise UsageError(f"{path} has {header.count(name)} columns called {name!r}; rename all but one")


def wide_encoding(path):
    """An encoding of two bytes a character, as byte order mark or zeros of the header tell; None of other files."""
    opens = gzip.open if path.suffix.lower() == ".gz" else open
    with opens(path, "rb") as file:
        header = file.readline(10_000)
    if header[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    high, low = header[::2].count(0), header[1::2].count(0)
    return None if high == low else "utf-16-be" if high > low else "utf-16-le"


def check_column(frame, name, option):
    """Raise unless the table has the column."""
    if name in frame.columns:
        return
    close = get_close_matches(name, frame.columns, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    columns = ", ".join(frame.columns[:30]) + (", …" if len(frame.columns) > 30 else "")
    raise UsageError(f"{option}: there is no column {name!r} among [{columns}]{hint}")


def suffix_of(path):
    """The known ending of a file's name."""
    for suffix in _SUFFIXES:
        if path.name.lower().endswith(suffix):
            return suffix
    raise UsageError(f"{path} has an unknown ending; the known ones are {', '.join(_SUFFIXES)}")


def _close_name(path):
    folder = path.parent
    names = [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    close = get_close_matches(path.name, names, n=1)
    return f"; did you mean {folder / close[0]}?" if close else ""
