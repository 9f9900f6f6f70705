"""Dates as seconds, and as periods with about as many rows as groups need."""

import numpy as np

from skclean.preprocessing._cells import read_column, recognise
from skclean.utils._typing import Codes, Floats, Labels1d

__all__ = ["periods", "read_dates"]

MAX_PERIODS = 24
UNITS = ("D", "W", "M", "Q", "Y")


def read_dates(dates: Labels1d) -> Floats:
    """Return dates as seconds since 1970, NaN where one is missing: ndarray of shape (n_rows,), float64.

    Raises
    ------
    ValueError
        If they are no dates. Plain numbers are taken as they are, in any unit.
    """
    to_numpy = getattr(dates, "to_numpy", None)
    values = np.asarray(dates if to_numpy is None else to_numpy())
    if values.ndim != 1:
        raise ValueError(f"dates must have one value per row, got the shape {values.shape}.")
    column = read_column(values.reshape(-1, 1), 0)
    reader = recognise(column)
    if reader.kind not in ("date", "number"):
        example = next(iter(getattr(column, "texts", [])), None)
        raise ValueError(f"dates does not read as dates, for example {example!r}; pass dates such as '2024-05-31'.")
    seconds: Floats = np.asarray(reader(column)[:, 0], dtype=np.float64)
    return seconds


def periods(seconds: Floats) -> tuple[Codes, list[str]]:
    """Return the period of each row, -1 where its date is missing, and the name of each.

    Days, weeks, months, quarters or years: the shortest unit with at most 24 periods. Where no unit is long enough, or
    all dates lie in one, ranges of about as many rows each.
    """
    known = ~np.isnan(seconds)
    codes = np.full(len(seconds), -1, dtype=np.int32)
    stamps = seconds[known].astype("datetime64[s]")
    for unit in UNITS:
        starts = _starts(stamps, unit)
        found, inverse = np.unique(starts, return_inverse=True)
        if 1 < len(found) <= MAX_PERIODS:
            codes[known] = inverse.ravel()
            return codes, [_name(start, unit) for start in found]
    edges: Floats = np.empty(0)
    if known.any():
        edges = np.unique(np.quantile(seconds[known], np.linspace(0, 1, 11)[1:-1], method="lower"))
    codes[known] = np.searchsorted(edges, seconds[known], side="left")
    present, codes[known] = np.unique(codes[known], return_inverse=True)
    first = [stamps[codes[known] == number].min() for number in range(len(present))]
    return codes, [f"from {start}" for start in first]


def _starts(stamps, unit):
    if unit == "Q":
        months = stamps.astype("datetime64[M]").astype(np.int64)
        return (months - months % 3).astype("datetime64[M]")
    if unit == "W":
        days = stamps.astype("datetime64[D]").astype(np.int64)
        return (days - (days + 3) % 7).astype("datetime64[D]")  # 1970-01-01 was a Thursday
    return stamps.astype(f"datetime64[{unit}]")


def _name(start, unit):
    if unit == "Q":
        year, month = str(start).split("-")
        return f"{year} Q{(int(month) + 2) // 3}"
    return f"week of {start}" if unit == "W" else str(start)
