"""Durations and times of day that are written as text: 01:30:00, 3 days, 2h 30m, P1DT2H, 10:30 PM."""

import re

__all__ = ["read_duration"]

_DAY = 86400.0
_UNITS = {
    **dict.fromkeys(("ms", "msec", "millisecond", "milliseconds"), 0.001),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), 1.0),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 60.0),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 3600.0),
    **dict.fromkeys(("d", "day", "days"), _DAY),
    **dict.fromkeys(("w", "wk", "wks", "week", "weeks"), 7 * _DAY),
    **dict.fromkeys(("mo", "mos", "mon", "mons", "month", "months"), 365.25 / 12 * _DAY),
    **dict.fromkeys(("y", "yr", "yrs", "year", "years"), 365.25 * _DAY),
}
_PART = re.compile(r"([+-]?\d+(?:[.,]\d+)?)\s*([a-z]+)\.?[\s,]*(?:and\s+)?")
_CLOCK = re.compile(
    r"(?P<sign>[+-]?)(?P<h>\d{1,4}):(?P<m>[0-5]\d)(?::(?P<s>[0-5]\d(?:[.,]\d+)?))?\s*(?P<half>[ap]\.?m\.?)?"
)
_ISO = re.compile(
    r"(?P<sign>[+-]?)p(?:(?P<y>\d+)y)?(?:(?P<mo>\d+)m)?(?:(?P<w>\d+)w)?(?:(?P<d>\d+(?:\.\d+)?)d)?"
    r"(?:t(?:(?P<h>\d+)h)?(?:(?P<m>\d+)m)?(?:(?P<s>\d+(?:\.\d+)?)s)?)?"
)


def read_duration(text):
    """Seconds, or None where the text is no duration.

    Examples
    --------
    >>> from skclean.preprocessing._cells._durations import read_duration
    >>> read_duration("01:30:00"), read_duration("2h 30m"), read_duration("P1DT2H"), read_duration("10:30 PM")
    (5400.0, 9000.0, 93600.0, 81000.0)
    """
    text = text.strip().lower()
    iso = _ISO.fullmatch(text)
    if iso is not None and any(iso[name] for name in ("y", "mo", "w", "d", "h", "m", "s")):
        total = sum(float(iso[name] or 0) * _UNITS[name] for name in ("y", "mo", "w", "d", "h", "m", "s"))
        return -total if iso["sign"] == "-" else total
    total, place = 0.0, 0
    while (part := _PART.match(text, place)) is not None:
        factor = _UNITS.get(part[2])
        if factor is None:
            return None
        total += float(part[1].replace(",", ".")) * factor
        place = part.end()
    if place == len(text):
        return total if place else None
    clock = _CLOCK.fullmatch(text, place)
    return None if clock is None else total + _clock_seconds(clock)


def _clock_seconds(clock):
    hours, half = int(clock["h"]), clock["half"]
    if half:
        hours = hours % 12 + 12 * (half[0] == "p")
    seconds = hours * 3600 + int(clock["m"]) * 60 + float((clock["s"] or "0").replace(",", "."))
    return -seconds if clock["sign"] == "-" else seconds
