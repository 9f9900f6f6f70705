"""Layout of a text file: its encoding, its separator, and the lines that are no rows."""

import gzip
import io
import re
from contextlib import contextmanager
from typing import NamedTuple

from skclean._cli._errors import UsageError

__all__ = ["TextLayout", "open_text", "text_layout"]

_SEP_LINE = re.compile(r'"?sep=(?P<sep>.)"?\s*', re.IGNORECASE)


class TextLayout(NamedTuple):
    """Layout of a text file, as given on the command line.

    Attributes
    ----------
    encoding : str
        A byte order mark is skipped.
    sep : str or None
        Between columns; None means what a first line ``sep=;`` says, as Excel writes it, or else the name of the file.
    comment : str or None
        Lines that begin with it are skipped, unless they are within quotes.
    """

    encoding: str = "utf-8"
    sep: str | None = None
    comment: str | None = None


def text_layout(arguments):
    """Return what was typed of a text file: TextLayout."""
    if arguments.thousands == arguments.decimal:
        raise UsageError(f"--thousands and --decimal are both {arguments.decimal!r}; they must differ")
    return TextLayout(arguments.encoding, arguments.sep, arguments.comment)


@contextmanager
def open_text(path, text, usual):
    """Say how pandas is to read a text file, without a first line ``sep=;`` and comments.

    Parameters
    ----------
    path : Path
        Also a file that gzip packed.
    text : TextLayout
    usual : str
        The separator, where neither `text` nor the file says another.

    Yields
    ------
    file : Path or text file
    layout : dict
        Arguments of ``pandas.read_csv``.
    """
    encoding = "utf-8-sig" if text.encoding.lower() in ("utf-8", "utf8") else text.encoding
    opens = gzip.open if path.suffix.lower() == ".gz" else open
    with opens(path, "rt", encoding=encoding, newline="") as file:
        lines = file if text.comment is None else _without_comments(file, text.comment)
        first = next(iter(lines), "")
        said = _SEP_LINE.fullmatch(first)
        layout = {"sep": text.sep or (said["sep"] if said else usual), "index_col": False}
        if text.comment is None:
            yield path, layout | {"encoding": encoding, "skiprows": int(said is not None)}
        else:
            yield _Lines(lines, "" if said else first), layout


def _without_comments(file, comment):
    """The lines that do not begin with `comment`; a line break within quotes begins no line."""
    quoted = False
    for line in file:
        if not quoted and line.startswith(comment):
            continue
        quoted ^= line.count('"') % 2 == 1
        yield line


class _Lines(io.TextIOBase):
    """Lines as a file.

    Parameters
    ----------
    lines : iterator of str
    first : str
        Text before them.
    """

    def __init__(self, lines, first):
        self._lines = lines
        self._rest = first

    def readable(self):
        return True

    def read(self, size=-1):
        parts, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            line = next(self._lines, "")
            if not line:
                break
            parts.append(line)
            length += len(line)
        found = "".join(parts)
        kept = length if size < 0 else size
        self._rest = found[kept:]
        return found[:kept]
