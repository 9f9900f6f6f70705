"""Tables from files and back: what cannot be read is said in one line, and what is written is written whole."""

import gzip
import os
import tempfile
import warnings
from difflib import get_close_matches
from pathlib import Path

from skclean._cli._errors import UsageError, one_line
from skclean.utils._compat import check_pandas_support

__all__ = ["check_column", "check_output", "load_pandas", "read_table", "write_table"]

_SEPARATORS = {".csv": ",", ".csv.gz": ",", ".tsv": "\t", ".tsv.gz": "\t"}
_SUFFIXES = (*_SEPARATORS, ".parquet")
_MARKS = {";": "semicolons", "\\t": "tabs", "|": "bars", ",": "commas"}  # as they are typed after --sep


def load_pandas():
    """pandas, or one line that names the extra."""
    try:
        return check_pandas_support("skclean audit")
    except ImportError:
        raise UsageError('reading tables needs pandas; install it with: pip install "skclean[cli]"') from None


def read_table(path, *, encoding="utf-8", sep=None, decimal=".", named=()):
    """Read a csv, tsv or parquet file.

    Parameters
    ----------
    path : Path
        Its name decides the format.
    encoding : str, default="utf-8"
        Of a text file; a byte order mark is skipped.
    sep : str or None, default=None
        Between columns of a text file; None means what the name says.
    decimal : str, default="."
        Decimal mark of a text file.
    named : iterable of str, default=()
        Columns that arguments name; each must be there once at most.

    Returns
    -------
    frame : pandas.DataFrame
    """
    pandas = load_pandas()
    suffix = _suffix(path)
    if path.is_dir():
        raise UsageError(f"{path} is a directory; name a file")
    if not path.exists():
        raise UsageError(f"{path} does not exist{_close_name(path)}")
    if path.stat().st_size == 0:
        raise UsageError(f"{path} is empty")
    try:
        if suffix == ".parquet":
            frame = pandas.read_parquet(path)
        else:
            sep = _SEPARATORS[suffix] if sep is None else sep
            frame = _read_text(pandas, path, sep, encoding, decimal, named)
    except UsageError:
        raise
    except ImportError:
        raise UsageError('reading parquet needs pyarrow; install it with: pip install "skclean[cli]"') from None
    except UnicodeError:
        likely = "utf-16" if _is_utf16(path) else "cp1252"
        raise UsageError(
            f"{path} cannot be read as {encoding}; name its encoding, such as --encoding {likely}"
        ) from None
    except LookupError:
        raise UsageError(f"the encoding {encoding!r} is not known; try utf-8, utf-16, cp1252 or latin-1") from None
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
    return frame


def _read_text(pandas, path, sep, encoding, decimal, named):
    encoding = "utf-8-sig" if encoding.lower() in ("utf-8", "utf8") else encoding
    _check_header(pandas, path, sep, encoding, named)
    with warnings.catch_warnings():
        warnings.simplefilter("error", pandas.errors.ParserWarning)  # pandas would drop surplus values
        return pandas.read_csv(path, sep=sep, encoding=encoding, decimal=decimal, index_col=False, low_memory=False)


def _check_header(pandas, path, sep, encoding, named):
    """Raise where the header tells of another separator, or where a name that was typed means two columns."""
    first = pandas.read_csv(path, sep=sep, encoding=encoding, header=None, nrows=1, dtype=str, keep_default_na=False)
    header = first.iloc[0].tolist()
    if len(header) == 1:
        for mark, name in _MARKS.items():
            character = mark.replace("\\t", "\t")
            if character != sep and character in header[0]:  # the separator itself may stand within quotes
                raise UsageError(f"{path}: the columns seem to be separated by {name}: add --sep '{mark}'")
    for name in named:
        if header.count(name) > 1:  # pandas calls the second one name.1, and a copy of the label would be learned from
            raise UsageError(f"{path} has {header.count(name)} columns called {name!r}; rename all but one")


def _is_utf16(path):
    opens = gzip.open if path.suffix.lower() == ".gz" else open
    with opens(path, "rb") as file:
        return file.read(2) in (b"\xff\xfe", b"\xfe\xff")


def check_column(frame, name, option):
    """Raise unless the table has the column."""
    if name in frame.columns:
        return
    close = get_close_matches(name, frame.columns, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    columns = ", ".join(frame.columns[:30]) + (", …" if len(frame.columns) > 30 else "")
    raise UsageError(f"{option}: there is no column {name!r} among [{columns}]{hint}")


def check_output(path, *, force, source=None):
    """Raise unless the file can be written in the end; called before any time is spent."""
    _suffix(path)
    if source is not None and path.exists() and source.exists() and path.samefile(source):
        raise UsageError(f"--out {path} is the file that is read; choose another name")
    if path.is_dir():
        raise UsageError(f"--out {path} is a directory; name a file in it")
    if path.exists() and not force:
        raise UsageError(f"--out {path} exists and is kept; add --force to replace it")
    folder = path.parent
    if not folder.is_dir():
        raise UsageError(f"--out {path}: the directory {folder} does not exist")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"--out {path}: the directory {folder} cannot be written to")


def write_table(frame, path):
    """Write beside the target and rename, so that nobody ever sees half a file.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its index is not written.
    path : Path
        Its name decides the format.
    """
    suffix = _suffix(path)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=suffix, dir=path.parent)
    os.close(handle)
    try:
        if suffix == ".parquet":
            frame.to_parquet(name, index=False)
        else:
            frame.to_csv(name, sep=_SEPARATORS[suffix], index=False)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except ImportError:
        raise UsageError('writing parquet needs pyarrow; install it with: pip install "skclean[cli]"') from None
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"--out {path} cannot be written: {one_line(error)}") from None
    finally:
        Path(name).unlink(missing_ok=True)


def _suffix(path):
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


def _umask():
    """The mask of new files, which mkstemp ignores; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
