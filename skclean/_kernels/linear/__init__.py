"""Loops over rows of linear models."""
