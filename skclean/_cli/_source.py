"""Check that a file has not changed: rows that are read again must be those that were audited."""

import hashlib
from contextlib import contextmanager

from skclean._cli._errors import UsageError

__all__ = ["Source"]


class Source:
    """A file, and the checksum of its content before it is read.

    Parameters
    ----------
    path : Path or None
        None for the built-in example, which never changes.
    """

    def __init__(self, path):
        self.path = path
        self._before = _checksum(path)

    @contextmanager
    def read(self):
        """Raise after the block if the content is another one than at first, also in place of an error of the block."""
        try:
            yield
        except Exception:
            self._check_unchanged()
            raise
        self._check_unchanged()

    def _check_unchanged(self):
        if _checksum(self.path) != self._before:
            raise UsageError(
                f"{self.path} changed while it was audited, so its rows may be others; run the command again when "
                "nothing writes to it"
            )


def _checksum(path):
    """Return the checksum of a regular file; None of anything else, which reading refuses or reads once."""
    if path is None or not path.is_file():
        return None
    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "blake2b").digest()
    except OSError:  # reading says why
        return None
