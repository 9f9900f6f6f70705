"""Repeated cross-validation: rows that make the folds bad that hold them."""
