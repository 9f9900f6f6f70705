"""Texts that seem to mean the same although they are written in different ways."""

import re
from collections.abc import Iterable
from decimal import Decimal

__all__ = ["alike_texts", "text_key"]


def text_key(text: object) -> str | Decimal:
    """Return what is alike in texts that differ only by blanks, case, or the digits of a number, as 1, 01 and 1.0."""
    key = str(text).strip().casefold()
    return Decimal(key) if re.fullmatch(r"[+-]?\d+(\.\d*)?", key) else key


def alike_texts(texts: Iterable[str]) -> list[list[str]]:
    """Return the groups of distinct texts with the same key: list of sorted lists of at least two texts.

    Examples
    --------
    >>> from skclean.utils._texts import alike_texts
    >>> alike_texts(["yes", "Yes ", "no", "1", "01"])
    [['01', '1'], ['Yes ', 'yes']]
    """
    groups: dict[str | Decimal, list[str]] = {}
    for text in sorted(set(texts)):
        groups.setdefault(text_key(text), []).append(text)
    return [group for group in groups.values() if len(group) > 1]
