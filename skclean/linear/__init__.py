"""Logistic regression: its loss for the models of many folds at once, and the descent to its minimum."""
