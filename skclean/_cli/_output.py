"""Tables into files: what is written is written whole, and nothing is replaced that was not meant to be."""

import csv
import os
import stat
import tempfile
from pathlib import Path

from skclean._cli._errors import UsageError, one_line
from skclean._cli._tables import SEPARATORS, load_arrow, load_pandas, suffix_of

__all__ = ["check_output", "write_table"]


def check_output(path, *, force, source=None):
    """Raise unless the file can be written in the end; called before any time is spent."""
    suffix_of(path)
    target = Path(os.path.realpath(path))  # a link stays, and what it leads to is written
    mode = _mode_of(target, path)
    if mode is not None and source is not None and os.path.exists(source) and target.samefile(source):
        raise UsageError(f"--out {path} is the file that is read; choose another name")
    if mode is not None and stat.S_ISDIR(mode):
        raise UsageError(f"--out {path} is a directory; name a file in it")
    if os.path.lexists(path) and not force:
        raise UsageError(f"--out {path} exists and is kept; add --force to replace it")
    if mode is not None and not stat.S_ISREG(mode):
        raise UsageError(f"--out {path} is a device or a pipe; name a file")
    folder = target.parent
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
        Its name decides the format. A file that is there gives its mode to the new one.
    """
    suffix = suffix_of(path)
    target = Path(os.path.realpath(path))
    name = None
    try:
        # the name is short, for that of the target may already be as long as can be
        handle, name = tempfile.mkstemp(prefix=".skclean-", suffix=suffix, dir=target.parent)
        os.close(handle)
        if suffix == ".parquet":
            table = load_arrow("pyarrow").Table.from_pandas(frame, preserve_index=False)
            # pandas' own notes would turn every column that came through Arrow into one of Arrow's when it is read
            load_arrow("pyarrow.parquet").write_table(table.replace_schema_metadata(), name)
        else:
            _plain_floats(frame).to_csv(name, sep=SEPARATORS[suffix], index=False, quoting=_quoting(frame))
        mode = _mode_of(target, path)
        os.chmod(name, 0o666 & ~_umask() if mode is None else stat.S_IMODE(mode) & 0o777)
        os.replace(name, target)
    except ImportError:
        raise UsageError("writing parquet needs pyarrow; install it with: pip install pyarrow") from None
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"--out {path} cannot be written: {one_line(error)}") from None
    finally:
        if name is not None:
            Path(name).unlink(missing_ok=True)


def _mode_of(target, path):
    """The mode of a file; None where there is none."""
    try:
        return target.stat().st_mode
    except FileNotFoundError:
        return None
    except OSError as error:  # of a name that is too long, or a folder that may not be entered
        raise UsageError(f"--out {path} cannot be written: {error.strerror}") from None


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
