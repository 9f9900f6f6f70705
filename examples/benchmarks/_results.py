"""A CSV of results that grows case by case, so that a run that was stopped goes on where it was."""

import csv
from pathlib import Path

import numpy as np

__all__ = ["Results"]


class Results:
    """Values of metrics by keys.

    Parameters
    ----------
    path : str or Path
        Read where it exists, and appended to.
    keys : tuple of str
        Columns before "metric" and "value".
    """

    def __init__(self, path, keys):
        self.path = Path(path)
        self.keys = keys
        self.rows = []
        if self.path.exists():
            with self.path.open(newline="") as handle:
                self.rows = [row for row in csv.DictReader(handle) if row["value"]]

    def add(self, records):
        """Append (key values, {metric: value}) records, and write them at once."""
        new = [
            {**dict(zip(self.keys, map(str, key), strict=True)), "metric": metric, "value": str(float(value))}
            for key, metrics in records
            for metric, value in metrics.items()
        ]
        fresh = not self.path.exists()
        with self.path.open("a", newline="") as handle:
            writer = csv.DictWriter(handle, [*self.keys, "metric", "value"])
            if fresh:
                writer.writeheader()
            writer.writerows(new)
        self.rows += new

    def table(self, metric, of, cases, **where):
        """One line a case, one column for each value of the key `of`.

        Returns
        -------
        columns : list of str
        cases : list of tuple
            Of those where every column has a value.
        values : ndarray of shape (n_cases, n_columns)
        """
        found = {}
        for row in self.rows:
            if row["metric"] == metric and all(row[name] == str(value) for name, value in where.items()):
                found.setdefault(tuple(row[name] for name in cases), {})[row[of]] = float(row["value"])
        columns = list(dict.fromkeys(name for line in found.values() for name in line))
        complete = [case for case, line in found.items() if len(line) == len(columns)]
        lines = [[found[case][name] for name in columns] for case in complete]
        return columns, complete, np.array(lines).reshape(len(complete), len(columns))
