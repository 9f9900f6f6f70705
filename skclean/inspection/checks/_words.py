"""Numbers and names in the sentences of checks."""

from collections.abc import Iterable

__all__ = ["counted", "listed", "percent", "quoted", "share_of"]

MAX_LISTED = 3
MAX_CHARACTERS = 40


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number and its noun: "1 row", "2,000 rows"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(share: float) -> str:
    """Return a share as text: "0.12 %", "3.4 %", "56 %"."""
    value = 100 * share
    digits = 0 if value >= 10 or value == 0 else 1 if value >= 1 else 2
    return f"{value:.{digits}f} %"


def share_of(number: int, total: int) -> str:
    """Return a number with the share that it is: "12 of 400 rows (3.0 %)" without the noun."""
    return f"{number:,} of {total:,} ({percent(number / max(total, 1))})"


def quoted(name: object) -> str:
    """Return a name or a cell in quotation marks, cut where it is long."""
    text = str(name)
    return repr(text if len(text) <= MAX_CHARACTERS else text[: MAX_CHARACTERS - 1] + "…")


def listed(names: Iterable[object], most: int = MAX_LISTED) -> str:
    """Return names as text: "'a', 'b' and 3 more"."""
    texts = [quoted(name) for name in names]
    shown, more = texts[:most], len(texts) - most
    if more > 0:
        return f"{', '.join(shown)} and {more:,} more"
    return " and ".join(part for part in (", ".join(shown[:-1]), *shown[-1:]) if part)
