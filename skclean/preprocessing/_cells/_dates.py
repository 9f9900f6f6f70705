"""Dates that are written as text, with or without a time and a zone, as seconds since 1970."""

import re
from datetime import date
from typing import NamedTuple

__all__ = ["DateReader", "date_readers"]

_EPOCH = date(1970, 1, 1).toordinal()
# Names of months by their first letters, in English, German, French, Spanish, Italian, Portuguese and Dutch.
_MONTHS = {
    1: ("jan", "ene", "gen"),
    2: ("feb", "fév", "fev"),
    3: ("mar", "mär", "mae", "mrz", "maa", "mrt"),
    4: ("apr", "avr", "abr"),
    5: ("may", "mai", "mei", "mag"),
    6: ("jun", "juin", "giu"),
    7: ("jul", "juil", "lug"),
    8: ("aug", "aoû", "aou", "ago"),
    9: ("sep", "set"),
    10: ("oct", "okt", "out", "ott"),
    11: ("nov",),
    12: ("dec", "dez", "déc", "dic"),
}
_MONTH_OF = {start: month for month, starts in _MONTHS.items() for start in starts}
_NAME = r"(?P<name>[^\W\d_]{3,10})\.?"
_WEEKDAY = r"(?:[^\W\d_]{2,10}\.?,?\s+)?"
_NTH = r"(?:st|nd|rd|th|er|\.|º)?"
_ZONE = r"(?P<zone>Z|(?:UTC|GMT)?[+-]\d{2}:?(?:\d{2})?|UTC|GMT|[A-Z]{3,4})?(?:\s*[\[(].*[\])])?"
_TIME = r"(?P<h>\d{1,2}):(?P<mi>[0-5]\d)(?::(?P<s>[0-5]\d|60)(?P<f>[.,]\d+)?)?(?:\s*(?P<half>[aApP])\.?[mM]\.?)?"
_THEN_TIME = rf"(?:(?:[T,]|\s)\s*(?:at\s+)?{_TIME})?\s*{_ZONE}"
_PATTERNS = [
    re.compile(pattern + _THEN_TIME)
    for pattern in (
        r"(?P<y>\d{4})(?P<mark>[-/.])(?P<m>\d{1,2})(?P=mark)(?P<d>\d{1,2})",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?=T)",
        r"(?P<a>\d{1,2})(?P<mark>[-/])(?P<b>\d{1,2})(?P=mark)(?P<y>\d{4}|\d{2})",
        r"(?P<a>\d{1,2})(?P<mark>\.)\s?(?P<b>\d{1,2})\.\s?(?P<y>\d{4})",
        r"(?P<a>\d{2})(?P<mark>\.)(?P<b>\d{2})\.(?P<y>\d{2})",
        rf"{_WEEKDAY}(?P<d>\d{{1,2}}){_NTH}[\s\-/]*(?:(?:of|de)\s+)?{_NAME}[\s,\-/]*(?:del?\s+)?(?P<y>\d{{4}}|\d{{2}})",
        rf"{_WEEKDAY}{_NAME}[\s\-]+(?P<d>\d{{1,2}}){_NTH},?\s+(?P<y>\d{{4}})",
        rf"(?P<y>\d{{4}})[\s\-/]{_NAME}[\s\-/](?P<d>\d{{1,2}})",
    )
] + [
    re.compile(pattern)
    for pattern in (
        rf"{_WEEKDAY}{_NAME}\s+(?P<d>\d{{1,2}})\s+{_TIME}\s+(?:[A-Z]{{3,4}}\s+)?(?P<y>\d{{4}})",
        r"(?P<y>\d{4})[-/](?P<m>\d{1,2})",
        r"(?P<m>\d{1,2})/(?P<y>\d{4})",
        rf"{_NAME}[\s\-',]*(?P<y>\d{{4}}|(?<=[\-'])\d{{2}})",
    )
]


class DateReader(NamedTuple):
    """Reads texts as dates.

    Attributes
    ----------
    day_first : bool
        Whether 1/2/2024 is the first of February.
    """

    day_first: bool

    def __call__(self, text):
        """Seconds since 1970, in UTC where a zone is written; None where the text is no date."""
        text = text.strip()
        for pattern in _PATTERNS:
            found = pattern.fullmatch(text)
            if found is not None:
                return self._seconds(found.groupdict())
        return None

    def _seconds(self, parts):
        day, month = int(parts.get("d") or 1), parts.get("m")
        if parts.get("a"):
            day, month = int(parts["a"]), parts["b"]
            if not self.day_first:
                day, month = int(month), day
        elif parts.get("name"):
            name = parts["name"].lower()
            month = _MONTH_OF.get(name[:4]) or _MONTH_OF.get(name[:3])
        year = int(parts["y"])
        if len(parts["y"]) == 2:
            year += 2000 if year < 69 else 1900  # as POSIX has it
        try:
            days = date(year, int(month), day).toordinal() - _EPOCH
        except (TypeError, ValueError):  # a name that is no month, a 31st of February
            return None
        return days * 86400.0 + _seconds_of_day(parts)


def _seconds_of_day(parts):
    if not parts.get("h"):
        return 0.0
    hour, half = int(parts["h"]), (parts.get("half") or "").lower()
    if half:
        hour = hour % 12 + 12 * (half == "p")
    seconds = hour * 3600 + int(parts["mi"]) * 60 + int(parts["s"] or 0)
    if parts.get("f"):
        seconds += float("0." + parts["f"][1:])
    return seconds - _offset(parts.get("zone") or "")


def _offset(zone):
    """Seconds that a zone is ahead of UTC; 0 for a zone that is named by letters, which may be ambiguous."""
    digits = re.fullmatch(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})?", zone)
    if digits is None:
        return 0
    ahead = int(digits[2]) * 3600 + int(digits[3] or 0) * 60
    return -ahead if digits[1] == "-" else ahead


def date_readers(texts):
    """Readers that may fit a column, the likelier first: the day comes first where one is above 12, or after points."""
    return sorted((DateReader(True), DateReader(False)), key=lambda reader: reader.day_first != _by_points(texts))


def _by_points(texts):
    """Return whether the parts of most dates are separated by points or dashes, as where the day comes first."""
    return 2 * sum("/" not in text for text in texts) > len(texts)
