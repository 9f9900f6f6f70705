"""Checks of a table and its labels: one check a file, one code, one documentation page, one test file."""
