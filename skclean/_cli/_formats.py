"""Tables that are no plain text: parquet, feather, lines of JSON and spreadsheets."""

import importlib
import json

from skclean._cli._errors import UsageError

__all__ = ["ARROW", "LINES", "SPREADSHEET", "arrow_table", "load_extra", "read_lines", "read_spreadsheet"]

ARROW = (".parquet", ".feather")
LINES = (".jsonl", ".ndjson")
SPREADSHEET = ".xlsx"


def load_extra(name):
    """A module of pyarrow or openpyxl; it is imported when it is needed, for that takes longer than all else."""
    return importlib.import_module(name)


def arrow_table(path, suffix, columns=None):
    """Read a parquet or feather file: pyarrow.Table."""
    if suffix == ".parquet":
        return load_extra("pyarrow.parquet").read_table(path, columns=columns)
    return load_extra("pyarrow.feather").read_table(path, columns=columns)


def read_lines(pandas, path):
    """Read lines of JSON, one record a line: DataFrame; texts, numbers and truth values keep their types."""
    records = []
    with open(path, encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError):
                raise UsageError(f"{path}: line {number} is no JSON") from None
            if not isinstance(record, dict):
                raise UsageError(f'{path}: line {number} is no record, such as {{"name": value}}')
            records.append(record)
    return pandas.DataFrame(records)


def read_spreadsheet(pandas, path, **options):
    """Read the first sheet of a spreadsheet: DataFrame."""
    try:
        return pandas.read_excel(path, engine="openpyxl", **options)
    except ImportError:
        raise UsageError("reading xlsx needs openpyxl; install it with: pip install openpyxl") from None
