"""Numbers that are written as text: thousands separators, currencies, percent, decimal commas, one unit."""

import re
from collections import Counter
from typing import NamedTuple

__all__ = ["NumberReader", "number_readers"]

_CURRENCY = (
    r"[$€£¥₹₽₩₺₪฿]|(?:US|AU|CA|NZ|HK)\$|R\$|USD|EUR|GBP|CHF|JPY|CNY|INR|AUD|CAD|SEK|NOK|DKK|PLN|CZK|BRL|Fr\.|kr\.?|zł"
)
_SPACES = " \u00a0\u2009\u202f"  # the last three are not broken at the end of a line
_MARKS = {".": rf",'’{_SPACES}", ",": rf".'’{_SPACES}"}  # thousands separators beside each decimal mark
_TIMES = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9}


def _pattern(decimal):
    """The expression for one number with the given decimal mark."""
    mark = re.escape(decimal)
    whole = rf"(?:\d{{1,3}}(?P<mark>[{_MARKS[decimal]}])\d{{3}}(?:(?P=mark)\d{{3}})*|\d+)"
    return re.compile(
        rf"(?P<open>\()?(?P<sign>[+\-−])?\s*(?:{_CURRENCY})?\s*(?P<late_sign>[+\-−])?"
        rf"(?P<number>{whole}(?:{mark}\d*)?|{mark}\d+)(?P<power>[eE][+-]?\d{{1,3}})?"
        rf"\s*(?:%|(?:{_CURRENCY})|(?P<unit>[^\W\d_]{{1,8}}\d?))?(?P<close>\))?"
    )


_PATTERNS = {decimal: _pattern(decimal) for decimal in _MARKS}
_NOT_DIGITS = re.compile(r"[^\d.,]")


class NumberReader(NamedTuple):
    """Reads texts as numbers.

    Attributes
    ----------
    decimal : {".", ","}
        The decimal mark.
    unit : str, "" or None
        The unit that every number has, in lower case. "" means none, and None means letters that multiply: 5k, 3M.
    """

    decimal: str = "."
    unit: str | None = ""

    def __call__(self, text):
        """The number, or None."""
        found = _PATTERNS[self.decimal].fullmatch(text.strip())
        if found is None or bool(found["open"]) != bool(found["close"]):
            return None
        unit = (found["unit"] or "").lower()
        if self.unit is None:
            factor = _TIMES.get(unit, 1.0 if not unit else None)
        else:
            factor = 1.0 if unit == self.unit else None
        if factor is None:
            return None
        return _value(found, self.decimal, factor)


def _value(found, decimal, factor):
    digits, power = _NOT_DIGITS.sub("", found["number"]), found["power"] or ""
    if power and len(digits) > 1 and digits[0] == "0" and digits[1].isdigit():
        return None  # 06E5 is a code
    digits = digits.replace("," if decimal == "." else ".", "").replace(",", ".")
    value = float(digits + power) * factor
    if value > 1e300:  # 12E345 is a code, too
        return None
    negative = (found["sign"] or found["late_sign"] or "+") != "+" or found["open"]
    return -value if negative else value


def number_readers(texts):
    """Readers that may fit a column: for each decimal mark one with the unit that most of the texts have."""
    readers = []
    for decimal, pattern in _PATTERNS.items():
        matches = (pattern.fullmatch(text.strip()) for text in texts)
        units = Counter((found["unit"] or "").lower() for found in matches if found)
        if not units:
            continue
        multiply = len(units) > 1 and units.keys() <= {"", *_TIMES}
        readers.append(NumberReader(decimal, None if multiply else max(sorted(units), key=units.get)))
    return readers
