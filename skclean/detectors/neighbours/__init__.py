"""Detectors that compare each row with the rows nearest to it."""
