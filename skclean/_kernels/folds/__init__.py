"""Loops over the folds of repeated cross-validation."""
