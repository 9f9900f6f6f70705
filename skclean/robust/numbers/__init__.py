"""Regressors for numbers that are wrong in a known way: too low, or given to the wrong row."""
