"""A table on standard input, kept in a file while the command runs: it is read several times."""

import shutil
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from skclean._cli._errors import UsageError

__all__ = ["standard_input"]

_BEGINS = {b"PAR1": ".parquet", b"ARROW1": ".feather", b"PK\x03\x04": ".xlsx", b"\x1f\x8b": ".csv.gz", b"{": ".jsonl"}


@contextmanager
def standard_input(arguments):
    """Replace the file ``-`` of the arguments by a file with what standard input holds; removed after the block."""
    if str(getattr(arguments, "file", None)) != "-":
        yield
        return
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("FILE is - and nothing is on standard input; pipe a table into the command")
    with tempfile.TemporaryDirectory(prefix="skclean-") as folder:
        path = Path(folder) / "stdin"
        with open(path, "wb") as file:
            shutil.copyfileobj(sys.stdin.buffer, file)
        with open(path, "rb") as file:
            begin = file.read(4096)
        arguments.file = path.rename(path.with_name(f"standard-input{_ending(begin)}"))
        yield


def _ending(begin):
    """The ending that fits the first bytes."""
    for mark, ending in _BEGINS.items():
        if begin.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(mark) or begin.startswith(mark):
            return ending
    header = begin.partition(b"\n")[0]
    return ".tsv" if b"\t" in header and b"," not in header else ".csv"
