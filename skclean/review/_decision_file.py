"""Decisions in a file: each is on the disk before the next one is made, and a killed process loses none."""

import csv
import errno
import io
import os
import re
import secrets
import shutil
import warnings
from pathlib import Path
from types import TracebackType
from typing import Any

from skclean.review._decision import Decision, as_cell, make_decision, now, of_cell
from skclean.review._decisions import Decisions

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

__all__ = ["DecisionFile", "read_decisions", "write_decisions"]

_HEADER = ",".join(Decision._fields) + "\r\n"
_ROW_END = re.compile(r"\r\n|\n|\r")
MAX_FIELD = 1_000_000


def read_decisions(path: str | os.PathLike[str]) -> Decisions:
    """Read a file of decisions.

    Parameters
    ----------
    path : str or path
        A csv file with a header; the columns row, given and decision are required. A spreadsheet may have saved it,
        with commas, semicolons or tabs.

    Returns
    -------
    decisions : Decisions
        A last line that was not written to its end is left out, and a UserWarning names it.

    Raises
    ------
    ValueError
        If a line is no decision; the message names file and line.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skclean.review import read_decisions
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "decisions.csv"
    ...     _ = path.write_text("row,given,decision,label\\n7,no,change,yes\\n")
    ...     read_decisions(path)
    Decisions on 1 rows: 1 change
    """
    decisions, rest = _parsed(Path(path))
    if rest:
        warnings.warn(f"{path}: the last line was not written to its end and is left out: {rest!r}", stacklevel=2)
    return decisions


def write_decisions(decisions: Decisions, path: str | os.PathLike[str]) -> None:
    """Write all decisions to a new file, in place of one that is there. The file is never seen half written.

    Parameters
    ----------
    decisions : Decisions
    path : str or path
    """
    path = Path(path)
    name = path.with_name(f".skclean-{secrets.token_hex(6)}.csv")
    try:
        with open(name, "x", encoding="utf-8", newline="") as file:
            file.write(_HEADER + "".join(map(_line, decisions.made)))
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, name)
        os.replace(name, path)
    finally:
        name.unlink(missing_ok=True)


class DecisionFile:
    """A file that decisions are appended to.

    Parameters
    ----------
    path : str or path
        Created with its header where it does not exist. Half a last line is taken off, and a file that a spreadsheet
        saved is written anew, before anything is appended.

    Attributes
    ----------
    decisions : Decisions
        All that the file holds.

    Raises
    ------
    ValueError
        If the file is no file of decisions, or another process is appending to it.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> from skclean.review import DecisionFile, read_decisions
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder) / "decisions.csv"
    ...     with DecisionFile(path) as file:
    ...         _ = file.append({"row": 7, "given": "no", "decision": "keep"})
    ...     read_decisions(path)
    Decisions on 1 rows: 1 keep
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._open()  # first, so that no other process appends to what is read, or to a file that is replaced
        try:
            if self.path.stat().st_size:
                self.decisions = read_decisions(self.path)
                if self.path.read_bytes() != _canonical(self.decisions):
                    self._replace()
            else:
                self.decisions = Decisions()
                self._write(_HEADER)
        except BaseException:
            self.close()
            raise

    def append(self, decision: Decision | dict[str, Any]) -> Decision:
        """Add a decision, and return when it is on the disk.

        Parameters
        ----------
        decision : Decision or dict
            Without a time it gets the present one.

        Returns
        -------
        decision : Decision
        """
        checked = make_decision(decision._asdict() if isinstance(decision, Decision) else decision)
        checked = checked if checked.time else checked._replace(time=now())
        if not self._is_there():
            raise OSError(errno.ESTALE, "another program replaced or deleted the file of decisions; start again")
        self._write(_line(checked))
        return self.decisions.append(checked)

    def _write(self, text):
        data = memoryview(text.encode("utf-8"))
        while data:
            data = data[self._file.write(data) :]
        os.fsync(self._file.fileno())

    def _open(self):
        self._file = open(self.path, "ab", buffering=0)  # noqa: SIM115 (closed by close)
        self._lock()

    def _replace(self):
        """Write the file anew. The old one is closed first where files that are open cannot be replaced."""
        if fcntl is None:
            self._file.close()
        write_decisions(self.decisions, self.path)
        self._file.close()
        self._open()

    def _is_there(self):
        """Return whether the path still leads to the file that is open."""
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), os.stat(self.path))
        except FileNotFoundError:
            return False

    def _lock(self):
        if fcntl is None:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise ValueError(
                f"another process is writing decisions to {self.path}; stop it, or choose another file"
            ) from None

    def close(self) -> None:
        """Close the file; other processes may append to it then."""
        self._file.close()

    def __enter__(self) -> "DecisionFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _line(decision):
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerow([decision.row, *map(as_cell, decision[1:])])
    return text.getvalue()


def _canonical(decisions):
    return (_HEADER + "".join(map(_line, decisions.made))).encode("utf-8")


def _parsed(path):
    """The decisions of a file, and the text of a last line that was not written to its end."""
    text = _decoded(path)
    if "\0" in text:
        raise ValueError(f"{path} is no file of decisions: it holds zero bytes")
    sep = max(",;\t", key=(_ROW_END.split(text, maxsplit=1)[0]).count)
    whole = not text or text[-1] in "\r\n"
    csv.field_size_limit(MAX_FIELD)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=sep, strict=False)
    names = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in ("row", "given", "decision") if name not in names]
    if missing:
        raise ValueError(
            f"{path} is no file of decisions: the columns {', '.join(missing)} are missing; it needs row, given and "
            f"decision, and may have {', '.join(name for name in Decision._fields if name not in ('row', 'given'))}"
        )
    decisions, pending = Decisions(), None
    for cells in reader:
        if pending is not None:
            _add(decisions, names, *pending, path)
        pending = (cells, reader.line_num) if any(cell.strip() for cell in cells) else None
    if pending is not None and ((whole and not _open_quote(text)) or _is_whole(names, pending[0])):
        _add(decisions, names, *pending, path)
        pending = None
    return decisions, "" if pending is None else sep.join(pending[0])[:200]


def _open_quote(text):
    """Return whether the text ends within quotes."""
    return text.count('"') % 2 == 1


def _is_whole(names, cells):
    """Return whether a last line without a line break is a decision: a spreadsheet or an editor may leave it out."""
    if len(cells) < len(names) or _open_quote(",".join(cells)):
        return False
    try:
        make_decision(dict(zip(names, cells, strict=False)))
    except ValueError:
        return False
    return True


def _add(decisions, names, cells, line, path):
    fields = {name: of_cell(cell) for name, cell in zip(names, cells, strict=False)}
    try:
        decisions.append(fields)
    except ValueError as error:
        raise ValueError(f"{path}, line {line}: {error}") from None


def _decoded(path):
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.start >= len(data) - 4:  # the process was killed within a character
            return data[: error.start].decode("utf-8-sig")
        return data.decode("cp1252", "replace")
