"""Tables into files: what is written is written whole, and nothing is replaced that was not meant to be."""

import csv
import os
import stat
import tempfile
from contextlib import contextmanager
from pathlib import Path

from skclean._cli._errors import UsageError, one_line
from skclean._cli._formats import ARROW, LINES, load_extra
from skclean._cli._tables import SEPARATORS, load_pandas, suffix_of
from skclean.review import safe_text

__all__ = ["check_output", "check_target", "write_table", "write_text", "written_whole"]


def check_output(path, *, force, source=None):
    """Raise unless the table can be written in the end; called before any time is spent."""
    suffix_of(path)
    check_target(path, force=force, source=source)


def check_target(path, *, force, source=None, option="--out"):
    """Raise unless the file can be written in the end, whatever its ending is."""
    target = Path(os.path.realpath(path))  # a link stays, and what it leads to is written
    mode = _mode_of(target, path, option)
    if mode is not None and source is not None and os.path.exists(source) and target.samefile(source):
        raise UsageError(f"{option} {path} is the file that is read; choose another name")
    if mode is not None and stat.S_ISDIR(mode):
        raise UsageError(f"{option} {path} is a directory; name a file in it")
    if os.path.lexists(path) and not force:
        raise UsageError(f"{option} {path} exists and is kept; add --force to replace it")
    if mode is not None and not stat.S_ISREG(mode):
        raise UsageError(f"{option} {path} is a device or a pipe; name a file")
    folder = target.parent
    if not folder.is_dir():
        raise UsageError(f"{option} {path}: the directory {folder} does not exist")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{option} {path}: the directory {folder} cannot be written to")


@contextmanager
def written_whole(path, *, option="--out"):
    """Yield the name of a file beside the target, and rename it in the end: half a file is never seen.

    Parameters
    ----------
    path : Path
        A file that is there gives its mode to the new one.
    option : str, default="--out"
        What errors name.
    """
    target = Path(os.path.realpath(path))
    name = None
    try:
        # the name is short, for that of the target may already be as long as can be
        suffix = "".join(Path(path).suffixes[-2:])[-20:]
        handle, name = tempfile.mkstemp(prefix=".skclean-", suffix=suffix, dir=target.parent)
        os.close(handle)
        yield name
        mode = _mode_of(target, path, option)
        os.chmod(name, 0o666 & ~_umask() if mode is None else stat.S_IMODE(mode) & 0o777)
        os.replace(name, target)
    except ImportError as error:
        missing = "openpyxl" if "openpyxl" in str(error) else "pyarrow"
        kind = Path(path).suffix[1:]
        raise UsageError(f"writing {kind} needs {missing}; install it with: pip install {missing}") from None
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{option} {path} cannot be written: {one_line(error)}") from None
    finally:
        if name is not None:
            Path(name).unlink(missing_ok=True)


def write_text(text, path, *, option):
    """Write a text as UTF-8.

    Parameters
    ----------
    text : str
    path : Path
    option : str
        What errors name.
    """
    with written_whole(path, option=option) as name:
        Path(name).write_bytes(text.encode("utf-8", "backslashreplace"))


def write_table(frame, path, *, safe=False):
    """Write a table.

    Parameters
    ----------
    frame : pandas.DataFrame
        Its index is not written.
    path : Path
        Its name decides the format.
    safe : bool, default=False
        Whether texts that a spreadsheet would take for formulas get a quote before them.
    """
    suffix = suffix_of(path)
    frame = _safe_cells(frame) if safe else frame
    with written_whole(path) as name:
        if suffix in ARROW:
            _write_arrow(frame, name, suffix)
        elif suffix in LINES:
            with open(name, "w", encoding="utf-8", newline="\n") as file:
                frame.to_json(file, orient="records", lines=True, force_ascii=False, date_format="iso")
        elif suffix in SEPARATORS:
            _plain_floats(frame).to_csv(name, sep=SEPARATORS[suffix], index=False, quoting=_quoting(frame))
        else:
            _write_spreadsheet(frame, name)


def _safe_cells(frame):
    safe = frame.copy()
    for place in range(frame.shape[1]):
        column = frame.iloc[:, place]
        texts = [safe_text(cell) if isinstance(cell, str) else cell for cell in column]
        if any(isinstance(cell, str) for cell in texts):
            safe.isetitem(place, load_pandas().Series(texts, index=frame.index, dtype=object))
    safe.columns = [safe_text(str(name)) for name in frame.columns]
    return safe


def _write_arrow(frame, name, suffix):
    # pandas' own notes would turn every column that came through Arrow into one of Arrow's when it is read
    table = load_extra("pyarrow").Table.from_pandas(frame, preserve_index=False).replace_schema_metadata()
    if suffix == ".parquet":
        load_extra("pyarrow.parquet").write_table(table, name)
    else:
        load_extra("pyarrow.feather").write_feather(table, name)


def _write_spreadsheet(frame, name):
    with load_pandas().ExcelWriter(name, engine="openpyxl") as writer:
        frame.to_excel(writer, index=False)
        for row in writer.book.active.iter_rows():
            for cell in row:
                if cell.data_type == "f":  # a text of the table; openpyxl takes "=1+1" for a formula
                    cell.data_type = "s"


def _mode_of(target, path, option):
    """The mode of a file; None where there is none."""
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:  # of a name that is too long, or a folder that may not be entered
        raise UsageError(f"{option} {path} cannot be written: {error.strerror}") from None


def _plain_floats(frame):
    """Arrow's floats as NumPy's, which are written with as few digits as tell them apart, and not at all where NaN."""
    kept = load_pandas().ArrowDtype
    return frame.astype(
        {name: d.numpy_dtype for name, d in frame.dtypes.items() if isinstance(d, kept) and d.kind == "f"}
    )


def _quoting(frame):
    """Python quotes a carriage return only since 3.13, and would end the line there when it reads it."""
    returns = any("\r" in cell for _, column in frame.items() for cell in column if isinstance(cell, str))
    return csv.QUOTE_ALL if returns else csv.QUOTE_MINIMAL


def _umask():
    """The mask of new files, which mkstemp ignores; it can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
