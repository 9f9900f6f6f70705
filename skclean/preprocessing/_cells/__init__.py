"""The kind of a column and its values as numbers: numbers in text, dates, durations, true/false words, categories."""

from skclean.preprocessing._cells._kinds import ColumnReader, Distinct, read_column, recognise

__all__ = ["ColumnReader", "Distinct", "read_column", "recognise"]
