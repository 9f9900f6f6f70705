"""How often a value, or one like it, occurs among the rows of each class: the reason that a row looks unusual.

Each column is cut into up to 12 bins: numbers at their quantiles, other values by frequency. The share of a class in a
bin says how usual the value is for the class. Columns are described one at a time; what only two columns together show
is left to the similar rows.
"""

from typing import Any

import numpy as np

from skclean.inspection._extras import import_extra

__all__ = ["ColumnProfiles"]

pd = import_extra("pandas", "a report")

N_BINS = 11  # and one for missing values
# The shares are taken from so many rows, or from fewer where a table is wide, so that this takes seconds at most.
MAX_ROWS, MAX_CELLS = 20_000, 10_000_000
# A class with few rows is drawn towards the share among all rows, as if it had so many further rows.
PRIOR_ROWS = 5


class ColumnProfiles:
    """Shares of values by class.

    Parameters
    ----------
    frame : DataFrame of shape (n_samples, n_columns)
    codes : ndarray of shape (n_samples,), int
        Class of each row that is described; -1 where a row is left out.
    n_classes : int
    random_state : int, default=0
        Draws the rows, where there are more than are looked at.
    """

    def __init__(self, frame: Any, codes: Any, n_classes: int, random_state: int = 0) -> None:
        rows = np.flatnonzero(codes >= 0)
        most = max(1_000, min(MAX_ROWS, MAX_CELLS // max(frame.shape[1], 1)))
        if len(rows) > most:
            rows = np.sort(np.random.RandomState(random_state).choice(rows, most, replace=False))
        self.frame, self.codes, self.n_classes, self.rows = frame, np.asarray(codes)[rows], n_classes, rows
        self.sizes = np.bincount(self.codes, minlength=n_classes)

    def shares(self, rows: Any, classes: Any) -> np.ndarray:
        """Return how usual the values of some rows are.

        Parameters
        ----------
        rows : ndarray of shape (n_rows,), int
            Positions in the table.
        classes : ndarray of shape (n_rows, n_asked), int
            Classes to compare with.

        Returns
        -------
        shares : ndarray of shape (n_columns, n_rows, n_asked), float64, in (0, 1)
            Share of the class with a value in the same bin.
        """
        result = np.empty((self.frame.shape[1], *np.shape(classes)))
        for j in range(self.frame.shape[1]):
            bins, asked = _binned(self.frame.iloc[:, j], self.rows, rows)
            counts = np.bincount(bins * self.n_classes + self.codes, minlength=(N_BINS + 1) * self.n_classes)
            counts = counts.reshape(N_BINS + 1, self.n_classes)
            # half a row more in each bin, so that a value that no row has is rare, and not impossible
            overall = (counts.sum(axis=1, keepdims=True) + 0.5) / (counts.sum() + 0.5 * (N_BINS + 1))
            share = (counts + PRIOR_ROWS * overall) / (self.sizes + PRIOR_ROWS)
            result[j] = share[asked[:, None], classes]
        return result


def _binned(column, rows, asked):
    """Bins of a column: those of `rows`, by which the bins are made, and those of `asked`."""
    # records of both rows at once, so that both are read alike
    values = column.iloc[np.concatenate([rows, asked])]
    numbers = _numbers(values)
    if numbers is None:
        return _of_categories(values, len(rows))
    known = numbers[: len(rows)]
    known = known[~np.isnan(known)]
    cuts = (
        np.unique(np.quantile(known, np.linspace(0, 1, N_BINS + 1)[1:-1], method="lower"))
        if len(known)
        else np.empty(0)
    )
    distinct = np.unique(known)
    if 1 < len(distinct) <= N_BINS:  # a bin for each number
        cuts = distinct[1:]
    bins = np.where(np.isnan(numbers), N_BINS, np.searchsorted(cuts, numbers, side="right"))
    return bins[: len(rows)], bins[len(rows) :]


def _numbers(values):
    """A column as float64 with NaN for missing; None where it holds no numbers."""
    dtype = values.dtype
    if pd.api.types.is_datetime64_any_dtype(dtype) or pd.api.types.is_timedelta64_dtype(dtype):
        return np.where(values.isna(), np.nan, values.astype("int64", errors="ignore").to_numpy().astype(float))
    if pd.api.types.is_numeric_dtype(dtype) and not pd.api.types.is_complex_dtype(dtype):
        return (
            values.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
            if values.hasnans
            else (values.to_numpy(dtype=float))
        )
    return None


def _of_categories(values, n_rows):
    texts = values.astype(object).map(str, na_action="ignore")
    found, names = pd.factorize(texts)
    counts = np.bincount(found[:n_rows][found[:n_rows] >= 0], minlength=len(names))
    rank = np.empty(len(names), dtype=np.int64)
    rank[np.argsort(-counts, kind="stable")] = np.arange(len(names))
    bins = np.full(len(found), N_BINS)
    bins[found >= 0] = np.minimum(rank[found[found >= 0]], N_BINS - 1)  # the last bin holds all rarer values
    return bins[:n_rows], bins[n_rows:]
