"""Detectors that read where a row lies among the rows of each class."""
